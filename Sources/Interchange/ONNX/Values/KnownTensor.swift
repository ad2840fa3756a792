/// A tensor of the file seen through changes of shape and order of axes, none of which has been carried out.
///
/// A weight that an exporter transposes in the graph is still that weight, by its name and with as many numbers.
struct TensorView: Sendable {
  /// A change that keeps every element.
  enum Step: Hashable, Sendable {
    case reshape([Int])
    case transpose([Int])
  }

  let tensor: StoredTensor
  /// What it is called; exporters that merge equal tensors keep their names on nodes that copy.
  private(set) var name: String
  /// Whether training would change it.
  private(set) var isLearned: Bool
  private(set) var steps: [Step] = []
  private(set) var shape: [Int]

  init(_ tensor: StoredTensor) {
    self.tensor = tensor
    name = tensor.name
    isLearned = tensor.isLearned
    shape = tensor.shape
  }

  /// Under another name.
  func named(_ name: String, isLearned: Bool) -> TensorView {
    var view = self
    view.name = name
    view.isLearned = isLearned
    return view
  }

  /// Seen in another shape.
  func reshaped(to shape: [Int]) -> TensorView {
    guard shape != self.shape else { return self }
    var view = self
    if case .reshape = view.steps.last { view.steps.removeLast() }
    view.shape = shape
    let before = view.steps.isEmpty ? tensor.shape : nil
    if before != shape { view.steps.append(.reshape(shape)) }
    return view
  }

  /// Seen with its axes in another order: axis `i` is axis `order[i]` of before.
  func transposed(_ order: [Int]) -> TensorView {
    guard order != Array(order.indices) else { return self }
    var view = self
    view.shape = order.map { shape[$0] }
    if case .transpose(let first) = view.steps.last {
      view.steps.removeLast()
      let both = order.map { first[$0] }
      if both != Array(both.indices) { view.steps.append(.transpose(both)) }
    } else {
      view.steps.append(.transpose(order))
    }
    return view
  }

  /// The numbers in 32 bits, in the order of the view.
  func floats() -> [Float] { moved(tensor.floats()) }
  /// The numbers in 64 bits, in the order of the view.
  func doubles() -> [Double] { moved(tensor.doubles()) }
  /// The whole numbers, in the order of the view.
  func integers() throws(ModelProblem) -> [Int] { moved(try tensor.integers()) }

  private func moved<Element>(_ values: [Element]) -> [Element] {
    var values = values
    var shape = tensor.shape
    for step in steps {
      switch step {
      case .reshape(let extents): shape = extents
      case .transpose(let order):
        values = Elements.transposed(values, shape: shape, order: order)
        shape = order.map { shape[$0] }
      }
    }
    return values
  }
}

/// A tensor that does not depend on the images.
struct KnownTensor: Sendable {
  /// The elements.
  enum Payload: Sendable {
    case integers([Int])
    case numbers([Double])
    case view(TensorView)
  }

  var type: ElementType
  var shape: [Int]
  var payload: Payload

  init(_ type: ElementType, _ shape: [Int], _ payload: Payload) {
    self.type = type
    self.shape = shape
    self.payload = payload
  }

  /// A tensor of the file.
  init(_ tensor: StoredTensor) {
    self.init(tensor.type, tensor.shape, .view(TensorView(tensor)))
  }

  /// A vector of 64-bit whole numbers.
  init(vector values: [Int]) { self.init(.int64, [values.count], .integers(values)) }

  /// A single number.
  init(_ type: ElementType, _ value: Double) {
    self.init(
      type, [], type.isFloatingPoint ? .numbers([value]) : .integers([Int(value)]))
  }

  var count: Int { shape.reduce(1, *) }

  /// The tensor of the file that it is, seen through changes of shape and order.
  var view: TensorView? { if case .view(let view) = payload { view } else { nil } }
  /// Whether training would change it.
  var isLearned: Bool { view?.isLearned == true }

  /// The whole numbers.
  ///
  /// - Throws: that they are no whole numbers.
  func integers() throws(ModelProblem) -> [Int] {
    switch payload {
    case .integers(let values): return values
    case .view(let view) where !type.isFloatingPoint: return try view.integers()
    default: throw .malformed("reads whole numbers, and gets others")
    }
  }

