/// The rank of every value, where tied values share the mean of the positions that they occupy.
///
/// The smallest value has rank 1 and the largest rank n, so that higher is better. Infinities are
/// legal and tie with themselves. Takes O(n log n) time.
///
/// - Parameter values: the numbers to rank; none may be NaN.
/// - Returns: one rank for each value, in the order of `values`.
public func averageRanks(_ values: [Double]) -> [Double] {
  let levels = Levels(values)
  var counts = [Int](repeating: 0, count: levels.count)
  for code in levels.codes { counts[Int(code)] += 1 }
  var below = 0
  var ranks: [Double] = []
  ranks.reserveCapacity(counts.count)
  for count in counts {
    ranks.append(Double(below) + Double(count + 1) / 2)
    below += count
  }
  return levels.codes.map { ranks[Int($0)] }
}

/// The rank of every value, where tied values share a rank and no integer is left out.
///
/// The smallest value has rank 1. Takes O(n log n) time.
///
/// - Parameter values: the numbers to rank; none may be NaN.
/// - Returns: one rank for each value, in the order of `values`.
public func denseRanks(_ values: [Double]) -> [Int] {
  Levels(values).codes.map { Int($0) + 1 }
}

/// The dense rank of every pair: by `values`, and where these tie by `seconds`.
///
/// With the numbers of layers and the entropies of the networks this is the ranking by VKDNW: the
/// entropy only decides among networks of the same number of layers, whatever its range is.
///
/// - Parameters:
///   - values: the numbers that decide first; none may be NaN.
///   - seconds: the numbers that decide where the first ones tie, as many as `values`; none may be
///     NaN.
/// - Returns: one rank for each pair, in the order of `values`, starting at 1.
public func denseRanks(_ values: [Double], thenBy seconds: [Double]) -> [Int] {
  precondition(
    values.count == seconds.count,
    "\(values.count) values cannot be paired with \(seconds.count) second values")
  return Levels(Levels(values), Levels(seconds)).codes.map { Int($0) + 1 }
}

/// The distinct values of a column, numbered in ascending order.
struct Levels {
  /// The number of the level of each element.
  let codes: [Int32]
  /// For each level one element that has it.
  let representatives: [Int32]

  /// The number of distinct values.
  var count: Int { representatives.count }

  /// The levels of numbers; negative and positive zero are the same level.
  init(_ values: [Double]) {
    for (index, value) in values.enumerated() {
      precondition(!value.isNaN, "value \(index) of \(values.count) is NaN and has no rank")
    }
    self.init(keys: values)
  }

  /// The levels of pairs in lexicographic order.
  init(_ first: Levels, _ second: Levels) {
    self.init(
      keys: zip(first.codes, second.codes).map { major, minor in
        Int64(major) &<< 32 | Int64(minor)
      })
  }

  private init<Key: Comparable>(keys: [Key]) {
    let order = keys.indices.map(Int32.init).sorted { keys[Int($0)] < keys[Int($1)] }
    var codes = [Int32](repeating: 0, count: keys.count)
    var representatives: [Int32] = []
    for element in order {
      if let last = representatives.last, keys[Int(last)] == keys[Int(element)] {
        codes[Int(element)] = Int32(representatives.count - 1)
      } else {
        codes[Int(element)] = Int32(representatives.count)
        representatives.append(element)
      }
    }
    self.codes = codes
    self.representatives = representatives
  }
}
