internal import Tensors

/// Where the places of a resized axis lie on the original one.
public enum ResizeAlignment: String, Hashable, Sendable, CaseIterable {
  /// The borders of the images lie on each other: `(o + 1/2) in / out - 1/2`.
  case halfPixel
  /// The centres of the outermost places lie on each other: `o (in - 1) / (out - 1)`.
  case corners
  /// The first places lie on each other: `o in / out`.
  case first

  /// The place of an element of the output on the input's axis.
  func place(_ o: Int, of outExtent: Int, on inExtent: Int) -> Double {
    let ratio = Double(inExtent) / Double(outExtent)
    switch self {
    case .halfPixel: return (Double(o) + 0.5) * ratio - 0.5
    case .corners:
      return outExtent == 1 ? 0 : Double(o) * Double(inExtent - 1) / Double(outExtent - 1)
    case .first: return Double(o) * ratio
    }
  }

  /// What ONNX calls it.
  var onnx: String {
    switch self {
    case .halfPixel: "half_pixel"
    case .corners: "align_corners"
    case .first: "asymmetric"
    }
  }
}

extension AxisTable {
  /// The means of two neighbours by their distance, the outermost elements going on beyond the ends.
  static func linear(_ inExtent: Int, _ outExtent: Int, _ alignment: ResizeAlignment) -> AxisTable {
    let places = (0..<outExtent).map { o -> (index: [Int], weights: [Double]) in
      let place = alignment.place(o, of: outExtent, on: inExtent)
      let clamped = min(max(place, 0), Double(inExtent - 1))
      let first = min(Int(clamped), inExtent - 1)
      let share = clamped - Double(first)
      return share == 0
        ? ([first], [1]) : ([first, min(first + 1, inExtent - 1)], [1 - share, share])
    }
    return AxisTable(inExtent: inExtent, index: places.map(\.index), weights: places.map(\.weights))
  }

  /// One element for each place.
  static func nearest(
    _ inExtent: Int, _ outExtent: Int, _ alignment: ResizeAlignment, _ rounding: NearestRounding
  ) -> AxisTable {
    AxisTable(
      inExtent: inExtent,
      index: (0..<outExtent).map { o in
        let place = rounding.round(alignment.place(o, of: outExtent, on: inExtent))
        return [min(max(place, 0), inExtent - 1)]
      })
  }
}

/// Which whole number is nearest.
public enum NearestRounding: String, Hashable, Sendable, CaseIterable {
  /// The largest that is not larger.
  case down
  /// The smallest that is not smaller.
  case up
  /// The nearest, of two the smaller.
  case halfDown
  /// The nearest, of two the larger.
  case halfUp

  func round(_ x: Double) -> Int {
    switch self {
    case .down: Int(x.rounded(.down))
    case .up: Int(x.rounded(.up))
    case .halfDown: Int((x - 0.5).rounded(.up))
    case .halfUp: Int((x + 0.5).rounded(.down))
    }
  }

  /// What ONNX calls it.
  var onnx: String {
    switch self {
    case .down: "floor"
    case .up: "ceil"
    case .halfDown: "round_prefer_floor"
    case .halfUp: "round_prefer_ceil"
    }
  }
}
