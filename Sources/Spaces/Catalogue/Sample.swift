extension Array {
  /// Elements drawn at random without replacement, in the order in which they were drawn.
  ///
  /// The sample depends on the arguments alone, not on the machine. A smaller sample is the
  /// beginning of a larger one with the same seed, so that results stay of use as a sample grows.
  ///
  /// - Parameters:
  ///   - count: the number of elements, at most all.
  ///   - seed: the seed; every value gives a sample of its own.
  /// - Returns: different elements, as drawn.
  package func sample(count: Int, seed: UInt64) -> [Element] {
    precondition((0...self.count).contains(count), "cannot draw \(count) of \(self.count)")
    var pool = self
    var generator = SplitMix64(state: seed)
    // Fisher and Yates forwards: after k draws the first k places are final.
    for place in 0..<count {
      let chosen = place + Int(generator.next(below: UInt64(pool.count - place)))
      pool.swapAt(place, chosen)
    }
    return Array(pool.prefix(count))
  }
}

/// The pseudorandom generator SplitMix64.
///
/// G. L. Steele, D. Lea, C. H. Flood: Fast Splittable Pseudorandom Number Generators. OOPSLA 2014.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A number below a bound, all of them equally likely.
  ///
  /// The upper half of a product with a random word is uniform once the few words are refused whose
  /// lower half is below 2⁶⁴ mod the bound (D. Lemire: Fast Random Integer Generation in an
  /// Interval, 2019). The standard library's own choice of method is not fixed, so it is not used.
  mutating func next(below bound: UInt64) -> UInt64 {
    let refused = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= refused { return product.high }
    }
  }
}
