internal import Networks
internal import Tensors

/// What drawings call the operators of a network.
enum OperatorText {
  /// The operator of a node with what tells it from others: window, stride, outputs.
  static func title(of position: Int, in network: Network) -> String {
    let node = network.nodes[position]
    guard let op = node.op else { return node.name }
    let attributes = op.exported(
      inputs: network.inputShapes(of: position), output: node.shape
    ).attributes.reduce(into: [String: ExportedOperation.Value]()) { $0[$1.name] = $1.value }
    func integer(_ name: String) -> Int? {
      if case .integer(let number)? = attributes[name] { number } else { nil }
    }
    func pair(_ name: String) -> String? {
      guard case .integers(let numbers)? = attributes[name], !numbers.isEmpty else { return nil }
      return numbers.map(String.init).joined(separator: "x")
    }
    func extent(_ name: String) -> String? {
      guard case .integers(let numbers)? = attributes[name], numbers.contains(where: { $0 != 1 })
      else { return nil }
      return "\(name) " + (Set(numbers).count == 1 ? "\(numbers[0])" : pair(name) ?? "")
    }
    let groups = integer("groups") ?? 1
    let isDepthwise = op.kind == .convolution && groups > 1 && groups == integer("inChannels")
    var parts = [
      [isDepthwise ? "depthwise" : nil, op.name, pair("kernel")].compactMap(\.self)
        .joined(separator: " ")
    ]
    if let outputs = integer("outChannels") ?? integer("outFeatures") {
      parts.append("\(outputs)")
    }
    parts += [extent("stride"), extent("dilation")].compactMap(\.self)
    if groups > 1, !isDepthwise { parts.append("\(groups) groups") }
    return parts.joined(separator: ", ")
  }

  /// Extents such as `64x32x32`.
  static func text(_ shape: Shape) -> String {
    shape.rank == 0 ? "a number" : shape.extents.map(String.init).joined(separator: "x")
  }
}
