public import Networks
internal import Tensors

/// A network as the source of one Python class in plain `torch.nn`.
///
/// The class has the parameters of the network under their names and in their order, so that a state
/// dictionary fits both, and a `forward` that is read from top to bottom. Whatever the network builds is
/// computed, edges that lead nowhere included.
public struct PyTorchSource: Hashable, Sendable {
  /// The source.
  public let text: String

  /// Writes a network down.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - title: the first line of the documentation.
  ///   - architecture: the text of the architecture, for the documentation.
  /// - Throws: ``ExportError`` where no module can have these names: they are members of every module,
  ///   two layers share one, or the parameters of a module do not follow one another. Networks of the
  ///   search spaces have none of these.
  public init(_ network: Network, title: String, architecture: String) throws(ExportError) {
    let graph = PyTorchGraph(network)
    var tree = PyTorchModuleTree()
    for step in graph.modules.map({ graph.steps[$0] }) {
      if let module = step.module { try tree.add(module, named: step.name) }
    }
    var lines = Self.documentation(network, title: title, architecture: architecture)
    lines += [
      "", "import torch", "import torch.nn.functional as functional", "from torch import nn", "",
      "",
      "class Network(nn.Module):", "    def __init__(self):", "        super().__init__()",
    ]
    lines += tree.statements.map { "        " + $0 }
    lines += ["", "    def forward(self, x):"]
    lines += Self.forward(graph, tree).map { $0.isEmpty ? "" : "        " + $0 }
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func documentation(
    _ network: Network, title: String, architecture: String
  ) -> [String] {
    let shape = network.inputShape
    let cost = network.cost
    return [
      "\"\"\"\(escaped(title))", "", escaped(architecture), "",
      "Images are [batch, \(shape.extents.map(String.init).joined(separator: ", "))]. The network has "
        + "\(cost.parameters) parameters in \(cost.tensors) tensors.", "",
      "    from safetensors.torch import load_file", "",
      "    network = Network()",
      "    network.load_state_dict(load_file(\"weights.safetensors\"))", "",
      "The weights are those before training, and the running statistics of batch normalisations are",
      "mean 0, variance 1 and no minibatch: train() normalises by the minibatch, eval() hardly at all.",
      "\"\"\"",
    ]
  }

  /// A text inside of a documentation string.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }

  private static func forward(_ graph: PyTorchGraph, _ tree: PyTorchModuleTree) -> [String] {
    let variables = PyTorchVariables(inputs: graph.steps.map(\.inputs)).names
    var lines: [String] = []
    var shared: String?
    for (position, step) in graph.steps.enumerated() {
      if let block = step.block {
        lines += (lines.isEmpty ? [] : [""]) + ["# \(block.heading)"]
        // What all modules of a block have in common is said once.
        shared = tree.dictionary(block.name)
        if let shared { lines.append("block = \(shared)") }
      }
      guard let code = step.code else { continue }
      var module = tree[step.name]
      if let shared, module.hasPrefix(shared) { module = "block" + module.dropFirst(shared.count) }
      let value = code.value(module, step.inputs.map { variables[$0] })
      if value != variables[position] { lines.append("\(variables[position]) = \(value)") }
    }
    return lines + (variables.last.map { ["return \($0)"] } ?? [])
  }
}
