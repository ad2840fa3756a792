/// Points, with names and intervals where they are wanted.
public struct ScatterChart: Hashable, Sendable {
  /// A point.
  public struct Item: Hashable, Sendable {
    /// Where it lies: x to the right, y upwards.
    public let point: Point
    /// What is written beside it, `nil` for nothing.
    public let name: String?
    /// The interval of y.
    public let interval: ClosedRange<Double>?

    /// Creates a point.
    public init(
      _ point: Point, name: String? = nil, interval: ClosedRange<Double>? = nil
    ) {
      self.point = point
      self.name = name
      self.interval = interval
    }
  }

  /// Points of one kind.
  public struct Series: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The points.
    public let items: [Item]

    /// Creates a series.
    public init(_ name: String, _ items: [Item]) {
      self.name = name
      self.items = items
    }
  }

  /// The line above.
  public var title: String
  /// What is measured to the right.
  public var x: Axis
  /// What is measured upwards.
  public var y: Axis
  /// The series; the first lies lowest.
  public var series: [Series]

  /// Creates a chart.
  public init(title: String, x: Axis, y: Axis, series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
  }

  /// The drawing, without points that have no place on an axis.
  public func scene(width: Double = 480, plotHeight: Double = 240) -> Scene {
    let keys = series.indices.map {
      Frame.Key(name: series[$0].name, ink: .series($0), marker: .series($0))
    }
    let count = series.map(\.items.count).reduce(0, +)
    let size = count > 2000 ? 2.0 : count > 200 ? 3.0 : 7.0
    let frame = Frame(
      width: width, plotHeight: plotHeight, title: title, x: x, y: y, keys: keys,
      inset: size / 2 + 2)
    var marks: [Mark] = []
    var named: [(point: Point, name: String)] = []
    for (number, series) in series.enumerated() {
      let items = series.items.filter { frame.hasPlace($0.point) }
      for item in items {
        guard let interval = item.interval else { continue }
        let place = frame.place(x: item.point.x)
        marks.append(
          .line(
            [
              Point(place, frame.place(y: interval.lowerBound)),
              Point(place, frame.place(y: interval.upperBound)),
            ], Stroke(.series(number), width: 1.25)))
      }
      let places = items.map { frame.point($0.point.x, $0.point.y) }
      if !places.isEmpty {
        marks.append(.markers(places, .series(number), size: size, .series(number)))
      }
      named += zip(places, items).compactMap { place, item in
        item.name.map { (place, $0) }
      }
    }
    return frame.scene(marks + NamePlacement(named, around: size, within: frame.plot).marks)
  }
}
