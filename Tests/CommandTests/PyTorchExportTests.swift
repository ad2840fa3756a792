import Derivatives
import Formats
import Foundation
import Interchange
import Networks
import Operators
import Reports
import Scoring
import Spaces
import Studies
import Tensors
import TestSupport
import Testing

/// PyTorch, where it is installed.
enum PyTorch {
  /// Whether there are Python, numpy and PyTorch.
  static let isInstalled = Python.has("numpy, torch")

  /// What `Scripts/pytorch_logits.py` prints of an exported network.
  struct Result: Decodable {
    let parameters: [String]
    let shapes: [[Int]]
    let state: [String]
    let eval: [[Double]]
    let train: [[Double]]
  }

  static func logits(of directory: String, images: String, precision: Precision) throws -> Result {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Scripts/pytorch_logits.py").standardizedFileURL.path
    let result = try Python.run([script, directory, images, precision.rawValue])
    try #require(result.status == 0, "\(directory): \(script) failed")
    return try JSONDecoder().decode(Result.self, from: result.output)
  }
}

/// Exported networks in PyTorch: names and order of the parameters, and the logits of fixed images.
@Suite(.serialized, .enabled(if: PyTorch.isInstalled, "skipped: python3 has no numpy or torch"))
struct PyTorchExportTests {
  /// A network, as arguments of the command and as the library builds it.
  struct Case: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    var batch: Int
    var network: @Sendable () throws -> Network
    var precisions: [Precision] = [.float, .double]

    var testDescription: String { arguments.joined(separator: " ") }

    static func cell(
      _ architecture: String, width: Int, cells: Int, classes: Int, resolution: Int, batch: Int
    ) -> Case {
      Case(
        arguments: [
          "nas-bench-201", architecture, "--width", "\(width)", "--cells", "\(cells)", "--classes",
          "\(classes)", "--resolution", "\(resolution)",
        ], batch: batch
      ) {
        try NASBench201Skeleton(
          channels: width, cells: cells, classes: classes, resolution: resolution
        ).network(of: NASBench201Architecture(parsing: architecture))
      }
    }

    static func chain(
      _ architecture: String, classes: Int, resolution: Int, batch: Int,
      precisions: [Precision] = [.float, .double]
    ) -> Case {
      Case(
        arguments: [
          "mobilenet-v2", architecture, "--classes", "\(classes)", "--resolution", "\(resolution)",
        ], batch: batch,
        network: {
          try MobileNetV2Space(classes: classes, resolution: resolution)
            .network(for: MobileNetV2Architecture(parsing: architecture))
        }, precisions: precisions)
    }

    /// The example of a space of the list, or another network of it.
    static func listed(
      _ space: any ListedSpace, _ text: String? = nil, resolution: Int, batch: Int = 4
    ) -> Case {
      func made<Space: ListedSpace>(_ space: Space) -> Case {
        let space = space.resized(to: SpaceSizes(classes: 3, resolution: resolution))
        let text = text ?? space.example.description
        return Case(
          arguments: [
            space.name, text, "--classes", "3", "--resolution", "\(resolution)",
          ], batch: batch,
          network: { try space.network(for: space.architecture(parsing: text)) },
          precisions: [.double])
      }
      return made(space)
    }

