internal import Tensors

/// A random order of some images, or of other things, a function of seed and purpose alone.
///
/// Fisher and Yates forwards: after k draws the first k places are final, so that the beginning of
/// the order is known without the rest of it.
package struct RandomOrder {
  /// The number of things.
  let count: Int
  private let stream: RandomStream

  /// Creates the order of a seed.
  package init(count: Int, seed: UInt64, purpose: String = "image order") {
    precondition(count > 0, "an order of nothing")
    self.count = count
    stream = RandomStream(seed: seed, text: "", purpose: purpose)
  }

  /// The things at some places of the order, which starts over at its end.
  package func places(_ range: Range<Int>) -> [Int] {
    // Only what is no longer in its own place is kept.
    var moved: [Int: Int] = [:]
    let drawn = (0..<min(range.upperBound, count)).map { place in
      let chosen = place + stream.integer(below: count - place, at: place)
      let thing = moved[chosen] ?? chosen
      moved[chosen] = moved[place] ?? place
      return thing
    }
    return range.map { drawn[$0 % count] }
  }
}
