/// What something is drawn for, which decides its colour in light and in dark.
///
/// Every ink but ``rule`` has a contrast of at least 4.5 with ``paper`` in both schemes, so that each may
/// colour text. No chart tells its series apart by ink alone: markers, dashes or labels differ too.
public enum Ink: String, CaseIterable, Sendable {
  /// The ground.
  case paper
  /// Text and whatever matters most.
  case ink
  /// Text beside it, and axes.
  case soft
  /// Lines of a grid, and the filling of boxes.
  case rule
  /// The first series.
  case first
  /// The second series.
  case second
  /// The third series.
  case third
  /// The fourth series.
  case fourth
  /// The fifth series.
  case fifth
  /// The sixth series.
  case sixth

  /// The inks of series, in their order.
  public static let series: [Ink] = [.first, .second, .third, .fourth, .fifth, .sixth]

  /// The ink of a series; the seventh has that of the first.
  public static func series(_ number: Int) -> Ink { series[number % series.count] }

  /// The colour on light ground, which is also that of print.
  public var light: Colour {
    switch self {
    case .paper: Colour(0xFF_FFFF)
    case .ink: Colour(0x16_1A20)
    case .soft: Colour(0x4A_515C)
    case .rule: Colour(0xDD_E1E7)
    case .first: Colour(0x0B_5CAD)
    case .second: Colour(0xA8_3A0B)
    case .third: Colour(0x0A_6B4B)
    case .fourth: Colour(0x75_3A9B)
    case .fifth: Colour(0x75_4F00)
    case .sixth: Colour(0x9A_1F55)
    }
  }

  /// The colour on dark ground.
  public var dark: Colour {
    switch self {
    case .paper: Colour(0x14_171C)
    case .ink: Colour(0xEC_EFF3)
    case .soft: Colour(0xB2_B9C4)
    case .rule: Colour(0x39_404A)
    case .first: Colour(0x6C_B2F5)
    case .second: Colour(0xF5_935C)
    case .third: Colour(0x4F_C79A)
    case .fourth: Colour(0xC9_9AF0)
    case .fifth: Colour(0xD9_B44A)
    case .sixth: Colour(0xF2_8BB5)
    }
  }
}

/// A colour of the space sRGB.
public struct Colour: Hashable, Sendable {
  /// Red, green and blue in two hexadecimal digits each.
  public let value: UInt32

  /// Creates a colour from red, green and blue in two hexadecimal digits each.
  public init(_ value: UInt32) { self.value = value }

  /// The colour as CSS and SVG write it.
  public var hexadecimal: String {
    let digits = String(value & 0xFF_FFFF, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// How light it is, from 0 for black to 1 for white: the relative luminance of WCAG 2.1.
  public var luminance: Double {
    func linear(_ shift: UInt32) -> Double {
      let part = Double(value >> shift & 0xFF) / 255
      return part <= 0.04045 ? part / 12.92 : power((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
  }

  /// The contrast of two colours, from 1 for none to 21: (L + 0.05) / (l + 0.05) of WCAG 2.1.
  public func contrast(with other: Colour) -> Double {
    let (dark, light) = (min(luminance, other.luminance), max(luminance, other.luminance))
    return (light + 0.05) / (dark + 0.05)
  }
}
