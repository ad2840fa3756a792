import TestSupport

/// Changes inputs at random, and from one seed always in the same way.
struct FuzzMutator {
  private var generator: SeededGenerator
  /// What means something to the reader.
  private let words: [[UInt8]]
  /// The most bytes of an input.
  private static let limit = 1 << 14

  init(_ target: FuzzTarget, seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    words = Self.words(of: target)
  }

  /// A number below another one.
  mutating func number(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

  /// An input made of one or two others.
  mutating func input(from pool: [[UInt8]]) -> [UInt8] {
    var bytes = pool[number(below: pool.count)]
    if number(below: 8) == 0 {
      let other = pool[number(below: pool.count)]
      bytes =
        bytes.prefix(number(below: bytes.count + 1)) + other.suffix(number(below: other.count + 1))
    }
    for _ in 0...number(below: 4) { change(&bytes) }
    return Array(bytes.prefix(Self.limit))
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = words[number(below: words.count)]
      return
    }
    let place = number(below: bytes.count)
    let length = 1 + number(below: min(bytes.count - place, 1 + number(below: 32)))
    switch number(below: 9) {
    case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
    case 1: bytes[place] = UInt8(number(below: 256))
    case 2: bytes.insert(UInt8(number(below: 256)), at: place)
    case 3: bytes.removeSubrange(place..<(place + length))
    case 4: bytes.insert(contentsOf: words[number(below: words.count)], at: place)
    case 5:
      let word = words[number(below: words.count)]
      let end = min(place + word.count, bytes.count)
      bytes.replaceSubrange(place..<end, with: word)
    case 6:
      // A part once more, somewhere else.
      let part = Array(bytes[place..<(place + length)])
      bytes.insert(contentsOf: part, at: number(below: bytes.count + 1))
    case 7:
      // A number of two, four or eight bytes that is at a limit.
      let width = [2, 4, 8][number(below: 3)]
      let value: UInt64 =
        switch number(below: 6) {
        case 0: 0
        case 1: .max
        case 2: .max >> 1
        case 3: UInt64(bytes.count)
        case 4: UInt64(bytes.count - place)
        default: 1 << UInt64(number(below: 64))
        }
      for byte in 0..<min(width, bytes.count - place) {
        bytes[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte)))
      }
    default: bytes.removeLast(length)
    }
  }

  private static func words(of target: FuzzTarget) -> [[UInt8]] {
    let numbers = [
      "0", "-1", "1e999", "9223372036854775807", "18446744073709551616", "-0", "1e-320", ".5",
    ]
    let own: [String] =
      switch target {
      case .safetensors:
        [
          "{", "}", "[", "]", ":", ",", "\"", "\"dtype\":\"F32\"", "\"BF16\"", "\"F16\"",
          "\"BOOL\"", "\"shape\":[]", "\"data_offsets\":[0,4]", "\"__metadata__\":{", "null",
          "\\u0000", "\\ud800",
        ]
      case .npy, .npz, .images:
        [
          "{", "}", "(", ")", ",", "'", "'descr': '<f4'", "'|u1'", "'>i8'", "'<f2'", "'|O'",
          "'fortran_order': True", "'shape': (", "L", "\u{93}NUMPY", "PK\u{1}\u{2}",
          "PK\u{3}\u{4}", "PK\u{5}\u{6}", "images.npy", "y.npy", "../a.npy",
        ]
      case .csv:
        [",", ";", "\t", "\"", "\"\"", "\n", "\r\n", "\r", "\u{feff}", "=1+1", "@", "nan", "é"]
      case .architectures:
        [
          "|", "+", "~", "~0", "_", "-", ":", "[", "]", "(", ")", ",", " ", "{", "}", "\"",
          "nor_conv_3x3", "skip_connect", "none", "avg_pool_3x3", "conv", "\n", "é", "\u{1B}",
          "4, 0, 3, 1, 4, 3", "SE", "K3", "\u{301}",
        ]
      case .expressions:
        [
          "(", ")", ",", "+", "-", "*", "/", "rank(", "log(", "dense(", "min(", "max(", "abs(",
          "`", "\"", " ", "a", "\u{301}", "é", "\u{0}", "e5",
        ]
      case .model:
        [
          "{", "}", "[", "]", ":", ",", "\"", "null", "true", "-1", "1e308", "-1e308", "1e309",
          "\"values\":[", "\"features\":[", "\"trees\":[", "\"sources\":[", "\"undefined\":",
          "\\u0000",
        ]
      }
    return (own + numbers).map { Array($0.utf8) }
  }
}
