internal import ArgumentParser

/// A whole number with an optional factor: `450M` is 450,000,000.
struct Quantity: ExpressibleByArgument {
  let value: Int

  /// Reads digits, perhaps with a fraction, and K, M or G behind them.
  init?(argument: String) {
    guard let last = argument.last else { return nil }
    let factors: [Character: Double] = ["K": 1e3, "M": 1e6, "G": 1e9]
    let factor = factors[last.uppercased().first ?? last] ?? 1
    let digits = factor == 1 ? argument[...] : argument.dropLast()
    guard digits.allSatisfy({ $0.isNumber || $0 == "." }), let number = Double(digits),
      number * factor >= 1, number * factor < 9e15
    else { return nil }
    value = Int((number * factor).rounded())
  }
}

/// A time: `20ms`, `45s`, `30m`, `1.5h`.
struct TimeSpan: ExpressibleByArgument {
  let seconds: Double

  /// Reads a number with its unit.
  init?(argument: String) {
    // The longer unit first: `ms` also ends with `s`.
    for (unit, factor) in [("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)]
    where argument.hasSuffix(unit) {
      let digits = argument.dropLast(unit.count)
      guard !digits.isEmpty, digits.allSatisfy({ $0.isNumber || $0 == "." }),
        let number = Double(digits), number > 0, number * factor < 1e9
      else { return nil }
      seconds = number * factor
      return
    }
    return nil
  }
}

/// Numbers of layers: `14` is at most 14, `13-15` is 13 to 15.
struct LayerRange: ExpressibleByArgument {
  let range: ClosedRange<Int>

  /// Reads one number or two with a hyphen between them.
  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    switch (parts.count, parts[0], parts[parts.count - 1]) {
    case (1, let most?, _) where most > 0: range = 1...most
    case (2, let least?, let most?) where least > 0 && least <= most: range = least...most
    default: return nil
    }
  }
}
