/// Which product of ranks orders the networks of many tasks best, and whether the choice travels.
///
/// Every product of the ranks of 1 to `atMost` members is measured on every task by Spearman's rho. The mean is over
/// spaces, each with the mean of its tasks, so that a space with many tasks counts as much as one with a single one.
/// Among the products whose mean is within `margin` of the highest the one with the fewest members is chosen, the
/// higher mean where these tie. Leaving one space out, choosing by the others and measuring on it tells what the
/// choice is worth where nothing was looked at.
public struct RankProductChoice: Sendable {
  /// The networks of one task.
  public struct Task: Sendable {
    /// The space that the task belongs to.
    public let space: String
    /// For each member the ranks of all networks, from 1, higher being better.
    public let ranks: [[Double]]
    /// What the networks reach, higher being better.
    public let accuracies: [Double]

    /// Joins the parts.
    public init(space: String, ranks: [[Double]], accuracies: [Double]) {
      self.space = space
      self.ranks = ranks
      self.accuracies = accuracies
    }
  }

  /// A product of ranks with what it reaches.
  public struct Product: Hashable, Sendable {
    /// Positions in the list of members.
    public let members: [Int]
    /// Spearman's rho on each task; what is undefined orders nothing and counts as 0.
    public let coefficients: [Double]
    /// The mean over spaces.
    public let mean: Double
  }

  /// What was chosen without a space.
  public struct LeftOut: Hashable, Sendable {
    /// The space.
    public let space: String
    /// The members of the product that the other spaces choose.
    public let members: [Int]
    /// Its mean coefficient on the tasks of the space.
    public let coefficient: Double
  }

  /// The product that is chosen.
  public let chosen: Product
  /// The product with the highest mean for each number of members, from one on.
  public let best: [Product]
  /// The choice without each space, in the order of the tasks; empty where there is one space alone.
  public let leftOut: [LeftOut]

  /// Measures all products.
  ///
  /// - Parameters:
  ///   - tasks: at least one, each with a column for every member.
  ///   - atMost: ranks of a product at most.
  ///   - margin: how far below the highest mean a product with fewer members may be.
  public init(_ tasks: [Task], atMost: Int, margin: Double) {
    let count = tasks.first?.ranks.count ?? 0
    precondition(
      count > 0 && atMost > 0 && tasks.allSatisfy { $0.ranks.count == count },
      "tasks with \(tasks.map(\.ranks.count)) members")
    var spaces: [String] = []
    for task in tasks where !spaces.contains(task.space) { spaces.append(task.space) }
    let groups = spaces.map { space in tasks.indices.filter { tasks[$0].space == space } }

    func mean(_ coefficients: [Double], without left: Int? = nil) -> Double {
      let kept = groups.indices.filter { $0 != left }
      let means = kept.map { group in
        groups[group].reduce(0) { $0 + coefficients[$1] } / Double(groups[group].count)
      }
      return means.reduce(0, +) / Double(kept.count)
    }
    let products = Self.subsets(of: count, atMost: atMost).map { members in
      let coefficients = tasks.map { task in
        let products = task.accuracies.indices.map { network in
          members.reduce(1) { $0 * task.ranks[$1][network] }
        }
        return spearmanRho(products, task.accuracies) ?? 0
      }
      return Product(members: members, coefficients: coefficients, mean: mean(coefficients))
    }
    func choice(by mean: (Product) -> Double) -> Product {
      let means = products.map(mean)
      let bound = (means.max() ?? 0) - margin
      let candidates = products.indices.filter { means[$0] >= bound }
      let least = candidates.map { products[$0].members.count }.min() ?? 0
      let shortest = candidates.filter { products[$0].members.count == least }
      // The first of equal ones, so that the order of members decides.
      return products[shortest.reduce(shortest[0]) { means[$1] > means[$0] ? $1 : $0 }]
    }
    chosen = choice(by: \.mean)
    best = (1...min(atMost, count)).map { size in
      let sized = products.filter { $0.members.count == size }
      return sized.reduce(sized[0]) { $1.mean > $0.mean ? $1 : $0 }
    }
    leftOut =
      spaces.count < 2
      ? []
      : spaces.indices.map { left in
        let product = choice { mean($0.coefficients, without: left) }
        let own = groups[left].reduce(0) { $0 + product.coefficients[$1] }
        return LeftOut(
          space: spaces[left], members: product.members,
          coefficient: own / Double(groups[left].count))
      }
  }

  /// The subsets of `0..<count` with 1 to `atMost` elements, shorter ones first.
  private static func subsets(of count: Int, atMost: Int) -> [[Int]] {
    var all: [[Int]] = []
    var last: [[Int]] = [[]]
    for _ in 0..<min(atMost, count) {
      last = last.flatMap { subset in
        ((subset.last ?? -1) + 1..<count).map { subset + [$0] }
      }
      all += last
    }
    return all
  }
}
