/// How numbers become lengths, and which of them an axis names.
public struct Scale: Hashable, Sendable {
  /// How a length grows with a number.
  public enum Kind: String, Sendable {
    /// By differences.
    case linear
    /// By ratios; there is no zero.
    case logarithmic
  }

  /// A number that an axis names.
  public struct Tick: Hashable, Sendable {
    /// The number.
    public let value: Double
    /// Its text.
    public let text: String
  }

  /// How a length grows with a number.
  public let kind: Kind
  /// The numbers at the two ends.
  public let domain: ClosedRange<Double>
  /// Numbers within the domain, increasing: at least two.
  public let ticks: [Tick]

  /// A scale on which numbers find room.
  ///
  /// What is not finite, and on a logarithmic scale what is not positive, is passed over. A linear
  /// domain ends at ticks, 1, 2 or 5 times a power of ten apart. A logarithmic one ends at powers of
  /// ten, or where it would then be mostly empty, at 1, 2 or 5 times one.
  ///
  /// - Parameters:
  ///   - kind: how a length grows with a number.
  ///   - values: the numbers; none give the domain 0 to 1, or 1 to 10.
  ///   - includesZero: whether a linear domain is to hold zero.
  ///   - count: about how many ticks are wanted.
  public init(
    _ kind: Kind = .linear, covering values: some Sequence<Double>,
    includingZero includesZero: Bool = false,
    ticks count: Int = 6
  ) {
    self.kind = kind
    let usable = values.filter { $0.isFinite && (kind == .linear || $0 >= Scale.smallest) }
      .map { max(-Scale.largest, min($0, Scale.largest)) }
    switch kind {
    case .linear:
      var (low, high) = (usable.min() ?? 0, usable.max() ?? 1)
      if includesZero { (low, high) = (min(low, 0), max(high, 0)) }
      if low == high {
        let margin = low == 0 ? 1 : low.magnitude / 10
        (low, high) =
          includesZero ? (min(low, 0), max(high, margin)) : (low - margin, high + margin)
        if low == high { high = low + margin }
      }
      let step = Scale.step(from: low, to: high, count: count)
      // Ends that are ticks up to rounding are no reason for another tick.
      let first = Int((low / step + 1e-9).rounded(.down))
      let last = max(Int((high / step - 1e-9).rounded(.up)), first + 1)
      let places = max(0, -Int((decimalLogarithm(step) + 1e-9).rounded(.down)))
      // Dividing by the whole number of steps in 1 keeps 3 steps of 0.1 at 0.3.
      let inverse = (1 / step).rounded()
      let isWhole = step < 1 && abs(inverse * step - 1) < 1e-12
      ticks = (first...last).map { number in
        let value = isWhole ? Double(number) / inverse : Double(number) * step
        return Tick(
          value: value,
          text: places > 9 || value.magnitude >= 1e9
            ? NumberText.significant(value, digits: 6) : NumberText.fixed(value, places: places))
      }
    case .logarithmic:
      ticks = Scale.logarithmicTicks(
        from: usable.min() ?? 1, to: usable.max() ?? 10, count: count)
    }
    domain = ticks[0].value...ticks[ticks.count - 1].value
  }

  private static let smallest = 1e-290
  private static let largest = 1e290

  /// 1, 2 or 5 times a power of ten that divides a range into about `count` parts.
  private static func step(from low: Double, to high: Double, count: Int) -> Double {
    // A range below the rounding of its ends cannot be divided.
    let range = max(high - low, max(low.magnitude, high.magnitude) * 1e-12)
    let rough = range / Double(max(count - 1, 1))
    let exponent = Int(decimalLogarithm(rough).rounded(.down))
    let unit = powerOfTen(exponent)
    let factor = [1.0, 2, 5, 10].first { $0 * unit >= rough * (1 - 1e-9) } ?? 10
    return factor == 10 ? powerOfTen(exponent + 1) : factor * unit
  }

  private static func logarithmicTicks(
    from low: Double, to high: Double, count: Int
  ) -> [Tick] {
    let bottom = Int((decimalLogarithm(low) + 1e-9).rounded(.down))
    let top = max(Int((decimalLogarithm(high) - 1e-9).rounded(.up)), bottom + 1)
    let decades = top - bottom
    guard decades <= 2 else {
      let stride = max(1, (decades + count - 2) / max(count - 1, 1))
      let steps = (decades + stride - 1) / stride
      return (0...steps).map { tick(1, bottom + $0 * stride) }
    }
    let all = (bottom...top).flatMap { exponent in
      [1.0, 2, 5].filter { exponent < top || $0 == 1 }.map { tick($0, exponent) }
    }
    let first = all.lastIndex { $0.value <= low * (1 + 1e-9) } ?? 0
    let last = all.firstIndex { $0.value >= high * (1 - 1e-9) } ?? all.count - 1
    return first < last
      ? Array(all[first...last]) : Array(all[max(first - 1, 0)...min(first + 1, all.count - 1)])
  }

  private static func tick(_ factor: Double, _ exponent: Int) -> Tick {
    let value = factor * powerOfTen(exponent)
    return Tick(value: value, text: NumberText.significant(value, digits: 1))
  }

  /// Where a number lies between the ends, from 0 to 1; what lies beyond is put at the nearer end.
  public func fraction(of value: Double) -> Double {
    let (low, high) = (domain.lowerBound, domain.upperBound)
    let inside = value.isNaN ? low : max(low, min(value, high))
    return switch kind {
    case .linear: (inside - low) / (high - low)
    case .logarithmic:
      (decimalLogarithm(inside) - decimalLogarithm(low))
        / (decimalLogarithm(high) - decimalLogarithm(low))
    }
  }
}
