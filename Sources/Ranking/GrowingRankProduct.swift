/// The product of the ranks that several scores give to networks that arrive one after another.
///
/// The aggregate of a network is `sum over the components of ln(rank / n)`: 0 is the best, and it
/// changes with every network that arrives. J. Lee and B. Ham: AZ-NAS: Assembling Zero-Cost Proxies for
/// Network Architecture Search. CVPR 2024, equation 8; Tybl and Neumann, CVPR 2025, equation 15.
///
/// The order is that of the products themselves, which need no logarithms; among equal products the
/// network that came first is the better one.
public struct GrowingRankProduct: Sendable {
  /// The ranks by each component.
  public private(set) var components: [GrowingRanks]

  /// The most components whose products of ranks stay finite up to 2^30 networks.
  public static let maximumComponents = 32

  /// Starts without networks.
  ///
  /// - Parameter components: the number of scores, 1 to ``maximumComponents``.
  public init(components: Int) {
    precondition(
      (1...Self.maximumComponents).contains(components), "a product of \(components) ranks")
    self.components = [GrowingRanks](repeating: GrowingRanks(), count: components)
  }

  /// Starts with networks that arrive at once.
  ///
  /// - Parameter columns: for each component the values of all networks.
  public init(components columns: [[Double]]) {
    precondition(
      (1...Self.maximumComponents).contains(columns.count)
        && columns.allSatisfy { $0.count == columns[0].count },
      "\(columns.count) components with \(columns.map(\.count)) values")
    components = columns.map { GrowingRanks($0) }
  }

  /// The number of networks.
  public var count: Int { components[0].count }

  /// Adds a network.
  ///
  /// - Parameter values: a number for each component, higher being better; negative infinity where
  ///   there is none.
  public mutating func insert(_ values: [Double]) {
    precondition(
      values.count == components.count,
      "\(values.count) values for \(components.count) components")
    for (component, value) in values.enumerated() { components[component].insert(value) }
  }

  /// The product of twice the ranks of each network, in the order of arrival.
  public var products: [Double] {
    var products = [Double](repeating: 1, count: count)
    var target = products.mutableSpan
    for component in components {
      let ranks = component.doubled.span
      for i in ranks.indices { target[i] *= Double(ranks[i]) }
    }
    return products
  }

  /// The aggregate of a network: the sum of `ln(rank / n)` over the components, at most 0.
  public func aggregate(of network: Int) -> Double {
    components.reduce(0) { $0 + naturalLogarithm($1[network] / Double(count)) }
  }

  /// The aggregate that values would have if they arrived now, with the others left as they are.
  ///
  /// - Parameter values: a number for each component.
  /// - Returns: the sum of `ln(rank / (n + 1))`.
  public func aggregate(ofNewcomer values: [Double]) -> Double {
    zip(components, values).reduce(0) { sum, pair in
      let (component, value) = pair
      var doubled = 2
      for known in component.values {
        if known < value { doubled += 2 } else if known == value { doubled += 1 }
      }
      return sum + naturalLogarithm(Double(doubled) / 2 / Double(count + 1))
    }
  }

  /// The best networks, best first.
  ///
  /// - Parameter number: how many are asked for.
  /// - Returns: their positions, all networks where there are fewer.
  /// - Complexity: O(count), and a sort of those that come near the last one that is asked for.
  public func best(_ number: Int) -> [Int] {
    guard number > 0, count > 0 else { return [] }
    let products = products
    var order = products.candidates(for: number)
    // Sorting is not stable, so the position decides among equal products.
    order.sort { products[$0] != products[$1] ? products[$0] > products[$1] : $0 < $1 }
    return Array(order.prefix(number))
  }
}

extension [Double] {
  /// Positions among which the `number` largest elements are, in ascending order; all are positive.
  ///
  /// The upper bits of a positive number are a whole number that grows with it. One pass counts them, a
  /// second one keeps what lies in the highest classes: nothing is compared, and the few that are kept
  /// can be sorted.
  fileprivate func candidates(for number: Int) -> [Int] {
    let shift = 47
    let values = span
    var counts = [Int32](repeating: 0, count: 1 << (64 - 1 - shift))
    var classes = counts.mutableSpan
    for i in values.indices { classes[Int(values[i].bitPattern >> shift)] &+= 1 }
    var bound = counts.count - 1
    var kept = Int(counts[bound])
    while kept < number, bound > 0 {
      bound -= 1
      kept += Int(counts[bound])
    }
    var result: [Int] = []
    result.reserveCapacity(kept)
    for i in values.indices where Int(values[i].bitPattern >> shift) >= bound { result.append(i) }
    return result
  }
}
