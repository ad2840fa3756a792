internal import Formats
internal import Interchange
internal import Networks
internal import Reports
internal import Scoring

/// The files in which a network leaves the command.
struct NetworkFiles {
  /// Where the files lie.
  let directory: String
  /// Whether files that are there are written over.
  let isForced: Bool

  /// The largest number of parameters that are written: a gigabyte.
  static let parameterLimit = 1 << 28

  /// The graph.
  var graph: String { path("network.json") }
  /// The PyTorch module.
  var module: String { path("network.py") }
  /// The numbers.
  var weights: String { path("weights.safetensors") }
  /// The text of the architecture.
  var architecture: String { path("architecture.txt") }

  /// All of them.
  var all: [String] { [graph, module, weights, architecture] }

  private func path(_ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  /// Checks that nothing is in the way; a long run asks before it begins.
  ///
  /// - Throws: 73 where a file is there and may not be written over.
  func check() throws(CommandError) {
    guard !isForced, let present = all.first(where: OutputFile.exists) else { return }
    throw CommandError(.cannotWrite, "\(present): it is there already; --force writes over it")
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
    try check()
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
      network, title: "A network of the space \(Space.name) in plain torch.nn.", architecture: text)
    let document = NetworkDocument(
      network, space: Space.name, architecture: text, settings: space.settings, seed: seed)
    let candidate = Candidate(
      architecture: text, network: network, settings: ScoringSettings(), seed: seed,
      compute: try Compute(threads: 1))
    let tensors = network.stateDictionary(candidate.parameters)

    try OutputFile.makeDirectory(directory)
    try OutputFile.write(document.json.pretty + "\n", to: graph)
    try OutputFile.write(source.text, to: module)
    try SafeTensors.write(
      tensors, metadata: ["format": "pt", "architecture": text], toFile: weights)
    try OutputFile.write(text + "\n", to: self.architecture)
    return all
  }
}
