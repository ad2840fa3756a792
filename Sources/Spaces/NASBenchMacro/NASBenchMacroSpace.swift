public import Formats
public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// NAS-Bench-Macro: chains of eight blocks, 6,561 architectures.
///
/// X. Su et al., *Prioritized Architecture Sampling with Monto-Carlo Tree Search*, CVPR 2021.
public struct NASBenchMacroSpace: SearchSpace {
  /// `nas-bench-macro`.
  public static let name = "nas-bench-macro"
  /// Ten classes and 32x32 pixels, as in CIFAR-10.
  public static let sizes = SpaceSizes(classes: 10, resolution: 32)

  /// Channels of the stem; the stages have two, four and eight times as many, the last convolution forty.
  public var width: Int
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int

  /// Creates the space; the defaults are the benchmark's.
  public init(
    width: Int = 32, classes: Int = Self.sizes.classes, resolution: Int = Self.sizes.resolution
  ) {
    self.width = width
    self.classes = classes
    self.resolution = resolution
  }

  /// The sizes.
  public var settings: [String: SettingValue] {
    [
      "width": .integer(width), "classes": .integer(classes), "resolution": .integer(resolution),
    ]
  }

  /// The network of an architecture.
  ///
  /// The stem is a 3x3 convolution; the stages have 2, 3 and 3 blocks, of which the first one halves the
  /// resolution; a 1x1 convolution, the mean of each channel and a linear layer follow. Every convolution
  /// has a batch normalisation, and a ReLU but for the last one of a block. An inverted residual whose
  /// input and output agree is added to its input. Parameters are named and ordered as in the benchmark's
  /// PyTorch module.
  ///
  /// - Throws: `NetworkError` where there is nothing of a size.
  public func network(for architecture: NASBenchMacroArchitecture) throws(NetworkError) -> Network {
    try SizeCheck.check(resolution: resolution, classes: classes, width: width)
    var builder = NetworkBuilder(
      input: Shape(channels: 3, height: resolution, width: resolution))
    var node = try builder.addConvolutionUnit(
      Convolution(inChannels: 3, outChannels: width, kernel: 3), reading: 0, name: "stem")
    builder.endBlock()
    var channels = width
    var number = 0
    for (stage, length) in NASBenchMacroArchitecture.stages.enumerated() {
      for place in 0..<length {
        let before = builder.newest
        node = try addBlock(
          architecture.blocks[number], to: &builder, reading: node, from: channels,
          to: width << (stage + 1), stride: place == 0 ? 2 : 1, name: "features.\(number)")
        if builder.newest > before { builder.endBlock() }
        channels = width << (stage + 1)
        number += 1
      }
    }
    node = try builder.addConvolutionUnit(
      Convolution(inChannels: channels, outChannels: 40 * width, kernel: 1), reading: node,
      name: "out")
    builder.endBlock()
    try builder.addClassifier(reading: node, classes: classes, name: "classifier")
    return builder.build()
  }

  private func addBlock(
    _ block: NASBenchMacroBlock, to builder: inout NetworkBuilder, reading input: Int,
    from inChannels: Int, to outChannels: Int, stride: Int, name: String
  ) throws(NetworkError) -> Int {
    guard let residual = block.residual else {
      guard stride > 1 else { return input }
      return try builder.addNormalized(
        Convolution(
          inChannels: inChannels, outChannels: outChannels, kernel: 1, stride: stride),
        reading: input, name: "\(name).downsample")
    }
    let hidden = residual.expansion * inChannels
    let expanded = try builder.addConvolutionUnit(
      Convolution(inChannels: inChannels, outChannels: hidden, kernel: 1), reading: input,
      name: "\(name).conv")
    let filtered = try builder.addConvolutionUnit(
      Convolution(
        inChannels: hidden, outChannels: hidden, kernel: residual.kernel, stride: stride,
        groups: hidden), reading: expanded, name: "\(name).conv", first: 3)
    let projected = try builder.addNormalized(
      Convolution(inChannels: hidden, outChannels: outChannels, kernel: 1), reading: filtered,
      name: "\(name).conv", first: 6)
    guard stride == 1, inChannels == outChannels else { return projected }
    return try builder.add(Sum(), input, projected, name: name)
  }
}

extension NASBenchMacroSpace: SearchableSpace {
  /// What the networks are.
  public var summary: String { "chains of eight identities or inverted residuals" }
  /// The benchmark.
  public var citation: String { "Su et al., CVPR 2021" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads eight digits.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> NASBenchMacroArchitecture {
    try NASBenchMacroArchitecture(parsing: text)
  }

  /// A chain with both inverted residuals and an identity.
  public var example: NASBenchMacroArchitecture { NASBenchMacroArchitecture(rank: 1288) }

  /// 6,561.
  public var architectureCount: Int? { NASBenchMacroArchitecture.count }

  /// Chains drawn uniformly, then chains with one block drawn anew.
  public var domain: NASBenchMacroDomain { NASBenchMacroDomain(space: self) }

  /// CIFAR-10.
  public var tasks: [BenchmarkTask] {
    [BenchmarkTask(name: "cifar10", title: "CIFAR-10", sizes: Self.sizes)]
  }

  /// The test accuracies of all chains in percent, means of three trainings.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<NASBenchMacroArchitecture>? {
    task.name == "cifar10" ? Self.cifar10 : nil
  }

  static let cifar10 = TaskAccuracies(
    Array(NASBenchMacroArchitecture.all),
    EmbeddedNumbers.decode(NASBenchMacroAccuracyText.cifar10, digits: 3).map { Double($0) / 300 })

  /// The space with the sizes of a record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    Self(
      width: settings.integer("width") ?? width, classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution)
  }
}
