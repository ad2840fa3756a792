internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Means and maxima over windows of maps, and over all places.
  static let poolings: [String: Rule] = [
    "MaxPool": Call.one { (call, translation) throws(ModelProblem) in
      try translation.pooled(call) { MaxPool($0) }
    },
    "AveragePool": Call.one { (call, translation) throws(ModelProblem) in
      try translation.pooled(call) { AveragePool($0) }
    },
    "GlobalAveragePool": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      return try translation.reduced(
        x, axes: Array(2..<max(x.rank, 2)), keeps: true, for: call
      ) { ReduceMean(axes: $0, keepsAxes: $1) }
    },
    "GlobalMaxPool": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      return try translation.reduced(
        x, axes: Array(2..<max(x.rank, 2)), keeps: true, for: call
      ) { ReduceMaximum(axes: $0, keepsAxes: $1) }
    },
  ]

  /// Sums and the like over axes.
  static let reductions: [String: Rule] = {
    var rules: [String: Rule] = [:]
    func reduction(
      _ name: String, _ make: @escaping @Sendable ([Int], Bool) -> any Operator
    ) {
      rules[name] = Call.one { (call, translation) throws(ModelProblem) in
        let x = try translation.traced(call)
        let reduced = try Reduced.of(call, rank: x.rank)
        return try translation.reduced(
          x, axes: reduced.axes, keeps: reduced.keeps, for: call, make)
      }
    }
    reduction("ReduceSum") { ReduceSum(axes: $0, keepsAxes: $1) }
    reduction("ReduceMean") { ReduceMean(axes: $0, keepsAxes: $1) }
    reduction("ReduceMax") { ReduceMaximum(axes: $0, keepsAxes: $1) }
    reduction("ReduceMin") { ReduceMinimum(axes: $0, keepsAxes: $1) }
    reduction("ReduceL1") { ReduceL1(axes: $0, keepsAxes: $1) }
    reduction("ReduceL2") { ReduceL2(axes: $0, keepsAxes: $1) }
    reduction("ReduceLogSumExp") { ReduceLogSumExp(axes: $0, keepsAxes: $1) }
    rules["ReduceSumSquare"] = Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      let reduced = try Reduced.of(call, rank: x.rank)
      let squares = try translation.add(
        ConstantPower(exponent: 2), [x.layer], for: call, batch: x.batch)
      return try translation.reduced(
        squares, axes: reduced.axes, keeps: reduced.keeps, for: call
      ) { ReduceSum(axes: $0, keepsAxes: $1) }
    }
    rules["Softmax"] = Call.one { (call, translation) throws(ModelProblem) in
      try translation.normalizedExponentials(call) { Softmax(axis: $0) }
    }
    rules["LogSoftmax"] = Call.one { (call, translation) throws(ModelProblem) in
      try translation.normalizedExponentials(call) { LogSoftmax(axis: $0) }
    }
    return rules
  }()
}

extension Translation {
  fileprivate mutating func pooled(
    _ call: Call, _ make: (PoolingGeometry) -> any Operator
  ) throws(ModelProblem) -> Traced {
    var x = try traced(call)
    guard let kernel = try call.integers("kernel_shape"), kernel.count == max(0, x.rank - 2) else {
      throw .malformed("does not fit its windows to values of \(x.rank) axes")
    }
    let isLine = x.rank == 3
    try maps(x, sides: isLine ? 1 : 2)
    let sizes = isLine ? [x.shape[1]] : [x.shape[1], x.shape[2]]
    let sides = try WindowSides.of(call, kernel: kernel, sizes: sizes)
    if isLine {
      x = try reshaped(x, to: [x.shape[0], 1, x.shape[1]], for: call, batch: x.batch)
    }
    let geometry = PoolingGeometry(
      rows: sides.rows, columns: sides.columns,
      countsPadding: try call.flag("count_include_pad"), roundsUp: try call.flag("ceil_mode"))
    let pooled = try add(make(geometry), [x.layer], for: call, batch: x.batch)
    guard isLine else { return pooled }
    return try reshaped(
      pooled, to: [pooled.shape[0], pooled.shape[2]], for: call, batch: pooled.batch)
  }

  /// A function of the elements along axes of the file's value.
  mutating func reduced(
    _ value: Traced, axes: [Int], keeps: Bool, for call: Call,
    _ make: ([Int], Bool) -> any Operator
  ) throws(ModelProblem) -> Traced {
    guard !axes.isEmpty else { return value }
    var own: [Int] = []
    for axis in axes { own.append(try self.own(axis, of: value)) }
    let place = keeps ? value.batch : place(value.batch, without: axes)
    var op = make(own, keeps)
    // Means and maxima of maps over all places have kernels of their own.
    if own.sorted() == [1, 2], value.shape.isMaps {
      if op is ReduceMean { op = GlobalAveragePool(keepsPlaces: keeps) }
      if op is ReduceMaximum, keeps { op = GlobalMaxPool() }
    }
    return try add(op, [value.layer], for: call, batch: place)
  }

  /// Softmax: along an axis, or up to version 12 over all axes from one on.
  fileprivate mutating func normalizedExponentials(
    _ call: Call, _ make: (Int) -> any Operator
  ) throws(ModelProblem) -> Traced {
    let x = try traced(call)
    let isFlat = call.opset < 13
    let axis = try Extents.axis(
      call.integer("axis", default: isFlat ? 1 : -1), rank: x.rank)
    let own = try self.own(axis, of: x)
    if !isFlat || x.shape.extents[(own + 1)...].allSatisfy({ $0 == 1 }) {
      return try add(make(own), [x.layer], for: call, batch: x.batch)
    }
    guard let place = x.batch, place.axis < axis else {
      throw .unsupported("over the axis of the images")
    }
    let rows = x.shape.extents[..<own].reduce(1, *)
    let flat = try reshaped(x, to: [rows, x.shape.count / rows], for: call, batch: x.batch)
    let shares = try add(make(1), [flat.layer], for: call, batch: x.batch)
    return try reshaped(shares, to: x.shape.extents, for: call, batch: x.batch)
  }
}
