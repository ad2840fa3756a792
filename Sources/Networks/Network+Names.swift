extension Network {
  /// A name for each node that no other node has.
  ///
  /// Nodes may share a name, as a convolution and its bias do. The first one keeps it; the others have
  /// a number behind it, as in `cells.0#2`.
  public var uniqueNames: [String] {
    var taken: Set<String> = []
    let reserved = Set(nodes.map(\.name))
    // The number behind the newest of equal names: thousands may be equal in a network from elsewhere.
    var numbers: [String: Int] = [:]
    return nodes.map { node in
      if taken.insert(node.name).inserted { return node.name }
      var name: String
      repeat {
        let number = numbers[node.name, default: 1] + 1
        numbers[node.name] = number
        name = "\(node.name)#\(number)"
      } while reserved.contains(name) || !taken.insert(name).inserted
      return name
    }
  }
}
