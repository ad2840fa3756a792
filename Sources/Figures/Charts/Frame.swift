/// What surrounds the data of a chart: title, legend, axes with their texts, and a grid.
struct Frame {
  /// How a series is told from the others.
  struct Key {
    let name: String
    let ink: Ink
    var marker: Marker?
    var dash: Stroke.Dash?
  }

  let width: Double
  let height: Double
  let title: String
  let x: Axis
  let y: Axis
  /// Where data are drawn.
  let plot: Rectangle
  /// How far the ends of numeric axes lie inside of the plot, so that no marker reaches over its edge.
  private let inset: Double
  private let titleLines: [String]
  private let keys: [Key]
  private let keyPlaces: [Point]

  private static let margin = 8.0
  private static let lineHeight = 17.0
  private static let keySample = 30.0

  /// Lays out a chart.
  ///
  /// - Parameters:
  ///   - width: the width of the drawing.
  ///   - plotHeight: the height that data have.
  ///   - title: lines above; broken where they are too long.
  ///   - x: the axis to the right.
  ///   - y: the axis upwards; names go downwards.
  ///   - keys: the entries of the legend; fewer than two need none.
  ///   - above: room over the plot for what is written there.
  ///   - right: room to the right of the plot.
  ///   - inset: how far the ends of numeric axes lie inside of the plot.
  init(
    width: Double, plotHeight: Double, title: String, x: Axis, y: Axis, keys: [Key] = [],
    above: Double = 0, right: Double = 0, inset: Double = 0
  ) {
    self.width = width
    self.inset = inset
    self.title = title
    self.x = x
    self.y = y
    let inner = width - 2 * Self.margin
    titleLines = TextWidth.lines(title, size: Label.normal, width: inner, isBold: true)
    var top = Self.margin + Self.lineHeight * Double(titleLines.count) + 4

    self.keys = keys.count > 1 ? keys : []
    var (places, left): ([Point], Double) = ([], Self.margin)
    for key in self.keys {
      let length = Self.keySample + TextWidth.of(key.name, size: Label.small) + 14
      if left > Self.margin, left + length > width - Self.margin {
        left = Self.margin
        top += Self.lineHeight
      }
      places.append(Point(left, top + Self.lineHeight - 5))
      left += length
    }
    keyPlaces = places
    if !places.isEmpty { top += Self.lineHeight + 4 }

    let widest = y.marks.map { TextWidth.of($0.text, size: Label.small) }.max() ?? 0
    let titled = y.title.isEmpty ? 0 : Self.lineHeight + 2
    let start = Self.margin + titled + min(widest, width * 0.42) + 7
    // The last text of the x axis is centred at its end.
    let overhang = (x.marks.last.map { TextWidth.of($0.text, size: Label.small) } ?? 0) / 2
    let end = width - max(Self.margin + right, x.hasGrid ? overhang + 2 : Self.margin)
    plot = Rectangle(
      x: start, y: top + 6 + above, width: max(end - start, 40), height: plotHeight)
    height = plot.maxY + Self.lineHeight + 6 + (x.title.isEmpty ? 0 : Self.lineHeight) + Self.margin
  }

  /// A place in the plot.
  func point(_ horizontal: Double, _ vertical: Double) -> Point {
    Point(place(x: horizontal), place(y: vertical))
  }

  /// How far to the right a value lies.
  func place(x value: Double) -> Double { horizontal(x.fraction(of: value)) }

  /// How far down a value lies.
  func place(y value: Double) -> Double { vertical(y.fraction(of: value)) }

  private func horizontal(_ fraction: Double) -> Double {
    let inset = x.hasGrid ? inset : 0
    return plot.x + inset + fraction * (plot.width - 2 * inset)
  }

  private func vertical(_ fraction: Double) -> Double {
    y.hasGrid
      ? plot.y + inset + (1 - fraction) * (plot.height - 2 * inset)
      : plot.y + fraction * plot.height
  }

