/// Box plots side by side.
///
/// A box has median and quartiles; its whiskers reach to the last number within 1.5 interquartile
/// ranges, and what lies beyond is not drawn.
public struct BoxChart: Hashable, Sendable {
  /// The numbers of one box.
  public struct Group: Hashable, Sendable {
    /// The name under the box.
    public let name: String
    /// The numbers; those that are not finite are passed over.
    public let values: [Double]

    /// Creates a group.
    public init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// The line above.
  public var title: String
  /// What the groups are, with their unit.
  public var groupTitle: String
  /// What the numbers are, with their unit.
  public var valueTitle: String
  /// The groups from left to right.
  public var groups: [Group]

  /// Creates a chart.
  public init(title: String, groupTitle: String, valueTitle: String, groups: [Group]) {
    self.title = title
    self.groupTitle = groupTitle
    self.valueTitle = valueTitle
    self.groups = groups
  }

  /// The drawing.
  public func scene(width: Double = 480, plotHeight: Double = 220) -> Scene {
    let boxes = groups.map { BoxStatistics($0.values) }
    let ends = boxes.compactMap(\.self).flatMap { [$0.lowerWhisker, $0.upperWhisker] }
    let frame = Frame(
      width: width, plotHeight: plotHeight, title: title,
      x: Axis(groupTitle, names: groups.map(\.name)),
      y: Axis(valueTitle, Scale(covering: ends)))
    let half = min(frame.plot.width * frame.x.band * 0.35, 22)
    let line = Stroke(.first, width: 1.25)
    var marks: [Mark] = []
    for (number, box) in boxes.enumerated() {
      guard let box else { continue }
      let middle = frame.place(x: Double(number))
      let (top, bottom) = (frame.place(y: box.upperQuartile), frame.place(y: box.lowerQuartile))
      let (upper, lower) = (frame.place(y: box.upperWhisker), frame.place(y: box.lowerWhisker))
      for (from, to) in [(top, upper), (bottom, lower)] {
        marks.append(.line([Point(middle, from), Point(middle, to)], line))
        marks.append(
          .line([Point(middle - half / 2, to), Point(middle + half / 2, to)], line))
      }
      marks.append(
        .rectangle(
          Rectangle(x: middle - half, y: top, width: 2 * half, height: bottom - top), fill: .rule,
          stroke: line))
      let median = frame.place(y: box.median)
      marks.append(
        .line(
          [Point(middle - half, median), Point(middle + half, median)], Stroke(.ink, width: 2)))
    }
    return frame.scene(marks)
  }
}
