/// Names beside points, so that they cover each other and the points as little as can be.
struct NamePlacement {
  /// The names, with lines to those that stand far off.
  let marks: [Mark]

  /// Places names one after the other, each where it covers least of what is placed already; nearer
  /// places go first.
  ///
  /// - Parameters:
  ///   - points: the points and their names.
  ///   - size: how large the points are.
  ///   - bounds: what the names must not leave.
  init(_ points: [(point: Point, name: String)], around size: Double, within bounds: Rectangle) {
    var taken = points.map { named in
      Rectangle(
        x: named.point.x - size / 2, y: named.point.y - size / 2, width: size, height: size)
    }
    var marks: [Mark] = []
    // From the top, so that names move away from those above.
    let order = points.indices.sorted { (points[$0].point.y, $0) < (points[$1].point.y, $1) }
    for number in order {
      let (point, name) = points[number]
      var best: (cost: Double, label: Label, distance: Double)?
      for (step, distance) in [0.0, 9, 18, 30, 44, 60].enumerated() {
        for label in Self.candidates(name, at: point, gap: size / 2 + 3 + distance) {
          guard bounds.contains(label.bounds) else { continue }
          let covered = taken.reduce(0) { $0 + $1.overlap(label.bounds) }
          let cost = covered + 3 * Double(step)
          if cost < best?.cost ?? .infinity { best = (cost, label, distance) }
        }
      }
      guard let best else { continue }
      taken.append(best.label.bounds)
      if best.distance > 0 {
        let box = best.label.bounds
        let end = Point(
          max(box.x, min(point.x, box.maxX)), max(box.y, min(point.y, box.maxY)))
        marks.append(.line([point, end], Stroke(.soft, width: 0.75)))
      }
      marks.append(.label(best.label))
    }
    self.marks = marks
  }

  private static func candidates(_ name: String, at point: Point, gap: Double) -> [Label] {
    let (side, base) = (gap, 4.0)
    let offsets: [(Double, Double, Label.Anchor)] = [
      (side, base, .start), (-side, base, .end), (0, -gap, .middle), (0, gap + 9, .middle),
      (side * 0.8, -side * 0.6, .start), (side * 0.8, side * 0.6 + 9, .start),
      (-side * 0.8, -side * 0.6, .end), (-side * 0.8, side * 0.6 + 9, .end),
    ]
    return offsets.map { x, y, anchor in
      Label(name, at: Point(point.x + x, point.y + y), size: 11, anchor: anchor)
    }
  }
}
