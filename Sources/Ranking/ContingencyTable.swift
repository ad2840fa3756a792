/// How often each distinct pair of score and accuracy occurs in a collection of networks.
///
/// Every metric of this module is a function of this table alone, so it does not depend on the
/// order of the networks. The cells are sorted once; a resample of the networks changes nothing but
/// the counts, and no metric has to sort again.
struct ContingencyTable {
  /// The cell of each network.
  let cells: [Int32]
  /// The score level of each cell; cells ascend by score, then by accuracy.
  let scoreLevels: [Int32]
  /// The accuracy level of each cell.
  let accuracyLevels: [Int32]
  /// The distinct accuracies, ascending.
  let accuracies: [Double]

  /// How many of the tallied networks fall into each cell.
  private(set) var counts: [Int32]
  /// How many of the tallied networks have each score level.
  private(set) var scoreCounts: [Int32]
  /// How many of the tallied networks have each accuracy level.
  private(set) var accuracyCounts: [Int32]
  /// How many networks are tallied.
  private(set) var total: Int

  /// Buffers that the metrics use again and again.
  var scratch = Scratch()

  /// Buffers whose content means nothing between two calls.
  struct Scratch {
    var tree: [Int32] = []
    var ranks: [Double] = []
    var gains: [Double] = []
    var members: [Int32] = []
  }

  /// Tallies every network once.
  init(_ scores: [Double], _ accuracies: [Double]) {
    precondition(
      scores.count == accuracies.count,
      "\(scores.count) scores cannot be compared with \(accuracies.count) accuracies")
    let score = Levels(scores)
    let accuracy = Levels(accuracies)
    let joint = Levels(score, accuracy)
    cells = joint.codes
    scoreLevels = joint.representatives.map { score.codes[Int($0)] }
    accuracyLevels = joint.representatives.map { accuracy.codes[Int($0)] }
    self.accuracies = accuracy.representatives.map { accuracies[Int($0)] }
    counts = [Int32](repeating: 0, count: joint.count)
    scoreCounts = [Int32](repeating: 0, count: score.count)
    accuracyCounts = [Int32](repeating: 0, count: accuracy.count)
    total = 0
    tally(scores.indices.map(Int32.init))
  }

  /// Replaces all counts by those of a list of networks, which may name a network repeatedly.
  mutating func tally(_ networks: [Int32]) {
    for cell in counts.indices { counts[cell] = 0 }
    for level in scoreCounts.indices { scoreCounts[level] = 0 }
    for level in accuracyCounts.indices { accuracyCounts[level] = 0 }
    for network in networks { counts[Int(cells[Int(network)])] &+= 1 }
    for cell in counts.indices {
      let count = counts[cell]
      scoreCounts[Int(scoreLevels[cell])] &+= count
      accuracyCounts[Int(accuracyLevels[cell])] &+= count
    }
    total = networks.count
  }
}
