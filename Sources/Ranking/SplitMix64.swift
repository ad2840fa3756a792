/// The generator of Steele, Lea and Flood: output k is a hash of seed + k times a constant.
///
/// It is spelled out here, and not taken from the system, because the digits of an interval must
/// depend on nothing but its seed. Being a function of a counter, it has no bad seeds and needs no
/// warming up.
///
/// "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// The output of a number, counted from 0, of the generator with a seed.
  static func output(_ number: Int, seed: UInt64) -> UInt64 {
    var generator = SplitMix64(
      seed: seed &+ UInt64(truncatingIfNeeded: number) &* 0x9e37_79b9_7f4a_7c15)
    return generator.next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word &>> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word &>> 31)
  }

  /// A number from 0 up to but not including `bound`.
  ///
  /// The high word of the product is used without rejection, so that every draw takes one output.
  /// No number is preferred by more than one part in 2^64 / `bound`.
  mutating func index(below bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
