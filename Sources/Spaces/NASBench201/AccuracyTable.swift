public import Scoring

/// Known accuracies of all NAS-Bench-201 architectures, with the order of the benchmark index.
///
/// An accuracy is the percentage of test images that are classified correctly after 200 epochs of
/// training, averaged over the one to three repetitions in the benchmark: on the test set of
/// CIFAR-10, and on the benchmark's test half of the held-out images of CIFAR-100 and
/// ImageNet16-120. Values have eight decimals. On the last two data sets the benchmark's own
/// averages carry rounding noise of about 1e-7, which separates some equal accuracies; four decimals
/// restore the ties.
///
/// The table is part of the binary and is decoded once, when it is first used.
///
/// X. Dong, Y. Yang: NAS-Bench-201: Extending the Scope of Reproducible Neural Architecture
/// Search. ICLR 2020. X. Dong, L. Liu, K. Musial, B. Gabrys: NATS-Bench: Benchmarking NAS
/// Algorithms for Architecture Topology and Size. TPAMI 2021.
public struct AccuracyTable: Sendable {
  /// The table of NAS-Bench-201.
  public static let nasBench201 = AccuracyTable(decoding: nasBench201Text)

  /// The architectures in the order of the benchmark index.
  public let architectures: [NASBench201Architecture]
  /// The benchmark index of each rank.
  private let indices: [UInt16]
  /// The accuracies by benchmark index.
  private let cifar10: [Double]
  private let cifar100: [Double]
  private let imageNet16: [Double]

  init(
    architectures: [NASBench201Architecture], cifar10: [Double], cifar100: [Double],
    imageNet16: [Double]
  ) {
    self.architectures = architectures
    self.cifar10 = cifar10
    self.cifar100 = cifar100
    self.imageNet16 = imageNet16
    var indices = [UInt16](repeating: 0, count: NASBench201Architecture.count)
    for (index, architecture) in architectures.enumerated() {
      indices[architecture.rank] = UInt16(index)
    }
    self.indices = indices
  }

  /// The benchmark index of an architecture.
  ///
  /// - Parameter architecture: the architecture.
  /// - Returns: 0 to 15,624.
  public func index(of architecture: NASBench201Architecture) -> Int {
    Int(indices[architecture.rank])
  }

  /// The architecture with a benchmark index.
  ///
  /// - Parameter index: 0 to 15,624.
  /// - Returns: the architecture.
  public func architecture(atIndex index: Int) -> NASBench201Architecture {
    precondition(
      architectures.indices.contains(index), "index \(index) is outside \(architectures.indices)")
    return architectures[index]
  }

  /// The accuracy of an architecture in percent.
  ///
  /// - Parameters:
  ///   - architecture: the architecture.
  ///   - dataset: the data set on which it was trained and tested.
  /// - Returns: 0 to 100.
  public func accuracy(
    of architecture: NASBench201Architecture, on dataset: BenchmarkDataset
  ) -> Double {
    column(dataset)[index(of: architecture)]
  }

  /// The accuracies of several architectures in percent, in their order.
  ///
  /// - Parameters:
  ///   - architectures: the architectures.
  ///   - dataset: the data set on which they were trained and tested.
  /// - Returns: one number for each architecture, 0 to 100.
  public func accuracies(
    of architectures: some Sequence<NASBench201Architecture>, on dataset: BenchmarkDataset
  ) -> [Double] {
    let column = column(dataset)
    return architectures.map { column[index(of: $0)] }
  }

  /// The position of an architecture by accuracy, where 1 is the best.
  ///
  /// It is one more than the number of architectures that are more accurate, so that equal
  /// accuracies share a position. The architecture itself need not be a member of the population.
  ///
  /// - Parameters:
  ///   - architecture: the architecture.
  ///   - population: the architectures that it is compared with.
  ///   - dataset: the data set of the accuracies.
  /// - Returns: 1 to one more than the size of the population.
  public func position(
    of architecture: NASBench201Architecture,
    among population: some Sequence<NASBench201Architecture>, on dataset: BenchmarkDataset
  ) -> Int {
    let accuracy = accuracy(of: architecture, on: dataset)
    return 1 + accuracies(of: population, on: dataset).count { $0 > accuracy }
  }

  /// The most accurate architecture of a population, or `nil` if the population is empty.
  ///
  /// Of several with the same accuracy it is the one with the smallest benchmark index.
  ///
  /// - Parameters:
  ///   - population: the architectures to choose from, in any order.
  ///   - dataset: the data set of the accuracies.
  /// - Returns: a member of the population.
  public func best(
    among population: some Sequence<NASBench201Architecture>, on dataset: BenchmarkDataset
  ) -> NASBench201Architecture? {
    let column = column(dataset)
    let best = population.lazy.map { index(of: $0) }.max { (first: Int, second: Int) -> Bool in
      column[first] != column[second] ? column[first] < column[second] : first > second
    }
    return best.map { architectures[$0] }
  }

  private func column(_ dataset: BenchmarkDataset) -> [Double] {
    switch dataset {
    case .cifar10: cifar10
    case .cifar100: cifar100
    case .imageNet16: imageNet16
    }
  }
}

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
  let rounded: Int = (point * 100_000_000 + steps / 2) / steps
  return Double(rounded + remainder) / 100_000_000
}

/// The positions that accuracies have among those of a population, each found by bisection.
public struct AccuracyPositions: Sendable {
  /// The accuracies in percent, the best first.
  private let accuracies: [Double]

  /// Sorts the accuracies of a population.
  ///
  /// - Parameters:
  ///   - population: the architectures to be compared with.
  ///   - dataset: the data set of the accuracies.
  public init(
    among population: some Sequence<NASBench201Architecture>, on dataset: BenchmarkDataset
  ) {
    accuracies = AccuracyTable.nasBench201.accuracies(of: population, on: dataset).sorted(by: >)
  }

  /// The position of an accuracy, where 1 is the best; equal ones share it.
  ///
  /// - Parameter accuracy: an accuracy in percent, of a member of the population or of any other.
  /// - Returns: one more than the number of larger accuracies.
  public func position(of accuracy: Double) -> Int {
    var (low, high) = (0, accuracies.count)
    while low < high {
      let middle = (low + high) / 2
      if accuracies[middle] > accuracy { low = middle + 1 } else { high = middle }
    }
    return low + 1
  }
}
