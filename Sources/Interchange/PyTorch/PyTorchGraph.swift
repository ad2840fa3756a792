internal import Networks
internal import Tensors

/// A network as the steps of a PyTorch module: its nodes, apart from those that a module does as well.
struct PyTorchGraph {
  /// A line of `forward`.
  struct Step {
    /// The name of the node.
    var name: String
    /// The code, `nil` for the input.
    var code: PyTorchCode?
    /// The module, with the arguments that are left.
    var module: PyTorchCode.Module?
    /// The steps that it reads.
    var inputs: [Int]
    /// The shape of its value for one image.
    var shape: Shape
    /// The block that begins with it.
    var block: Block?
  }

  /// A part of the network between two ends of blocks.
  struct Block {
    /// What the names of its nodes begin with; empty where they have nothing in common.
    var name: String
    /// The shape of its output.
    var shape: Shape

    /// What stands above its lines.
    var heading: String {
      (name.isEmpty ? "" : "\(name): ")
        + shape.extents.map(String.init).joined(separator: " x ")
    }
  }

  /// The steps in topological order; the first one is the input and the last one the output.
  private(set) var steps: [Step] = []
  /// Positions of the steps with modules, in the order in which these are registered.
  private(set) var modules: [Int] = []

  init(_ network: Network) {
    let consumers = network.consumers
    let blocks = Self.blocks(network)
    /// The step that stands for each node.
    var places: [Int] = []
    for (position, node) in network.nodes.enumerated() {
      let code = node.op?.exported(
        inputs: network.inputShapes(of: position), output: node.shape
      ).pyTorch
      if let argument = code?.lifted, let input = node.inputs.first,
        network.nodes[input].name == node.name, consumers[input].count == 1,
        let index = steps[places[input]].module?.arguments.firstIndex(of: argument)
      {
        steps[places[input]].module?.arguments.remove(at: index)
        places.append(places[input])
        continue
      }
      // A source is given the images, whose number its value has.
      let read = node.op != nil && node.inputs.isEmpty ? [0] : node.inputs
      steps.append(
        Step(
          name: node.name, code: code, module: code?.module, inputs: read.map { places[$0] },
          shape: node.shape, block: blocks[position]))
      places.append(steps.count - 1)
    }
    var isListed = Set<Int>()
    modules = network.registrationOrder.map { places[$0] }.filter {
      steps[$0].module != nil && isListed.insert($0).inserted
    }
  }

  /// The blocks by their first nodes.
  private static func blocks(_ network: Network) -> [Int: Block] {
    var blocks: [Int: Block] = [:]
    var start = 1
    for end in network.blockOutputs + [network.output] where end >= start {
      let names = network.nodes[start...end].map { $0.name.split(separator: ".") }
      let common = names.dropFirst().reduce(names[0]) { common, name in
        Array(zip(common, name).prefix { $0 == $1 }.map(\.0))
      }
      blocks[start] = Block(
        name: common.joined(separator: "."), shape: network.nodes[end].shape)
      start = end + 1
    }
    return blocks
  }
}
