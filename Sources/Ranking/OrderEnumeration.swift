extension OrderComparison {
  /// Counts all orders with metrics below those of the ranking.
  ///
  /// Positions are filled one after the other, so that orders that begin alike share the sums of
  /// their beginning. There may be no more than 64 networks.
  ///
  /// - Returns: how many of the n! orders are below.
  func comparedWithAllOrders() -> Tally {
    func mask(_ isMember: (Int) -> Bool) -> UInt64 {
      (0..<count).reduce(0) { isMember($1) ? $0 | 1 << UInt64($1) : $0 }
    }
    let enumeration = OrderEnumeration(
      comparison: self,
      higher: accuracyLevels.map { level in mask { accuracyLevels[$0] > level } },
      lower: accuracyLevels.map { level in mask { accuracyLevels[$0] < level } })
    var tally = Tally()
    enumeration.fill(0, from: mask { _ in true }, better: 0, placed: 0, Numerators(), &tally)
    return tally
  }
}

/// The walk through all orders; sets of networks are the bits of words.
private struct OrderEnumeration {
  let comparison: OrderComparison
  /// By network: those with a higher accuracy.
  let higher: [UInt64]
  /// By network: those with a lower accuracy.
  let lower: [UInt64]

  /// Fills a position and all after it.
  ///
  /// - Parameters:
  ///   - position: the position.
  ///   - left: the networks that are not placed yet.
  ///   - better: the networks with a higher score than the position before.
  ///   - placed: the placed networks.
  ///   - sums: the numerators of the positions before.
  ///   - tally: what is counted.
  func fill(
    _ position: Int, from left: UInt64, better: UInt64, placed: UInt64,
    _ sums: OrderComparison.Numerators, _ tally: inout OrderComparison.Tally
  ) {
    guard left != 0 else { return comparison.add(sums, to: &tally) }
    let above = comparison.opensGroup[position] ? placed : better
    var candidates = left
    while candidates != 0 {
      let network = candidates.trailingZeroBitCount
      let bit = candidates & (0 &- candidates)
      candidates ^= bit
      var next = sums
      next.surplus &+= (above & higher[network]).nonzeroBitCount
      next.surplus &-= (above & lower[network]).nonzeroBitCount
      comparison.place(network, at: position, &next)
      fill(position &+ 1, from: left ^ bit, better: above, placed: placed | bit, next, &tally)
    }
  }
}
