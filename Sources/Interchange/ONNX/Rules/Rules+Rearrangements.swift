internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Operators that move places of maps.
  static let rearrangements: [String: Rule] = [
    "Pad": Call.one { (call, translation) throws(ModelProblem) in try translation.padded(call) },
    "DepthToSpace": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      try translation.maps(x)
      let order: DepthToSpace.Order =
        try call.text("mode", default: "DCR") == "CRD" ? .depthFirst : .depthLast
      let block = try call.integer("blocksize", default: 0)
      guard (1..<1 << 15).contains(block) else { throw .malformed("has blocks of \(block)") }
      return try translation.add(
        DepthToSpace(block: block, order: order), [x.layer], for: call, batch: x.batch)
    },
    "SpaceToDepth": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      try translation.maps(x)
      let block = try call.integer("blocksize", default: 0)
      guard (1..<1 << 15).contains(block) else { throw .malformed("has blocks of \(block)") }
      return try translation.add(
        SpaceToDepth(block: block, order: .depthLast), [x.layer], for: call, batch: x.batch)
    },
  ]

  /// Maps of another size.
  static let resizes: [String: Rule] = [
    "Resize": Call.one { (call, translation) throws(ModelProblem) in
      try translation.resized(call)
    },
    "Upsample": Call.one { (call, translation) throws(ModelProblem) in
      try translation.resized(call)
    },
  ]
}

extension Translation {
  fileprivate mutating func padded(_ call: Call) throws(ModelProblem) -> Traced {
    var x = try traced(call)
    let padding = try Padding.of(call, rank: x.rank)
    let rank = x.shape.rank
    var (before, after) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
    for axis in 0..<x.rank where padding.before[axis] != 0 || padding.after[axis] != 0 {
      let own = try own(axis, of: x)
      (before[own], after[own]) = (padding.before[axis], padding.after[axis])
    }
    // Negative padding cuts.
    for axis in 0..<rank where before[axis] < 0 || after[axis] < 0 {
      let start = max(0, -before[axis])
      let count = x.shape[axis] - start - max(0, -after[axis])
      guard count > 0 else { throw .malformed("cuts everything off axis \(axis)") }
      x = try add(
        Slice(axis: axis, from: start, count: count), [x.layer], for: call, batch: x.batch)
      (before[axis], after[axis]) = (max(0, before[axis]), max(0, after[axis]))
    }
    guard before.contains(where: { $0 > 0 }) || after.contains(where: { $0 > 0 }) else { return x }
    let mode: Pad.Mode
    switch padding.mode {
    case .constant(let number): mode = .constant(Float(number))
    case .edge: mode = .edge
    case .reflect: mode = .reflect
    case .wrap:
      for axis in 0..<rank where before[axis] + after[axis] > 0 {
        let extent = x.shape[axis]
        let indices = (-before[axis]..<extent + after[axis]).map { ($0 % extent + extent) % extent }
        x = try add(Gather(axis: axis, indices: indices), [x.layer], for: call, batch: x.batch)
      }
      return x
    }
    return try add(
      Pad(before: before, after: after, mode: mode), [x.layer], for: call, batch: x.batch)
  }

  fileprivate mutating func resized(_ call: Call) throws(ModelProblem) -> Traced {
    let x = try traced(call)
    try maps(x)
    let size = try size(of: call, x)
    guard size[0] == x.shape[0] else { throw .unsupported("of channels") }
    let (height, width) = (size[1], size[2])
    if (height, width) == (x.shape.height, x.shape.width) { return x }
    guard try !call.flag("antialias") else { throw .unsupported("with antialiasing") }
    let isOld = call.node.type == "Upsample" || call.opset < 11
    let transformation = try call.text(
      "coordinate_transformation_mode", default: isOld ? "asymmetric" : "half_pixel")
    let alignment: ResizeAlignment
    switch transformation {
    case "half_pixel", "half_pixel_symmetric": alignment = .halfPixel
    case "pytorch_half_pixel":
      guard height > 1, width > 1 else { throw .unsupported("to a single place") }
      alignment = .halfPixel
    case "align_corners": alignment = .corners
    case "asymmetric": alignment = .first
    default: throw .unsupported("by \(transformation)")
    }
    let op: any Operator
    switch try call.text("mode", default: "nearest") {
    case "nearest":
      let rounding: NearestRounding
      switch try call.text("nearest_mode", default: isOld ? "floor" : "round_prefer_floor") {
      case "floor": rounding = .down
      case "ceil": rounding = .up
      case "round_prefer_floor": rounding = .halfDown
      case "round_prefer_ceil": rounding = .halfUp
      case let mode: throw .malformed("rounds by the unknown rule \(mode)")
      }
      op = NearestResize(height: height, width: width, alignment: alignment, rounding: rounding)
    case "linear": op = BilinearResize(height: height, width: width, alignment: alignment)
    case let mode: throw .unsupported("by \(mode)")
    }
    return try add(op, [x.layer], for: call, batch: x.batch)
  }

  /// Channels, rows and columns of the new maps.
  private func size(of call: Call, _ x: Traced) throws(ModelProblem) -> [Int] {
    let extents = extents(x)
    let axes = try Extents.axes(call.integers("axes") ?? Array(0..<4), rank: 4)
    let isOld = call.node.type == "Upsample" || call.opset < 11
    var result = extents
    if !isOld, let sizes = try call.optional(3)?.integers(), !sizes.isEmpty {
      guard sizes.count == axes.count,
        try call.text("keep_aspect_ratio_policy", default: "stretch") == "stretch"
      else { throw .unsupported("that keeps the aspect ratio") }
      for (axis, size) in zip(axes, sizes) { result[axis] = size }
    } else {
      var scales = try call.numbers("scales") ?? []
      if let given = try call.optional(isOld ? 1 : 2) { scales = given.numbers() }
      guard scales.count == axes.count else {
        throw .malformed("has \(scales.count) scales for \(axes.count) axes")
      }
      for (axis, scale) in zip(axes, scales) {
        // In 32 bits, as onnxruntime multiplies: 3 times 5/3 are 5.
        let size = (Float(extents[axis]) * Float(scale)).rounded(.down)
        guard size >= 1, size < 0x1p31 else {
          throw .malformed("scales \(extents[axis]) by \(scale)")
        }
        result[axis] = Int(size)
      }
    }
    if let fixedBatch, result[0] == fixedBatch { result[0] = batch }
    guard result[0] == batch, result.allSatisfy({ $0 > 0 && $0 < 1 << 31 }) else {
      throw .unsupported("of the axis of the images")
    }
    return Array(result[1...])
  }
}
