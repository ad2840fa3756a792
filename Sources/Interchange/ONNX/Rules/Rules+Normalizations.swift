internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Normalisations.
  static let normalizations: [String: Rule] = [
    "BatchNormalization": Call.one { (call, translation) throws(ModelProblem) in
      try translation.batchNormalization(call)
    },
    "LayerNormalization": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      let axes = try translation.normalizedAxes(x, call)
      let affine = try Scaling(call, scale: 1, shift: 2)
      let epsilon = exact(try call.number("epsilon", default: 1e-5))
      let op = LayerNormalization(
        shape: axes, epsilon: epsilon, hasScale: affine.hasScale, hasShift: affine.hasShift)
      return try translation.normalized(op, x, affine, counting: axes, call)
    },
    "RMSNormalization": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      let axes = try translation.normalizedAxes(x, call)
      let affine = try Scaling(call, scale: 1, shift: nil)
      let epsilon = exact(try call.number("epsilon", default: 1e-5))
      let op = RMSNormalization(shape: axes, epsilon: epsilon, hasScale: affine.hasScale)
      return try translation.normalized(op, x, affine, counting: axes, call)
    },
    "GroupNormalization": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      guard try translation.own(1, of: x) == 0 else {
        throw .unsupported("of channels that are not in front")
      }
      guard let groups = try call.integer("num_groups"), groups > 0 else {
        throw .malformed("has no number of groups")
      }
      let channels = x.shape.channels
      let affine = try Scaling(call, scale: 1, shift: 2)
      let op = GroupNormalization(
        groups: groups, channels: channels,
        epsilon: exact(try call.number("epsilon", default: 1e-5)), hasScale: affine.hasScale,
        hasShift: affine.hasScale)
      return try translation.normalized(op, x, affine, counting: [channels], call)
    },
    "InstanceNormalization": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      guard try translation.own(1, of: x) == 0 else {
        throw .unsupported("of channels that are not in front")
      }
      let channels = x.shape.channels
      let affine = try Scaling(call, scale: 1, shift: 2)
      let op = InstanceNormalization(
        channels: channels, epsilon: exact(try call.number("epsilon", default: 1e-5)),
        hasScale: affine.hasScale, hasShift: affine.hasScale)
      return try translation.normalized(op, x, affine, counting: [channels], call)
    },
    "LRN": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      try translation.maps(x)
      guard let size = try call.integer("size"), (1..<1 << 20).contains(size) else {
        throw .malformed("has no size")
      }
      let op = LocalResponseNormalization(
        size: size, alpha: exact(try call.number("alpha", default: 1e-4)),
        beta: exact(try call.number("beta", default: 0.75)),
        k: exact(try call.number("bias", default: 1)))
      return try translation.add(op, [x.layer], for: call, batch: x.batch)
    },
    "LpNormalization": Call.one { (call, translation) throws(ModelProblem) in
      let x = try translation.traced(call)
      let axis = try Extents.axis(call.integer("axis", default: -1), rank: x.rank)
      let power = try call.integer("p", default: 2)
      let norm = try translation.reduced(x, axes: [axis], keeps: true, for: call) {
        power == 1
          ? ReduceL1(axes: $0, keepsAxes: $1) as any Operator
          : ReduceL2(axes: $0, keepsAxes: $1)
      }
      return try translation.combined(Divide(), x, norm, for: call)
    },
  ]

  /// A number that was computed from numbers in 32 bits, without the noise behind their digits: the same where
  /// there is none.
  static func typed(_ number: Double) -> Double {
    // One over a square is how attention is scaled.
    let root = (1 / (number * number)).rounded()
    if root > 0, root < 0x1p20, abs(number * root.squareRoot() - 1) < 1e-6 {
      return 1 / root.squareRoot()
    }
    return number
  }

  /// A small number that stands in 32 bits in the file, as it was written.
  static func exact(_ number: Double) -> Double {
    // The shortest decimal that gives the same 32 bits is what somebody typed.
    let single = Float(number)
    guard Double(single) == number, let typed = Double("\(single)") else { return number }
    return typed
  }
}

/// The scales and shifts behind a normalisation, as far as they change anything.
struct Scaling {
  private(set) var scale: KnownTensor?
  private(set) var shift: KnownTensor?

  var hasScale: Bool { scale != nil }
  var hasShift: Bool { shift != nil }

  /// The tensors, in the order of an operator's parameters.
  var parameters: [LayerTensor] { [scale, shift].compactMap { $0 }.map { LayerTensor($0) } }

  /// Reads them; exporters write ones and zeros where a module has neither.
  init(_ call: Call, scale: Int, shift: Int?) throws(ModelProblem) {
    let scales = try call.optional(scale)
    let shifts = try shift.flatMap { (place) throws(ModelProblem) in try call.optional(place) }
    if let shifts, shifts.isLearned || shifts.numbers().contains(where: { $0 != 0 }) {
      self.shift = shifts
    }
    if let scales,
      self.shift != nil || scales.isLearned || scales.numbers().contains(where: { $0 != 1 })
    {
      self.scale = scales
    }
  }
}

extension Translation {
  /// The extents that a normalisation of the last axes takes together.
  fileprivate func normalizedAxes(_ x: Traced, _ call: Call) throws(ModelProblem) -> [Int] {
    let axis = try Extents.axis(call.integer("axis", default: -1), rank: x.rank)
    var extents: [Int] = []
    for place in axis..<x.rank { extents.append(x.shape[try own(place, of: x)]) }
    return extents
  }

  /// A normalisation with its scales and shifts.
  fileprivate mutating func normalized(
    _ op: any Operator, _ x: Traced, _ affine: Scaling, counting shape: [Int], _ call: Call
  ) throws(ModelProblem) -> Traced {
    let count = shape.reduce(1, *)
    for tensor in [affine.scale, affine.shift] {
      guard let tensor else { continue }
      guard tensor.count == count else {
        throw .unsupported("with scales \(tensor.shape) for \(shape)")
      }
    }
    return try add(
      op, [x.layer], for: call, batch: x.batch, parameters: affine.parameters)
  }

  fileprivate mutating func batchNormalization(_ call: Call) throws(ModelProblem) -> Traced {
    let x = try traced(call)
    guard x.batch != nil else { throw .unsupported("of values that no image changes") }
    guard try !call.flag("training_mode") else { throw .unsupported("in training mode") }
    guard x.rank > 1 else { throw .malformed("normalises values of \(x.rank) axes") }
    let axis = try own(1, of: x)
    let channels = x.shape[axis]
    var tensors: [LayerTensor] = []
    for place in 1...4 {
      let tensor = try call.known(place)
      guard tensor.count == channels else {
        throw .malformed("has \(tensor.shape) numbers for \(channels) channels")
      }
      tensors.append(LayerTensor(tensor))
    }
    let op = BatchNormalization(
      channels: channels, epsilon: Rules.exact(try call.number("epsilon", default: 1e-5)))
    // Channels go in front, and back again where they were elsewhere.
    var front = Array(0..<x.shape.rank)
    front.remove(at: axis)
    front.insert(axis, at: 0)
    let moved = try transposed(x, front, for: call, batch: x.batch)
    let normalized = try add(
      op, [moved.layer], for: call, batch: x.batch, parameters: Array(tensors[..<2]),
      buffers: Array(tensors[2...]))
    let back = front.indices.map { place in front.firstIndex(of: place) ?? place }
    return try transposed(normalized, back, for: call, batch: x.batch)
  }
}
