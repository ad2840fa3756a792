internal import Networks

/// What drawings call the blocks of a network.
enum BlockNames {
  /// The part of their names that all nodes with parameters share, such as `layer1.0`; `nil` where there is
  /// none.
  ///
  /// Parts are what dots and slashes divide.
  static func common(_ block: DrawnBlock, of network: Network) -> String? {
    let names = block.nodes.filter { !network.nodes[$0].parameters.isEmpty }
      .map { network.nodes[$0].name }
    guard let first = names.first else { return nil }
    var shared = parts(of: first)
    for name in names.dropFirst() {
      let other = parts(of: name)
      shared = zip(shared, other).prefix { $0 == $1 }.map(\.0)
    }
    // A join at the end of a block often has the name of the whole.
    let end = parts(of: network.nodes[block.end].name)
    if !end.isEmpty, end.count < shared.count, shared.starts(with: end) { shared = end }
    let text = shared.joined().trimmed
    return text.isEmpty ? nil : text
  }

  /// The parts of a name, each with the sign behind it.
  private static func parts(of name: String) -> [Substring] {
    var parts: [Substring] = []
    var start = name.startIndex
    for place in name.indices where name[place] == "." || name[place] == "/" {
      let next = name.index(after: place)
      parts.append(name[start..<next])
      start = next
    }
    // The last part ends as the others do, so that a name is the beginning of `name.0`.
    if start < name.endIndex { parts.append(name[start...] + ".") }
    return parts
  }
}

extension String {
  /// Without dots and slashes at its ends.
  fileprivate var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first == "." || first == "/" { rest.removeFirst() }
    while let last = rest.last, last == "." || last == "/" { rest.removeLast() }
    return String(rest)
  }
}
