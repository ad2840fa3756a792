/// Lines through points in their order, one for each series.
public struct LineChart: Hashable, Sendable {
  /// The points of one line.
  public struct Series: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The points: x to the right, y upwards.
    public let points: [Point]

    /// Creates a series.
    public init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// The line above.
  public var title: String
  /// What is measured to the right.
  public var x: Axis
  /// What is measured upwards.
  public var y: Axis
  /// The lines.
  public var series: [Series]

  /// Creates a chart.
  public init(title: String, x: Axis, y: Axis, series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
  }

  /// The drawing; a point that has no place on an axis interrupts its line.
  public func scene(width: Double = 480, plotHeight: Double = 240) -> Scene {
    let keys = series.indices.map { number in
      Frame.Key(
        name: series[number].name, ink: .series(number), marker: .series(number),
        dash: Stroke.Dash.allCases[number % Stroke.Dash.allCases.count])
    }
    let frame = Frame(
      width: width, plotHeight: plotHeight, title: title, x: x, y: y, keys: keys)
    var marks: [Mark] = []
    for (number, series) in series.enumerated() {
      let pieces = series.points.split { !frame.hasPlace($0) }.map { piece in
        piece.map { frame.point($0.x, $0.y) }
      }
      let dash = keys[number].dash ?? .solid
      for piece in pieces where piece.count > 1 {
        marks.append(.line(piece, Stroke(.series(number), width: 1.75, dash: dash)))
      }
      let places = pieces.flatMap(\.self)
      // A marker now and then, at other points for each series.
      let stride = max(1, places.count / 8)
      let shown = places.indices.filter { $0 % stride == number % stride }.map { places[$0] }
      if !shown.isEmpty {
        marks.append(.markers(shown, .series(number), size: 7, .series(number)))
      }
    }
    return frame.scene(marks)
  }
}

extension Frame {
  /// Whether a point is finite and, on logarithmic axes, positive.
  func hasPlace(_ point: Point) -> Bool {
    func has(_ value: Double, _ axis: Axis) -> Bool {
      guard case .scale(let scale) = axis.layout, scale.kind == .logarithmic else {
        return value.isFinite
      }
      return value.isFinite && value > 0
    }
    return has(point.x, x) && has(point.y, y)
  }
}
