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
    var names: [String] = []
    names.reserveCapacity(nodes.count)
    for node in nodes {
      var name = node.name
      var number = numbers[name, default: 1]
      while !taken.insert(name).inserted {
        repeat {
          number += 1
          name = "\(node.name)#\(number)"
        } while reserved.contains(name)
      }
      numbers[node.name] = number
      names.append(name)
    }
    return names
  }
}
