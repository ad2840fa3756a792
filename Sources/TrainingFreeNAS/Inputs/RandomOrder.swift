internal import Tensors

/// A random order of some images, a function of the seed alone.
///
/// Fisher and Yates forwards: after k draws the first k places are final, so that the beginning of
/// the order is known without the rest of it.
struct RandomOrder {
  /// The number of images.
  let count: Int
  private let stream: RandomStream

  /// Creates the order of a seed.
  init(count: Int, seed: UInt64) {
    precondition(count > 0, "an order of no images")
    self.count = count
    stream = RandomStream(seed: seed, text: "", purpose: "image order")
  }

  /// The images at some places of the order, which starts over at its end.
  func places(_ range: Range<Int>) -> [Int] {
    // Only what is no longer in its own place is kept.
    var moved: [Int: Int] = [:]
    let drawn = (0..<min(range.upperBound, count)).map { place in
      let chosen = place + stream.integer(below: count - place, at: place)
      let image = moved[chosen] ?? chosen
      moved[chosen] = moved[place] ?? place
      return image
    }
    return range.map { drawn[$0 % count] }
  }
}
