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
          let collisions = taken.dropFirst(points.count).count { $0.overlaps(label.bounds) }
          let rivals = points.indices.count {
            $0 != number
              && Self.isNearer(points[$0].point, than: point, to: label.bounds)
          }
          let cost =
            covered + 3 * Double(step) + Self.rivalry * Double(rivals)
            + Self.collision * Double(collisions)
          if cost < best?.cost ?? .infinity { best = (cost, label, distance) }
        }
      }
      guard let best else { continue }
      taken.append(best.label.bounds)
      let box = best.label.bounds
      let isAmbiguous = points.indices.contains {
        $0 != number && Self.isNearer(points[$0].point, than: point, to: box)
      }
      if best.distance > 0 || isAmbiguous {
        let end = Point(
          max(box.x, min(point.x, box.maxX)), max(box.y, min(point.y, box.maxY)))
        marks.append(.line([point, end], Stroke(.soft, width: 0.75)))
      }
      marks.append(.label(best.label))
    }
    self.marks = marks
  }

  /// What it costs that a name stands nearer to another point than to its own.
  private static let rivalry = 60.0

  /// What it costs that a name covers another one.
  private static let collision = 1000.0

  /// Whether a name seems to belong to another point: that one is about as near to it as its own.
  private static func isNearer(_ other: Point, than own: Point, to box: Rectangle) -> Bool {
    other != own && squaredDistance(other, box) < squaredDistance(own, box) + 36
  }

  private static func squaredDistance(_ point: Point, _ box: Rectangle) -> Double {
    let x = point.x - max(box.x, min(point.x, box.maxX))
    let y = point.y - max(box.y, min(point.y, box.maxY))
    return x * x + y * y
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
