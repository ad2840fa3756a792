internal import ArgumentParser

/// A whole number with an optional factor: `450M` and `450e6` are 450,000,000.
struct Quantity {
  let value: Int

  /// Reads digits, perhaps with a fraction, and K, M, G or a power of ten such as `e6` behind them.
  ///
  /// - Throws: a usage error with the forms that are valid.
  init(parsing text: String) throws {
    let factors: [Character: Double] = ["K": 1e3, "M": 1e6, "G": 1e9]
    let factor = text.last?.uppercased().first.flatMap { factors[$0] } ?? 1
    let digits = factor == 1 ? text[...] : text.dropLast()
    let parts = digits.split(maxSplits: 1, omittingEmptySubsequences: false) { "eE".contains($0) }
    guard let number = parts.first.flatMap(positiveNumber), let power = power(parts.dropFirst()),
      number * factor * power >= 1, number * factor * power < 9e15
    else { throw ValidationError("it must be a number such as 450000000, 450M, 1.5G or 450e6") }
    value = Int((number * factor * power).rounded())
  }
}

/// The power of ten of what follows an `e`: 1 where there is none, `nil` where it is no whole number of two digits.
private func power(_ exponent: ArraySlice<Substring>) -> Double? {
  guard let text = exponent.first else { return 1 }
  let digits = text.hasPrefix("+") ? text.dropFirst() : text
  guard (1...2).contains(digits.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
  else {
    return nil
  }
  return Double("1e" + digits)
}

/// A time: `20ms`, `45s`, `10min`, `1h30m`.
struct TimeSpan {
  let seconds: Double

  // The longer unit of those with the same beginning first.
  private static let units: [(name: String, seconds: Double)] = [
    ("ms", 1e-3), ("min", 60), ("m", 60), ("s", 1), ("h", 3600), ("d", 86_400),
  ]

  /// Reads numbers with their units, one after another.
  ///
  /// - Throws: a usage error with the forms that are valid.
  init(parsing text: String) throws {
    var rest = text[...]
    var sum = 0.0
    repeat {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      guard let number = positiveNumber(digits),
        let unit = Self.units.first(where: { rest.hasPrefix($0.name) })
      else {
        throw ValidationError("it must be a time with its unit, such as 20ms, 45s, 10min or 1h30m")
      }
      sum += number * unit.seconds
      rest = rest.dropFirst(unit.name.count)
    } while !rest.isEmpty
    guard sum < 1e9 else { throw ValidationError("it must be less than 30 years") }
    seconds = sum
  }
}

/// Numbers of layers: `14` is at most 14, `13-15` is 13 to 15.
struct LayerRange {
  let range: ClosedRange<Int>

  /// Reads one number or two with a hyphen between them.
  ///
  /// - Throws: a usage error with the forms that are valid.
  init(parsing text: String) throws {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    switch (parts.count, parts[0], parts[parts.count - 1]) {
    case (1, let most?, _) where most > 0: range = 1...most
    case (2, let least?, let most?) where least > 0 && least <= most: range = least...most
    default:
      throw ValidationError(
        "it must be the largest number, such as 14, or the least and the largest, such as 13-15")
    }
  }
}

/// A positive number of digits, perhaps with a point among them.
private func positiveNumber(_ text: Substring) -> Double? {
  guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
    let number = Double(text), number > 0
  else { return nil }
  return number
}

/// A number of bytes: `512kB` is 512,000, `64KiB` is 65,536.
struct ByteCount {
  let bytes: Int

  private static let units: [(name: String, bytes: Double)] = [
    ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6),
    ("gb", 1e9),
    ("b", 1),
  ]

  /// Reads digits, perhaps with a fraction, and a unit behind them.
  ///
  /// - Throws: a usage error with the forms that are valid.
  init(parsing text: String) throws {
    let unit = Self.units.first { text.lowercased().hasSuffix($0.name) }
    let digits = text.dropLast(unit?.name.count ?? 0)
    guard let number = positiveNumber(digits), number * (unit?.bytes ?? 1) >= 1,
      number * (unit?.bytes ?? 1) < 9e15
    else {
      throw ValidationError("it must be a number of bytes such as 65536, 512kB, 64KiB or 1.5MB")
    }
    bytes = Int((number * (unit?.bytes ?? 1)).rounded())
  }
}
