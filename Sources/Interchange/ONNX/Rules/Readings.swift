/// Elements at regular distances along an axis.
struct Cut {
  var start: Int
  var count: Int
  var step = 1

  /// Whether nothing is left out.
  func isWhole(_ extent: Int) -> Bool { start == 0 && step == 1 && count == extent }

  /// What a `Slice` keeps along each axis of a value.
  static func of(_ call: Call, extents: [Int]) throws(ModelProblem) -> [Cut] {
    guard let starts = try call.integers("starts", orInput: 1),
      let ends = try call.integers("ends", orInput: 2)
    else { throw .malformed("does not say where it begins and ends") }
    let axes = try call.integers("axes", orInput: 3) ?? Array(0..<starts.count)
    let steps = try call.optional(4)?.integers() ?? [Int](repeating: 1, count: starts.count)
    guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count
    else { throw .malformed("cuts \(starts) to \(ends) by \(steps) along \(axes)") }
    var cuts = extents.map { Cut(start: 0, count: $0) }
    for (place, axis) in try Extents.axes(axes, rank: extents.count).enumerated() {
      cuts[axis] = try cut(
        from: starts[place], to: ends[place], by: steps[place], of: extents[axis])
    }
    return cuts
  }

  private static func cut(from start: Int, to end: Int, by step: Int, of extent: Int)
    throws(ModelProblem) -> Cut
  {
    guard step != 0, step != .min else { throw .malformed("cuts with a step of \(step)") }
    func position(_ index: Int, _ range: ClosedRange<Int>) -> Int {
      let counted = index < 0 ? (index <= -extent - 1 ? -1 : index + extent) : index
      return min(max(counted, range.lowerBound), range.upperBound)
    }
    guard extent > 0 else { return Cut(start: 0, count: 0, step: 1) }
    if step > 0 {
      let (first, last) = (position(start, 0...extent), position(end, 0...extent))
      let count = first < last ? (last - first - 1) / step + 1 : 0
      return Cut(start: count > 0 ? first : 0, count: count, step: count > 1 ? step : 1)
    }
    let (first, last) = (position(start, -1...extent - 1), position(end, -1...extent - 1))
    let count = first > last ? (first - last - 1) / -step + 1 : 0
    return Cut(start: max(first, 0), count: count, step: count > 1 ? step : 1)
  }

  /// The parts that a `Split` gives, and the axis.
  static func parts(of call: Call, extents: [Int]) throws(ModelProblem) -> (axis: Int, [Cut]) {
    let axis = try Extents.axis(call.integer("axis", default: 0), rank: extents.count)
    let extent = extents[axis]
    var sizes: [Int]
    if let given = try call.integers("split", orInput: 1) {
      sizes = given
    } else {
      let count = try call.integer("num_outputs", default: call.node.outputs.count)
      guard count > 0, count <= extent else { throw .malformed("splits \(extent) into \(count)") }
      let size = (extent + count - 1) / count
      sizes = [Int](repeating: size, count: count)
      sizes[count - 1] = extent - size * (count - 1)
    }
    guard sizes.allSatisfy({ $0 > 0 && $0 <= extent }), sizes.reduce(0, +) == extent,
      sizes.count >= call.node.outputs.count
    else { throw .malformed("splits \(extent) into \(sizes)") }
    var parts: [Cut] = []
    var start = 0
    for size in sizes {
      parts.append(Cut(start: start, count: size))
      start += size
    }
    return (axis, parts)
  }
}

/// Further elements at both ends of each axis.
struct Padding {
  enum Mode {
    case constant(Double)
    case edge
    case reflect
    case wrap
  }

  var before: [Int]
  var after: [Int]
  var mode: Mode

  static func of(_ call: Call, rank: Int) throws(ModelProblem) -> Padding {
    guard let pads = try call.integers("pads", orInput: 1) else {
      throw .malformed("does not say how much it pads")
    }
    let axes = try Extents.axes(
      try call.optional(3)?.integers() ?? Array(0..<rank), rank: rank)
    guard pads.count == 2 * axes.count, pads.allSatisfy({ abs($0) < 1 << 31 }) else {
      throw .malformed("pads \(axes.count) axes by \(pads)")
    }
    var padding = Padding(
      before: [Int](repeating: 0, count: rank), after: [Int](repeating: 0, count: rank),
      mode: .edge)
    for (place, axis) in axes.enumerated() {
      padding.before[axis] = pads[place]
      padding.after[axis] = pads[axes.count + place]
    }
    switch try call.text("mode", default: "constant") {
    case "constant":
      var value = try call.number("value", default: 0)
      if let given = try call.optional(2) { value = given.scalar ?? value }
      padding.mode = .constant(value)
    case "edge": padding.mode = .edge
    case "reflect": padding.mode = .reflect
    case "wrap": padding.mode = .wrap
    case let mode: throw .malformed("pads by the unknown mode \(mode)")
    }
    return padding
  }
}

/// The axes over which a reduction goes.
struct Reduced {
  var axes: [Int]
  var keeps: Bool

  static func of(_ call: Call, rank: Int) throws(ModelProblem) -> Reduced {
    let keeps = try call.flag("keepdims", default: true)
    let axes = try call.integers("axes", orInput: 1) ?? []
    if axes.isEmpty {
      let isIdentity = try call.flag("noop_with_empty_axes")
      return Reduced(axes: isIdentity ? [] : Array(0..<rank), keeps: keeps)
    }
    return Reduced(axes: try Extents.axes(axes, rank: rank), keeps: keeps)
  }
}

/// The limits of a `Clip`.
enum Limits {
  static func of(_ call: Call) throws(ModelProblem) -> (low: Double, high: Double) {
    func limit(_ name: String, _ place: Int, _ none: Double) throws(ModelProblem) -> Double {
      guard let tensor = try call.optional(place) else {
        return try call.number(name, default: none)
      }
      guard let number = tensor.scalar else {
        throw .malformed("is limited by \(tensor.count) numbers")
      }
      return number
    }
    let low = try limit("min", 1, -.infinity)
    let high = try limit("max", 2, .infinity)
    // The smallest and the largest number of a type are no limit.
    return (
      low <= -Double(Float.greatestFiniteMagnitude) ? -.infinity : low,
      high >= Double(Float.greatestFiniteMagnitude) ? .infinity : high
    )
  }
}
