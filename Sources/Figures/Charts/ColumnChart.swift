/// Upright columns side by side, each with its value above.
public struct ColumnChart: Hashable, Sendable {
  /// The line above.
  public var title: String
  /// What the columns are.
  public var columnTitle: String
  /// What they measure, with the unit.
  public var valueTitle: String
  /// The names and values from left to right; a value that is not finite has no column.
  public var columns: [Column]

  /// One column.
  public struct Column: Hashable, Sendable {
    /// The name under it.
    public let name: String
    /// How high it reaches.
    public let value: Double

    /// Creates a column.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Creates a chart.
  public init(title: String, columnTitle: String, valueTitle: String, columns: [Column]) {
    self.title = title
    self.columnTitle = columnTitle
    self.valueTitle = valueTitle
    self.columns = columns
  }

  /// The drawing.
  public func scene(width: Double = 480, plotHeight: Double = 200) -> Scene {
    let frame = Frame(
      width: width, plotHeight: plotHeight, title: title,
      x: Axis(columnTitle, names: columns.map(\.name)),
      y: Axis(valueTitle, Scale(covering: columns.map(\.value), includingZero: true)), above: 12)
    let zero = frame.place(y: 0)
    let half = frame.plot.width * frame.x.band * 0.36
    var marks: [Mark] = []
    for (number, column) in columns.enumerated() where column.value.isFinite {
      let (middle, end) = (frame.place(x: Double(number)), frame.place(y: column.value))
      marks.append(
        .rectangle(
          Rectangle(
            x: middle - half, y: min(zero, end), width: 2 * half, height: (end - zero).magnitude),
          fill: .first, stroke: nil))
      let text = NumberText.significant(column.value)
      if TextWidth.of(text, size: Label.small) < frame.plot.width * frame.x.band {
        marks.append(
          .label(
            Label(
              text, at: Point(middle, min(zero, end) - 3), size: Label.small, anchor: .middle)))
      }
    }
    return frame.scene(marks)
  }
}
