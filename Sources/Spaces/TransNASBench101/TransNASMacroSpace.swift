public import Formats
public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// The macro space of TransNAS-Bench-101: chains of residual blocks, 3,256 architectures.
///
/// Y. Duan et al., *TransNAS-Bench-101: Improving Transferability and Generalizability of Cross-Task
/// Neural Architecture Search*, CVPR 2021. Whatever the task, the network is the encoder with a mean
/// of each channel and a linear layer.
public struct TransNASMacroSpace: SearchSpace {
  /// `transnas101-macro`.
  public static let name = "transnas101-macro"
  /// The 63 scenes with which published proxies were computed, and 256x256 pixels.
  public static let sizes = SpaceSizes(classes: 63, resolution: 256)

  /// Channels behind the stem.
  public var width: Int
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int
  /// What the batch normalisations of shortcuts add to the variance.
  ///
  /// It is 1 in the networks that the benchmark trained, where two arguments had changed places, so that
  /// shortcuts are normalised much less than all else. Others have 1e-5.
  public var shortcutEpsilon: Double

  /// Creates the space; the defaults are the benchmark's.
  public init(
    width: Int = 64, classes: Int = Self.sizes.classes, resolution: Int = Self.sizes.resolution,
    shortcutEpsilon: Double = 1
  ) {
    self.width = width
    self.classes = classes
    self.resolution = resolution
    self.shortcutEpsilon = shortcutEpsilon
  }

  /// The sizes, and the epsilon of the shortcuts where it is not the benchmark's.
  public var settings: [String: SettingValue] {
    var settings: [String: SettingValue] = [
      "width": .integer(width), "classes": .integer(classes), "resolution": .integer(resolution),
    ]
    if shortcutEpsilon != 1 { settings["shortcutEpsilon"] = .number(shortcutEpsilon) }
    return settings
  }

  /// The network of an architecture.
  ///
  /// A residual block is twice ReLU, 3x3 convolution and batch normalisation, added to its input, which a
  /// 1x1 convolution with batch normalisation brings to another shape. Parameters are named and ordered
  /// as in the benchmark's PyTorch module.
  ///
  /// - Throws: `NetworkError` where there is nothing of a size.
  public func network(for architecture: TransNASMacroArchitecture) throws(NetworkError) -> Network {
    try TransNASSkeleton(width: width, classes: classes, resolution: resolution)
      .network(of: architecture.modules) { (builder, cell) throws(NetworkError) in
        try add(cell, to: &builder)
      }
  }

  private func add(
    _ cell: TransNASSkeleton.Cell, to builder: inout NetworkBuilder
  ) throws(NetworkError) -> Int {
    let first = try builder.addPreactivatedUnit(
      Convolution(
        inChannels: cell.inChannels, outChannels: cell.outChannels, kernel: 3,
        stride: cell.stride), reading: cell.input, name: "\(cell.name).conv_a.ops")
    let second = try builder.addPreactivatedUnit(
      Convolution(inChannels: cell.outChannels, outChannels: cell.outChannels, kernel: 3),
      reading: first, name: "\(cell.name).conv_b.ops")
    var shortcut = cell.input
    if !cell.keepsShape {
      shortcut = try builder.addNormalized(
        Convolution(
          inChannels: cell.inChannels, outChannels: cell.outChannels, kernel: 1,
          stride: cell.stride), reading: cell.input, name: "\(cell.name).downsample",
        epsilon: shortcutEpsilon)
    }
    return try builder.add(Sum(), shortcut, second, name: cell.name)
  }
}
