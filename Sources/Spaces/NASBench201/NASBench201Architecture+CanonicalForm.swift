extension NASBench201Architecture {
  /// The cell as an expression, as the benchmark writes it to find isomorphic cells.
  ///
  /// `0` is the input of the cell, `(x)@op` an operation, `#` zero. A skip connection stands for its
  /// input, summands are sorted, and an edge of `none` or from a node that is `#` is a summand `#`.
  /// The whole space has 6,466 such forms, the architectures that are live 6,285.
  ///
  /// Zeros stay in the sums. A node with two zero summands is therefore `#+#`, not zero, and what
  /// follows it stays too: the form sees some dead edges. ``reducedForm`` does not.
  public var canonicalForm: String {
    var nodes = ["0"]
    for target in 1...3 {
      let summands = incoming(target).map { source, operation in
        switch operation {
        case .none: "#"
        case _ where nodes[source] == "#": "#"
        case .skipConnect: nodes[source]
        default: "(\(nodes[source]))@\(operation.rawValue)"
        }
      }
      nodes.append(summands.sorted().joined(separator: "+"))
    }
    return nodes[3]
  }

  /// The function that the cell computes, as an expression without zeros or nested sums.
  ///
  /// The notation is that of ``canonicalForm``, but zeros are dropped, and a sum that arrives
  /// through a skip connection is merged with the sum that it joins; `#` is left for the cells whose
  /// output does not depend on their input. The form of an architecture is the form of its
  /// ``pruned`` architecture. The space has 4,930 such forms: that many cells differ by more than
  /// their notation.
  public var reducedForm: String {
    var nodes = [["0"]]
    for target in 1...3 {
      let summands = incoming(target).flatMap { source, operation -> [String] in
        switch operation {
        case .none: []
        case _ where nodes[source].isEmpty: []
        case .skipConnect: nodes[source]
        default: ["(\(nodes[source].joined(separator: "+")))@\(operation.rawValue)"]
        }
      }
      nodes.append(summands.sorted())
    }
    return nodes[3].isEmpty ? "#" : nodes[3].joined(separator: "+")
  }

  /// The first architecture, by benchmark index, of those with the same canonical form.
  public var canonicalRepresentative: NASBench201Architecture {
    Self.representatives[rank]
  }

  /// The canonical representative of each rank.
  private static let representatives: [NASBench201Architecture] = {
    var first: [String: NASBench201Architecture] = [:]
    var result = Array(all)
    for architecture in AccuracyTable.nasBench201.architectures {
      let form = architecture.canonicalForm
      result[architecture.rank] = first[form, default: architecture]
      first[form] = result[architecture.rank]
    }
    return result
  }()

  /// The sources and operations of the edges into a node.
  private func incoming(_ target: Int) -> [(source: Int, operation: NASBench201Operation)] {
    zip(Self.edges, operations).filter { $0.0.target == target }.map { ($0.source, $1) }
  }
}