    // Every operation; operations that lead nowhere; the benchmark's own size. Every kind of unit, odd
    // maps and kernels of 5 and 7; five halvings; images of full size.
    static let all = [
      cell(
        "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|none~0|avg_pool_3x3~1|nor_conv_3x3~2|",
        width: 4, cells: 1, classes: 10, resolution: 8, batch: 8),
      cell(
        "|nor_conv_3x3~0|+|none~0|none~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|",
        width: 5, cells: 2, classes: 7, resolution: 12, batch: 6),
      cell("1462", width: 16, cells: 5, classes: 100, resolution: 32, batch: 4),
      chain(
        "SuperConvK3BNRELU(3,8,1,1)SuperResIDWE1K5(8,8,2,8,2)SuperResIDWE2K7(8,9,1,5,1)",
        classes: 5, resolution: 17, batch: 6),
      chain(
        "SuperConvK3BNRELU(3,8,2,1)SuperResK5K5(8,12,2,6,2)SuperResK1K3K1(12,16,1,5,2)",
        classes: 5, resolution: 17, batch: 6),
      chain(
        MobileNetV2Architecture.releasedStart.description, classes: 10, resolution: 64, batch: 6),
      chain(
        MobileNetV2Architecture.releasedStart.description, classes: 1000, resolution: 224, batch: 2,
        precisions: [.float]),
      // Layers that are registered in another order than they run; maps that are zero; tables of positions.
      listed(NASBenchMacroSpace(), resolution: 16),
      listed(TransNASMicroSpace(), resolution: 64),
      listed(TransNASMicroSpace(), "64-41414-0_00_010", resolution: 64),
      listed(TransNASMacroSpace(), resolution: 64),
      listed(NASBench101Space(), resolution: 16),
      listed(DARTSSpace(), resolution: 16),
      listed(NATSBenchSizeSpace(), resolution: 16),
      listed(AutoFormerSpace(size: .tiny), resolution: 48),
      listed(FlexiBERTSpace(), resolution: 16),
    ]
  }

  @Test(arguments: Case.all)
  func logitsAreOurs(export: Case) throws {
    let directory = try TemporaryDirectory()
    let exported = try Tool.run(
      ["export"] + export.arguments + ["--seed", "3", "--directory", directory.path])
    try #require(exported.status == 0, "\(exported.errors)")
    try compare(
      export.network(), in: directory, batch: export.batch, precisions: export.precisions)
  }

  /// Squeeze-and-excitation, which no subcommand builds.
  @Test func squeezeExcitationIsWritten() throws {
    let text = "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE2K3(8,12,2,10,1)SuperConvK1BNRELU(12,20,1,1)"
    let network = try MobileNetV2Space(classes: 7, resolution: 19, squeezeExcitation: true)
      .network(for: MobileNetV2Architecture(parsing: text))
    try compareWritten(network, batch: 6)
  }

  /// What no search space builds: a bias apart from a convolution, modules inside of a layer, padding
  /// that counts, vectors between linear layers, a normalisation that nobody reads.
  @Test func anyNetworkIsWritten() throws {
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 7, width: 6))
    let stem = try builder.add(
      Convolution(inChannels: 3, outChannels: 4, kernel: 3, stride: 2), 0, name: "stem")
    let biased = try builder.add(ConvolutionBias(channels: 4), stem, name: "stem")
    let norm = try builder.add(BatchNormalization(channels: 4), biased, name: "stem.norm")
    let wide = try builder.add(
      Convolution(inChannels: 4, outChannels: 4, kernel: 5, groups: 2), norm, name: "a.0.wide")
    let zero = try builder.add(Zero(), norm, name: "a.0.zero")
    let shifted = try builder.add(ConvolutionBias(channels: 4), zero, name: "a.0.shift")
    let sum = try builder.add(Sum(), wide, norm, wide, shifted, name: "a.0")
    let pooled = try builder.add(
      AveragePool(PoolingGeometry(kernel: 3, stride: 2, padding: 1, countsPadding: true)), sum,
      name: "pool")
    let vector = try builder.add(GlobalAveragePool(), pooled, name: "vector")
    let hidden = try builder.add(Linear(inFeatures: 4, outFeatures: 4), vector, name: "hidden")
    let gate = try builder.add(ReLU(), hidden, name: "gate")
    let both = try builder.add(Sum(), gate, vector, name: "both")
    _ = try builder.add(BatchNormalization(channels: 4), sum, name: "unread")
    _ = try builder.add(Linear(inFeatures: 4, outFeatures: 3), both, name: "last")
    try compareWritten(builder.build(), batch: 5)
  }

  /// Writes a network with portable numbers and compares the files with it.
  private func compareWritten(_ network: Network, batch: Int) throws {
    var numbers = network.parameters.enumerated().map { position, spec in
      PortableGenerator.weights(ofTensor: position, count: spec.count, fanIn: spec.fanIn)
    }
    // Biases and shifts that are not zero.
    for position in numbers.indices { numbers[position][0] += 0.25 }
    let directory = try TemporaryDirectory()
    let source = try PyTorchSource(network, title: "A test.", architecture: "none")
    try Data(source.text.utf8).write(to: URL(fileURLWithPath: directory.file("network.py")))
    try SafeTensors.write(
      network.stateDictionary(Parameters(numbers, for: network)),
      toFile: directory.file("weights.safetensors"))
    try compare(network, in: directory, batch: batch, precisions: [.float, .double])
  }

  /// Compares the files of a directory with a network and the numbers in them.
  private func compare(
    _ network: Network, in directory: TemporaryDirectory, batch: Int, precisions: [Precision]
  ) throws {
    let weights = try SafeTensors(contentsOfFile: directory.file("weights.safetensors"))
    let parameters = Parameters(
      try network.parameters.map { try weights.floats($0.name) }, for: network)
    let shape = network.inputShape
    let images = PortableGenerator.Minibatch.first.images
      .normals(count: batch * shape.count)
    try SafeTensors.write(
      [
        SafeTensors.Tensor(
          "input", shape: [batch, shape.channels, shape.height, shape.width], images)
      ], toFile: directory.file("images"))

    for precision in precisions {
      let theirs = try PyTorch.logits(
        of: directory.path, images: directory.file("images"), precision: precision)
      #expect(theirs.parameters == network.parameters.map(\.name))
      #expect(theirs.shapes == network.parameters.map(\.shape))
      #expect(Set(theirs.state) == Set(weights.names))
      for (mode, logits) in [(NormalizationMode.batch, theirs.train), (.fresh, theirs.eval)] {
        let ours = try Linearization(
          network, parameters: parameters, images: images, normalization: mode,
          engine: KernelEngine(precision: precision), arena: Arena()
        ).output.values
        let flat = logits.flatMap(\.self)
        try #require(flat.count == ours.count)
        let largest = ours.reduce(0) { max($0, abs($1)) }
        let difference = zip(ours, flat).reduce(0) { max($0, abs($1.0 - $1.1)) }
        // In double only the order of sums differs.
        let tolerance = precision == .float ? 1e-4 : 1e-10
        #expect(
          difference <= tolerance * largest, "\(precision), \(mode): \(difference) of \(largest)")
      }
    }
  }
}
