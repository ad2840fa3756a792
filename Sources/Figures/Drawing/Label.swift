/// A line of text in a drawing.
public struct Label: Hashable, Sendable {
  /// Which point of the line its place is.
  public enum Anchor: String, Sendable {
    /// Its left end.
    case start
    /// Its middle.
    case middle
    /// Its right end.
    case end
  }

  /// The text.
  public var text: String
  /// Where it stands: on the base line.
  public var place: Point
  /// The size of its font.
  public var size: Double
  /// Which point of the line the place is.
  public var anchor: Anchor
  /// Whether it is printed bold.
  public var isBold: Bool
  /// Whether it runs upwards.
  public var isVertical: Bool
  /// Its colour.
  public var ink: Ink

  /// Creates a line of text.
  public init(
    _ text: String, at place: Point, size: Double = Label.normal, anchor: Anchor = .start,
    isBold: Bool = false, isVertical: Bool = false, ink: Ink = .ink
  ) {
    self.text = text
    self.place = place
    self.size = size
    self.anchor = anchor
    self.isBold = isBold
    self.isVertical = isVertical
    self.ink = ink
  }

  /// The size of text that a chart has most of.
  public static let normal = 13.0
  /// The size of text beside it.
  public static let small = 12.0

  /// A rectangle that holds the text in any usual font without serifs.
  public var bounds: Rectangle {
    let length = TextWidth.of(text, size: size, isBold: isBold)
    let before =
      switch anchor {
      case .start: 0.0
      case .middle: length / 2
      case .end: length
      }
    let (ascent, descent) = (0.95 * size, 0.25 * size)
    return isVertical
      ? Rectangle(
        x: place.x - ascent, y: place.y - length + before, width: ascent + descent, height: length)
      : Rectangle(
        x: place.x - before, y: place.y - ascent, width: length, height: ascent + descent)
  }
}

/// How wide a text may become.
enum TextWidth {
  /// The width of a line, rather too large than too small: the advances of DejaVu Sans, the widest of
  /// the usual fonts, in steps.
  static func of(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let units = text.unicodeScalars.reduce(0.0) { $0 + advance($1) }
    return units * size * (isBold ? 1.12 : 1)
  }

  private static func advance(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "J", ".", ",", ":", ";", "'", "|", " ", "!": 0.34
    case "f", "t", "r", "(", ")", "[", "]", "-", "/", "\\": 0.42
    case "m", "M", "W", "w", "@", "%": 1.0
    case "0"..."9", "a"..."z", "_": 0.645
    case "A"..."Z", "+", "=", "*", "<", ">", "~", "#": 0.85
    default: 1.0
    }
  }

  /// A text in lines that are no wider than they may be, broken at spaces where there are any.
  static func lines(
    _ text: String, size: Double, width: Double, isBold: Bool = false
  ) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      if let last = lines.last, of(last + " " + word, size: size, isBold: isBold) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(shortened(word, size: size, width: width, isBold: isBold))
      }
    }
    return lines
  }

  /// A text, its end replaced by dots where it is wider than it may be.
  static func shortened(
    _ text: String, size: Double, width: Double, isBold: Bool = false
  ) -> String {
    guard of(text, size: size, isBold: isBold) > width else { return text }
    var kept = text
    while !kept.isEmpty, of(kept + "...", size: size, isBold: isBold) > width { kept.removeLast() }
    return kept + "..."
  }
}
