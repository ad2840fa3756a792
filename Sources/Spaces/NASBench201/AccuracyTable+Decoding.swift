// The text of a table has twelve characters an architecture, in the order of the benchmark index,
// and eight architectures a line. A character is a digit to base 64, its ASCII code less that of
// "0", and a number has its most significant digit first.
//
//   digits 0...4, 30 bits:   14 rank | 16 CIFAR-10
//   digits 5...11, 42 bits:  15 CIFAR-100 | 6 its remainder | 15 ImageNet16-120 | 6 its remainder
//
// Test sets of 10,000, 5,000 and 3,000 images and averages over one to three repetitions allow only
// multiples of 1/600, 1/300 and 1/180 of a percent. The text holds the multiple, and for the last
// two the remainder in units of 1e-8 percent, plus 32, because the benchmark's averages were taken
// in single precision. All arithmetic is whole numbers, so that eight decimals come out exact. A
// string literal costs the compiler nothing, an array literal of this length a great deal.

extension AccuracyTable {
  init(decoding text: String) {
    let digits = Array(text.utf8)
    let count = NASBench201Architecture.count
    let size = 12 * count + (count - 1) / 8
    precondition(digits.count == size, "a table of \(digits.count) characters, not \(size)")

    var architectures: [NASBench201Architecture] = []
    var cifar10: [Double] = []
    var cifar100: [Double] = []
    var imageNet16: [Double] = []
    architectures.reserveCapacity(count)
    cifar10.reserveCapacity(count)
    cifar100.reserveCapacity(count)
    imageNet16.reserveCapacity(count)
    for index in 0..<count {
      // One character for the end of every line before.
      let start = 12 * index + index / 8
      let upper = number(digits, from: start, count: 5)
      let lower = number(digits, from: start + 5, count: 7)
      architectures.append(NASBench201Architecture(rank: upper >> 16))
      cifar10.append(percent(upper & 0xFFFF, steps: 600, remainder: 0))
      cifar100.append(percent(lower >> 27, steps: 300, remainder: (lower >> 21 & 63) - 32))
      imageNet16.append(percent(lower >> 6 & 0x7FFF, steps: 180, remainder: (lower & 63) - 32))
    }
    self.init(
      architectures: architectures, cifar10: cifar10, cifar100: cifar100, imageNet16: imageNet16)
  }
}

/// The number that some digits to base 64 make.
private func number(_ digits: [UInt8], from start: Int, count: Int) -> Int {
  var value = 0
  for place in start..<start &+ count {
    value = value << 6 | (Int(digits[place]) &- 48)
  }
  return value
}

/// The accuracy at a point of the grid with some steps a percent, moved by 1e-8 percent times the
/// remainder.
private func percent(_ point: Int, steps: Int, remainder: Int) -> Double {
  Double((point * 100_000_000 + steps / 2) / steps + remainder) / 100_000_000
}
