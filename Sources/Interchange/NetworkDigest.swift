internal import Formats
public import Networks
internal import Tensors

extension Network {
  /// What names the graph: operators, their attributes, shapes, and how they are joined; not names, paths or
  /// weights.
  ///
  /// Nodes that the output does not depend on do not count, nor does the order in which the others stand. It is the
  /// hash FNV-1a of 64 bits, as sixteen hexadecimal digits.
  public var graphDigest: String {
    var digest = Digest()
    digest.add("graph 1 \(inputShape.extents)")
    let (order, number) = canonicalOrder
    for position in order {
      let node = nodes[position]
      guard let op = node.op else { continue }
      let inputs = node.inputs.map { number[$0] }
      digest.add("\n\(op.name) \(inputs) \(node.shape.extents)")
      let exported = op.exported(inputs: inputShapes(of: position), output: node.shape)
      for attribute in exported.attributes { digest.add(" \(attribute.name)=\(attribute.value)") }
      // Numbers that are no parameters, such as masks, stand in the nodes for other programs alone.
      let names = ONNXCode.Names(
        inputs: inputs.isEmpty ? ["input"] : inputs.map { "\($0)" },
        parameters: (0..<node.parameters.count + node.buffers.count).map { "p\($0)" }, output: "y")
      for inner in exported.onnx.nodes(names) {
        for attribute in inner.attributes {
          guard case .tensor(let values, _) = attribute.value else { continue }
          for value in values { digest.add(value.bitPattern) }
        }
      }
      for spec in parameters[node.parameters] { digest.add(" \(spec.shape) \(spec.role)") }
    }
    return digest.text
  }

  /// The nodes that the output depends on, each behind what it reads, in an order that only the graph decides.
  ///
  /// With it comes the place of each node in it, `nil` for the others. Changes of layout stand for what they copy.
  private var canonicalOrder: (order: [Int], number: [Int]) {
    var number = [Int](repeating: -1, count: nodes.count)
    var order: [Int] = []
    // The walk goes deep first, by a list of its own: a network may be deeper than a stack.
    var open: [(node: Int, next: Int)] = [(output, 0)]
    while let (position, next) = open.last {
      let inputs = nodes[position].inputs
      if next < inputs.count, number[position] < 0 {
        open[open.count - 1].next += 1
        if number[inputs[next]] < 0 { open.append((inputs[next], 0)) }
        continue
      }
      open.removeLast()
      guard number[position] < 0 else { continue }
      if nodes[position].op is Reorder {
        number[position] = number[inputs[0]]
      } else {
        number[position] = order.count
        order.append(position)
      }
    }
    return (order, number)
  }
}

extension Parameters {
  /// What names the numbers, as sixteen hexadecimal digits.
  public var digest: String {
    var digest = Digest()
    for tensor in values + buffers {
      digest.add(UInt32(truncatingIfNeeded: tensor.count))
      for value in tensor { digest.add(value.bitPattern) }
    }
    return digest.text
  }
}