  /// The numbers in 64 bits, whatever their type.
  func numbers() -> [Double] {
    switch payload {
    case .integers(let values): values.map(Double.init)
    case .numbers(let values): values
    case .view(let view): view.doubles()
    }
  }

  /// The numbers in 32 bits, whatever their type.
  func floats() -> [Float] {
    switch payload {
    case .integers(let values): values.map { Float($0) }
    case .numbers(let values): values.map { Float($0) }
    case .view(let view): view.floats()
    }
  }

  /// The only number, `nil` where there are several.
  var scalar: Double? { count == 1 ? numbers().first : nil }

  /// Seen in another shape.
  func reshaped(to shape: [Int]) -> KnownTensor {
    var tensor = self
    tensor.shape = shape
    if case .view(let view) = payload { tensor.payload = .view(view.reshaped(to: shape)) }
    return tensor
  }

  /// Seen with its axes in another order.
  func transposed(_ order: [Int]) -> KnownTensor {
    let payload: Payload =
      switch self.payload {
      case .integers(let values):
        .integers(Elements.transposed(values, shape: shape, order: order))
      case .numbers(let values):
        .numbers(Elements.transposed(values, shape: shape, order: order))
      case .view(let view): .view(view.transposed(order))
      }
    return KnownTensor(type, order.map { shape[$0] }, payload)
  }
}

extension KnownTensor {
  /// The elements at regular distances: for each axis how many, and how far apart.
  func gathered(
    from start: Int = 0, _ axes: [(extent: Int, step: Int)], shape: [Int]
  ) throws(ModelProblem) -> KnownTensor {
    let payload: Payload =
      type.isFloatingPoint
      ? .numbers(Elements.gathered(numbers(), from: start, axes))
      : .integers(Elements.gathered(try integers(), from: start, axes))
    return KnownTensor(type, shape, payload)
  }

  /// So many elements from each of several places on.
  func rows(at starts: [Int], of count: Int, shape: [Int]) throws(ModelProblem) -> KnownTensor {
    func picked<Element>(_ values: [Element]) -> [Element] {
      count == 1 ? starts.map { values[$0] } : starts.flatMap { values[$0..<$0 + count] }
    }
    let payload: Payload =
      type.isFloatingPoint ? .numbers(picked(numbers())) : .integers(picked(try integers()))
    return KnownTensor(type, shape, payload)
  }
}

/// Rearrangements of row-major elements.
enum Elements {
  /// Elements with the axes in another order.
  static func transposed<Element>(_ values: [Element], shape: [Int], order: [Int]) -> [Element] {
    let steps = Extents.strides(shape)
    return gathered(values, order.map { (shape[$0], steps[$0]) })
  }

  /// Elements spread over a larger shape.
  static func spread<Element>(_ values: [Element], shape: [Int], over common: [Int]) -> [Element] {
    guard shape != common else { return values }
    let steps = Extents.strides(shape)
    let missing = common.count - shape.count
    return gathered(
      values,
      common.enumerated().map { axis, extent in
        let own = axis - missing
        return (extent, own < 0 || shape[own] == 1 ? 0 : steps[own])
      })
  }

  /// Elements at regular distances: for each axis how many, and how far apart.
  static func gathered<Element>(
    _ values: [Element], from start: Int = 0, _ axes: [(extent: Int, step: Int)]
  ) -> [Element] {
    let count = axes.reduce(1) { $0 * $1.extent }
    guard count > 0 else { return [] }
    guard let last = axes.last else { return [values[start]] }
    var result: [Element] = []
    result.reserveCapacity(count)
    var index = [Int](repeating: 0, count: axes.count)
    var place = start
    while result.count < count {
      for i in 0..<last.extent { result.append(values[place &+ i &* last.step]) }
      // The next row: like a counter whose digits are the axes in front.
      var axis = axes.count - 2
      while axis >= 0 {
        index[axis] += 1
        place += axes[axis].step
        if index[axis] < axes[axis].extent { break }
        place -= axes[axis].extent * axes[axis].step
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}
