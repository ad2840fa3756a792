internal import Networks

/// The outputs of the modules of the PyTorch network of NAS-Bench-201 on which proxies were published
/// that attach to every module, containers included.
///
/// The output of a container is that of its last member, so one tensor is met several times. The numbers
/// are those of the network class of `SamsungLabs/zero-cost-nas`, which MeCo and Dextr share.
struct NASBench201ModuleOutputs {
  /// A tensor that modules return.
  struct Output {
    /// The node that it is the value of.
    var node: Int
    /// How many modules return it.
    var modules: Int
    /// Whether it is what a skip connection reads, and so the value of another module too.
    var isPassedOn = false
  }

  /// The tensors in the order of execution.
  let list: [Output]

  /// The outputs of a network, `nil` where it is none of NAS-Bench-201.
  init?(_ network: Network) {
    let blocks = network.blockOutputs.dropFirst().enumerated()
    guard let head = network.nodes.firstIndex(where: { $0.name == "lastact.0" }),
      network.blockOutputs.first == 2, network.nodes[1].name == "stem.0",
      blocks.allSatisfy({ network.nodes[$1].name == "cells.\($0)" }),
      network.output == head + 3
    else { return nil }
    var list = [Output(node: 1, modules: 1), Output(node: 2, modules: 3)]
    let ends = network.blockOutputs
    for block in 0..<ends.count - 1 {
      let (input, output) = (ends[block], ends[block + 1])
      let inside = input + 1..<output
      let prefix = "cells.\(block)"
      if inside.contains(where: { network.nodes[$0].name.hasPrefix("\(prefix).conv_a") }) {
        list += inside.map { Self.member(of: network, at: $0) }
        list.append(Output(node: output, modules: 1))
      } else {
        list += Self.edges(of: network, cell: prefix, from: input, to: output)
        // The last cell of a stage is a reduction's input or the head's.
        let isLast =
          block + 2 == ends.count
          || network.nodes[ends[block + 2]].shape != network.nodes[output].shape
        list.append(Output(node: output, modules: isLast ? 2 : 1))
      }
    }
    list += [
      Output(node: head, modules: 1), Output(node: head + 1, modules: 2),
      Output(node: head + 2, modules: 2), Output(node: network.output, modules: 2),
    ]
    self.list = list
  }

  /// The outputs of the six edges of a cell.
  private static func edges(
    of network: Network, cell prefix: String, from input: Int, to output: Int
  ) -> [Output] {
    let inside = input + 1...output
    let values = [input] + inside.filter { network.nodes[$0].name == prefix }
    return (1...3).flatMap { 0..<$0 }.enumerated().flatMap { number, source in
      let name = "\(prefix).layers.\(number)"
      let members = inside.filter {
        network.nodes[$0].name == name || network.nodes[$0].name.hasPrefix("\(name).")
      }
      guard members.isEmpty else { return members.map { member(of: network, at: $0) } }
      return [Output(node: values[source], modules: 1, isPassedOn: true)]
    }
  }

  private static func member(of network: Network, at node: Int) -> Output {
    let name = network.nodes[node].name
    let modules =
      switch name.split(separator: ".").suffix(2).joined(separator: ".") {
      // The normalisation, the sequence that it ends, and the wrapper of the sequence.
      case "op.2": 3
      case "downsample.1": 2
      case let last where last.hasPrefix("layers."):
        // A pooling has a wrapper too, a zero has none.
        network.nodes[node].op?.kind == .pooling ? 2 : 1
      default: 1
      }
    return Output(node: node, modules: modules)
  }
}
