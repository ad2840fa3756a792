internal import Formats
internal import Foundation
internal import Interchange
internal import Networks
internal import Reports
internal import Scoring

/// Where the weights of an ONNX model lie.
enum ModelFileForm {
  /// In the model.
  case weightsInside
  /// In a file beside it.
  case weightsBeside
}

/// The files in which a network leaves the command.
struct NetworkFiles {
  /// Where the files lie.
  let directory: String
  /// Whether the directory may have something in it, which is then written over.
  let isForced: Bool
  /// Whether an ONNX model is written too.
  var model: ModelFileForm?

  /// The largest number of parameters that are written: a gigabyte.
  static let parameterLimit = 1 << 28

  /// The open places of the files.
  private struct Outputs {
    let graph: OutputFile
    let module: OutputFile
    let weights: OutputFile
    let architecture: OutputFile
    let model: OutputFile?
    let numbers: OutputFile?

    init(
      in directory: OutputDirectory, isForced: Bool, _ form: ModelFileForm?
    ) throws(FileError) {
      graph = try OutputFile(directory.file("network.json"), isForced: isForced)
      module = try OutputFile(directory.file("network.py"), isForced: isForced)
      weights = try OutputFile(directory.file("weights.safetensors"), isForced: isForced)
      architecture = try OutputFile(directory.file("architecture.txt"), isForced: isForced)
      model = form == nil ? nil : try OutputFile(directory.file("network.onnx"), isForced: isForced)
      numbers =
        form == .weightsBeside
        ? try OutputFile(directory.file(Outputs.numbersName), isForced: isForced) : nil
    }

    static let numbersName = "network.onnx.data"

    var paths: [String] {
      ([graph, module, weights, architecture] + [model, numbers].compactMap(\.self)).map(\.path)
    }
  }

  /// Makes the directory and checks that all files can be written; a long run asks before it begins.
  ///
  /// - Throws: 73 where something is in the way.
  func check() throws { _ = try outputs() }

  private func outputs() throws -> Outputs {
    try Outputs(in: OutputDirectory(directory, isForced: isForced), isForced: isForced, model)
  }

  /// Writes a network with the weights that the first initialisation of a score has.
  ///
  /// - Parameters:
  ///   - architecture: the architecture.
  ///   - space: its space.
  ///   - seed: the seed of the weights.
  /// - Returns: the paths of the files.
  /// - Throws: 64 where the sizes leave no room for the network, 65 where it is too large, 73 where
  ///   something cannot be written.
  func exportNetwork<Space: SearchSpace>(
    _ architecture: Space.Architecture, of space: Space, seed: UInt64
  ) throws -> [String] {
    let network = try space.network(for: architecture)
    let count = network.cost.parameters
    guard count <= Self.parameterLimit else {
      throw CommandError(
        .badData,
        "the network has \(count) parameters, more than the \(Self.parameterLimit) "
          + "that are written")
    }
    let text = architecture.description
    let source = try PyTorchSource(
      network, title: "A network of the space \(space.name) in plain torch.nn.", architecture: text)
    let document = NetworkDocument(
      network, costs: try space.costs(of: architecture), space: space.name, architecture: text,
      settings: space.settings, seed: seed)
    let candidate = Candidate(
      architecture: text, network: network, settings: ScoringSettings(), seed: seed,
      compute: try Compute(threads: 1))
    let tensors = network.stateDictionary(candidate.parameters)

    let onnx = ONNXModel(network, candidate.parameters, name: text, architecture: text)

    let outputs = try outputs()
    try outputs.graph.write(document.json.pretty + "\n")
    try outputs.module.write(source.text)
    try outputs.weights.write(
      SafeTensors.encode(tensors, metadata: ["format": "pt", "architecture": text]))
    try outputs.architecture.write(text + "\n")
    if let numbers = outputs.numbers {
      let files = onnx.files(numbersIn: Outputs.numbersName)
      try numbers.write(files.numbers)
      try outputs.model?.write([UInt8](files.model))
    } else if let model = outputs.model {
      try model.write([UInt8](try onnx.file()))
    }
    return outputs.paths
  }
}
