extension WorkerTeam {
  /// Calls `body` for pieces of different costs, shared so that all workers end at about the same time.
  ///
  /// Each worker in turn takes the most costly piece that is left. What a worker computes does not depend
  /// on timing, and `body` is called once for each piece.
  ///
  /// - Parameters:
  ///   - costs: about how much work each piece is.
  ///   - body: works on a piece; called by several threads, for pieces of their own.
  package func run(costs: [Double], _ body: (_ piece: Int) -> Void) {
    var shares = [[Int]](repeating: [], count: count)
    var sums = [Double](repeating: 0, count: count)
    for piece in costs.indices.sorted(by: { (costs[$0], $1) > (costs[$1], $0) }) {
      let worker = sums.indices.min { sums[$0] < sums[$1] } ?? 0
      shares[worker].append(piece)
      sums[worker] += costs[piece]
    }
    run { worker in for piece in shares[worker] { body(piece) } }
  }
}
