public import Tensors

/// The generator MT19937 with the conventions of Python's module `random`.
///
/// It exists to repeat what published Python programs drew; everything else in this package takes a
/// `RandomStream`. M. Matsumoto, T. Nishimura: Mersenne Twister: A 623-Dimensionally Equidistributed
/// Uniform Pseudo-Random Number Generator. ACM TOMACS 8 (1998). Seeding by an array is that of the
/// authors' revision of 2002.
public struct MersenneTwister: IndexGenerator, Sendable {
  private static let size = 624
  private static let middle = 397
  private var state: [UInt32]
  /// The next word of the state to be given out; the state is renewed where none is left.
  private var place = size

  /// The state after Python's `random.seed(seed)`.
  ///
  /// The key is the seed in words of 32 bits, the lowest first; leading zeros are left out, but one
  /// word is always there.
  public init(seed: UInt64) {
    let high = UInt32(truncatingIfNeeded: seed >> 32)
    self.init(key: [UInt32(truncatingIfNeeded: seed)] + (high == 0 ? [] : [high]))
  }

  /// The state after `init_by_array` with a key of at least one word.
  package init(key: [UInt32]) {
    precondition(!key.isEmpty, "a generator without a key")
    let n = Self.size
    state = [19_650_218]
    state.reserveCapacity(n)
    for i in 1..<n {
      state.append(1_812_433_253 &* Self.folded(state[i - 1]) &+ UInt32(i))
    }
    var (i, j) = (1, 0)
    func advance(_ state: inout [UInt32]) {
      i += 1
      if i == n {
        state[0] = state[n - 1]
        i = 1
      }
    }
    for _ in 0..<max(n, key.count) {
      state[i] =
        (state[i] ^ (Self.folded(state[i - 1]) &* 1_664_525)) &+ key[j] &+ UInt32(j)
      advance(&state)
      j = (j + 1) % key.count
    }
    for _ in 1..<n {
      state[i] = (state[i] ^ (Self.folded(state[i - 1]) &* 1_566_083_941)) &- UInt32(i)
      advance(&state)
    }
    state[0] = 0x8000_0000
  }

  private static func folded(_ word: UInt32) -> UInt32 { word ^ (word >> 30) }

  /// The next 32 random bits.
  public mutating func next() -> UInt32 {
    if place == Self.size { renew() }
    var word = state[place]
    place += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  private mutating func renew() {
    for k in 0..<Self.size {
      let word =
        (state[k] & 0x8000_0000) | (state[(k + 1) % Self.size] & 0x7FFF_FFFF)
      state[k] =
        state[(k + Self.middle) % Self.size] ^ (word >> 1) ^ (word & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    place = 0
  }

  /// Python's `randrange(bound)`: as many leading bits of a word as the bound has, drawn again until
  /// they are below it.
  ///
  /// - Parameter bound: 1 to 2^32 - 1.
  /// - Returns: an integer in `0..<bound`.
  public mutating func index(below bound: Int) -> Int {
    precondition((1...Int(UInt32.max)).contains(bound), "there is no index below \(bound)")
    let unused = UInt32(bound).leadingZeroBitCount
    while true {
      let drawn = Int(next() >> UInt32(unused))
      if drawn < bound { return drawn }
    }
  }

  /// Python's `sample(range(population), count)`: different numbers in the order in which they are
  /// drawn.
  ///
  /// As in Python, a population that is small beside the sample is kept as a list from which numbers
  /// are taken, and from a large one numbers are drawn until they are new.
  ///
  /// - Parameters:
  ///   - count: how many numbers, at most `population`.
  ///   - population: the numbers are those from 0 to one below it.
  /// - Returns: the numbers as drawn.
  public mutating func sample(_ count: Int, below population: Int) -> [Int] {
    precondition(
      (0...max(population, 0)).contains(count), "cannot draw \(count) of \(population) numbers")
    var listed = 21
    if count > 5 {
      var power = 1
      while power < 3 * count { power *= 4 }
      listed += power
    }
    if population <= listed {
      var pool = Array(0..<population)
      return (0..<count).map { drawn in
        let place = index(below: population - drawn)
        defer { pool[place] = pool[population - drawn - 1] }
        return pool[place]
      }
    }
    var known: Set<Int> = []
    return (0..<count).map { _ in
      while true {
        let number = index(below: population)
        if known.insert(number).inserted { return number }
      }
    }
  }
}

/// A source of random indices that are consumed one after another.
public protocol IndexGenerator {
  /// The next index.
  ///
  /// - Parameter bound: the number of possible values, at least 1.
  /// - Returns: an integer in `0..<bound`.
  mutating func index(below bound: Int) -> Int
}

/// The indices of a random stream, from position 0 on.
///
/// What consumes them is a pure function of the key of the stream.
public struct StreamIndices: IndexGenerator, Sendable {
  private let stream: RandomStream
  private var position = 0

  /// Starts at position 0 of a stream.
  public init(_ stream: RandomStream) { self.stream = stream }

  /// The index at the next position.
  public mutating func index(below bound: Int) -> Int {
    defer { position += 1 }
    return stream.integer(below: bound, at: position)
  }
}
