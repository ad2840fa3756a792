/// The line around or between points.
public struct Stroke: Hashable, Sendable {
  /// Which parts of a line are drawn, so that lines differ without colour.
  public enum Dash: Int, CaseIterable, Sendable {
    /// All.
    case solid
    /// Long pieces.
    case dashed
    /// Dots.
    case dotted
    /// Long pieces and dots.
    case dashDotted
    /// Very long pieces.
    case longDashed
    /// A long piece and two dots.
    case dashDotDotted

    /// The lengths drawn and left out, in widths of the line.
    var pattern: [Double] {
      switch self {
      case .solid: []
      case .dashed: [4, 2.5]
      case .dotted: [1, 2]
      case .dashDotted: [5, 2, 1, 2]
      case .longDashed: [8, 3]
      case .dashDotDotted: [5, 2, 1, 2, 1, 2]
      }
    }
  }

  /// Its colour.
  public var ink: Ink
  /// Its width.
  public var width: Double
  /// Which parts of it are drawn.
  public var dash: Dash

  /// Creates a kind of line.
  public init(_ ink: Ink, width: Double = 1, dash: Dash = .solid) {
    self.ink = ink
    self.width = width
    self.dash = dash
  }
}

/// The shape of a point, so that series differ without colour.
public enum Marker: Int, CaseIterable, Sendable {
  /// A disc.
  case disc
  /// A square.
  case square
  /// A triangle that stands on its base.
  case triangle
  /// A square on its corner.
  case diamond
  /// A cross of diagonals.
  case cross
  /// An upright cross.
  case plus

  /// The marker of a series; the seventh has that of the first.
  public static func series(_ number: Int) -> Marker { allCases[number % allCases.count] }
}

/// The smallest part of a drawing.
public enum Mark: Hashable, Sendable {
  /// A line through points.
  case line([Point], Stroke)
  /// A smooth line: a first point, then for each piece two control points and its end, as Bézier has them.
  case curve([Point], Stroke)
  /// The inside of a polygon.
  case polygon([Point], Ink)
  /// A rectangle.
  case rectangle(Rectangle, fill: Ink?, stroke: Stroke?)
  /// Points of one shape, as high as `size`.
  case markers([Point], Marker, size: Double, Ink)
  /// A line of text.
  case label(Label)

  /// The mark at another place.
  func moved(by offset: Point) -> Mark {
    func moved(_ point: Point) -> Point { Point(point.x + offset.x, point.y + offset.y) }
    switch self {
    case .line(let points, let stroke): return .line(points.map(moved), stroke)
    case .curve(let points, let stroke): return .curve(points.map(moved), stroke)
    case .polygon(let points, let ink): return .polygon(points.map(moved), ink)
    case .rectangle(var rectangle, let fill, let stroke):
      rectangle.x += offset.x
      rectangle.y += offset.y
      return .rectangle(rectangle, fill: fill, stroke: stroke)
    case .markers(let points, let marker, let size, let ink):
      return .markers(points.map(moved), marker, size: size, ink)
    case .label(var label):
      label.place = moved(label.place)
      return .label(label)
    }
  }
}