  /// The drawing, with the data above the grid.
  func scene(_ data: [Mark]) -> Scene {
    Scene(width: width, height: height, title: title, marks: ground + data + legend)
  }

  private var ground: [Mark] {
    var marks: [Mark] = []
    for (number, line) in titleLines.enumerated() {
      let base = Self.margin + Self.lineHeight * Double(number + 1) - 4
      marks.append(.label(Label(line, at: Point(Self.margin, base), isBold: true)))
    }
    let thin = Stroke(.rule)
    let wide = min(width * 0.42, plot.x - Self.margin)
    for mark in y.marks {
      let height = vertical(mark.fraction)
      if y.hasGrid {
        marks.append(.line([Point(plot.x, height), Point(plot.maxX, height)], thin))
      }
      let text = TextWidth.shortened(mark.text, size: Label.small, width: wide)
      marks.append(
        .label(
          Label(
            text, at: Point(plot.x - 6, height + 4), size: Label.small, anchor: .end, ink: .soft)))
    }
    marks += bottom(thin)
    marks.append(
      .line(
        [Point(plot.x, plot.y), Point(plot.x, plot.maxY), Point(plot.maxX, plot.maxY)],
        Stroke(.soft)))
    if !x.title.isEmpty {
      marks.append(
        .label(
          Label(
            TextWidth.shortened(x.title, size: Label.small, width: width - 2 * Self.margin),
            at: Point(titleCentre(x.title), plot.maxY + 2 * Self.lineHeight + 4),
            size: Label.small, anchor: .middle)))
    }
    if !y.title.isEmpty {
      marks.append(
        .label(
          Label(
            TextWidth.shortened(y.title, size: Label.small, width: height - 2 * Self.margin),
            at: Point(Self.margin + 12, verticalCentre), size: Label.small, anchor: .middle,
            isVertical: true)))
    }
    return marks
  }

  /// The middle of the x axis, or as near to it as its title has room.
  private func titleCentre(_ title: String) -> Double {
    let half = min(TextWidth.of(title, size: Label.small) / 2, width / 2 - Self.margin)
    return max(Self.margin + half, min(plot.x + plot.width / 2, width - Self.margin - half))
  }

  private var verticalCentre: Double {
    let half = min(TextWidth.of(y.title, size: Label.small) / 2, height / 2 - Self.margin)
    return max(Self.margin + half, min(plot.y + plot.height / 2, height - Self.margin - half))
  }

  /// The texts under the x axis; where they would meet, some are left out.
  private func bottom(_ thin: Stroke) -> [Mark] {
    var marks: [Mark] = []
    var end = -Double.infinity
    for mark in x.marks {
      let place = horizontal(mark.fraction)
      if x.hasGrid { marks.append(.line([Point(place, plot.y), Point(place, plot.maxY)], thin)) }
      let half = TextWidth.of(mark.text, size: Label.small) / 2
      guard place - half > end + 4, place + half < width, place - half > 0 else { continue }
      end = place + half
      marks.append(
        .label(
          Label(
            mark.text, at: Point(place, plot.maxY + Self.lineHeight), size: Label.small,
            anchor: .middle, ink: .soft)))
    }
    return marks
  }

  private var legend: [Mark] {
    zip(keys, keyPlaces).flatMap { key, place -> [Mark] in
      var marks: [Mark] = []
      let middle = place.y - 4
      if let dash = key.dash {
        marks.append(
          .line(
            [Point(place.x, middle), Point(place.x + 24, middle)],
            Stroke(key.ink, width: 2, dash: dash)))
      }
      if let marker = key.marker {
        marks.append(.markers([Point(place.x + 12, middle)], marker, size: 8, key.ink))
      }
      let room = width - place.x - Self.keySample - 2
      marks.append(
        .label(
          Label(
            TextWidth.shortened(key.name, size: Label.small, width: room),
            at: Point(place.x + Self.keySample, place.y), size: Label.small)))
      return marks
    }
  }
}
