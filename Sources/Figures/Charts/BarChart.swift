/// Horizontal bars with their names to the left.
public struct BarChart: Hashable, Sendable {
  /// One bar.
  public struct Bar: Hashable, Sendable {
    /// The name.
    public let name: String
    /// How far it reaches.
    public let value: Double
    /// The interval that a line on the bar shows.
    public let interval: ClosedRange<Double>?
    /// Another value of the same thing, shown as a diamond.
    public let reference: Double?

    /// Creates a bar.
    public init(
      _ name: String, _ value: Double, interval: ClosedRange<Double>? = nil,
      reference: Double? = nil
    ) {
      self.name = name
      self.value = value
      self.interval = interval
      self.reference = reference
    }

    fileprivate var numbers: [Double] {
      [value] + (interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
        + (reference.map { [$0] } ?? [])
    }
  }

  /// The line above.
  public var title: String
  /// What the bars measure, with the unit.
  public var valueTitle: String
  /// The bars from top to bottom; one without a finite value has its name alone.
  public var bars: [Bar]
  /// What a bar is, where there are diamonds beside them.
  public var barName: String
  /// What the diamonds are.
  public var referenceName: String

  /// Creates a chart.
  public init(
    title: String, valueTitle: String, bars: [Bar], barName: String = "here",
    referenceName: String = "published"
  ) {
    self.title = title
    self.valueTitle = valueTitle
    self.bars = bars
    self.barName = barName
    self.referenceName = referenceName
  }

  /// The drawing.
  public func scene(width: Double = 480) -> Scene {
    let hasReferences = bars.contains { $0.reference?.isFinite == true }
    let frame = Frame(
      width: width, plotHeight: 22 * Double(max(bars.count, 1)), title: title,
      x: Axis(valueTitle, Scale(covering: bars.flatMap(\.numbers), includingZero: true)),
      y: Axis("", names: bars.map(\.name)),
      keys: hasReferences
        ? [
          Frame.Key(name: barName, ink: .first, marker: .square),
          Frame.Key(name: referenceName, ink: .ink, marker: .diamond),
        ] : [],
      right: bars.map { TextWidth.of(Self.text($0.value), size: Label.small) }.max() ?? 0)
    let zero = frame.place(x: 0)
    var marks: [Mark] = []
    for (number, bar) in bars.enumerated() where bar.value.isFinite {
      let middle = frame.place(y: Double(number))
      let end = frame.place(x: bar.value)
      marks.append(
        .rectangle(
          Rectangle(x: min(zero, end), y: middle - 7, width: (end - zero).magnitude, height: 14),
          fill: .first, stroke: nil))
      var reach = max(zero, end)
      if let interval = bar.interval {
        let (low, high) = (frame.place(x: interval.lowerBound), frame.place(x: interval.upperBound))
        let line = Stroke(.ink, width: 1.25)
        marks.append(.line([Point(low, middle), Point(high, middle)], line))
        for side in [low, high] {
          marks.append(.line([Point(side, middle - 4), Point(side, middle + 4)], line))
        }
        reach = max(reach, high)
      }
      if let reference = bar.reference, reference.isFinite {
        let place = frame.place(x: reference)
        marks.append(.markers([Point(place, middle)], .diamond, size: 10, .paper))
        marks.append(.markers([Point(place, middle)], .diamond, size: 7, .ink))
        reach = max(reach, place + 5)
      }
      let text = Self.text(bar.value)
      let room = frame.width - 2 - TextWidth.of(text, size: Label.small)
      marks.append(
        .label(Label(text, at: Point(min(reach + 5, room), middle + 4), size: Label.small)))
    }
    return frame.scene(marks)
  }

  private static func text(_ value: Double) -> String {
    value.isFinite ? NumberText.fixed(value, places: 3) : ""
  }
}
