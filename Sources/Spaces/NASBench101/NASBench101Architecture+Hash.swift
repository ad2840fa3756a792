extension NASBench101Architecture {
  /// The benchmark's name of the module: equal for specifications whose pruned graphs are isomorphic.
  ///
  /// Each vertex begins with the MD5 digest of its degrees and its operation; as often as there are
  /// vertices, it gets the digest of those that lead to it, of those that it leads to, and of its own.
  public var moduleHash: String {
    let module = pruned
    let count = module.vertices
    let labels = [-1] + module.operations.map(\.hashLabel) + [-2]
    var hashes = (0..<count).map { vertex in
      let outgoing = module.matrix[vertex].count { $0 }
      let incoming = module.matrix.count { $0[vertex] }
      return MD5.hexadecimal("(\(outgoing), \(incoming), \(labels[vertex]))")
    }
    for _ in 0..<count {
      hashes = (0..<count).map { vertex in
        let before = (0..<count).filter { module.matrix[$0][vertex] }.map { hashes[$0] }.sorted()
        let behind = (0..<count).filter { module.matrix[vertex][$0] }.map { hashes[$0] }.sorted()
        return MD5.hexadecimal("\(before.joined())|\(behind.joined())|\(hashes[vertex])")
      }
    }
    return MD5.hexadecimal("[\(hashes.sorted().map { "'\($0)'" }.joined(separator: ", "))]")
  }
}

extension NASBench101Operation {
  /// The number of the operation in hashes.
  fileprivate var hashLabel: Int {
    switch self {
    case .convolution3x3: 0
    case .convolution1x1: 1
    case .maxPool3x3: 2
    }
  }
}
