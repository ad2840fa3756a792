internal import Networks
internal import Operators
internal import Tensors

/// A model on its way to a network: what is known of its values, and the layers so far.
///
/// The batch of the file is bound to a number that is prime and larger than any extent in the file, so that an
/// extent is divisible by it exactly where it counts images. Shapes then are plain numbers, arithmetic on them is
/// evaluated away, and every value that depends on the images has one axis whose extent the number divides
/// (`BatchPlace`). Layers compute the values of one image.
struct Translation {
  /// The number of images that stands for any.
  let batch: Int
  /// The batch that the file is fixed to, `nil` where it is open.
  let fixedBatch: Int?
  /// The program that wrote the file.
  let producer: String
  /// How parameters begin that belong to no layer, where the file says so.
  let roles: [String: ParameterRole]
  /// The layers so far.
  var graph: LayerGraph
  /// Constants and parameters that are layers already, by what they are.
  private var sources: [SourceKey: Int] = [:]
  /// Elements that constants may still have; a small file could ask for any number.
  private var elementsLeft: Int

  private struct SourceKey: Hashable {
    var tensor: String
    var steps: [TensorView.Step]
  }

  init(
    batch: Int, fixedBatch: Int?, producer: String, roles: [String: ParameterRole], input: Shape,
    elementLimit: Int
  ) {
    self.batch = batch
    self.fixedBatch = fixedBatch
    self.producer = producer
    self.roles = roles
    graph = LayerGraph(input: input)
    elementsLeft = elementLimit
  }

  /// Counts elements that are about to be made.
  ///
  /// - Throws: that they are more than the file can be worth.
  mutating func spend(_ shape: [Int]) throws(ModelProblem) {
    let count = try Extents.count(shape)
    guard count <= elementsLeft else {
      throw .malformed("makes constants of more elements than there is room for, here \(shape)")
    }
    elementsLeft -= count
  }

  // MARK: Adding layers

  /// Adds a layer for a node of the file: an operator on the values of one image, and where the images lie in
  /// the file's value.
  mutating func add(
    _ op: any Operator, _ inputs: [Int], for call: Call, batch: BatchPlace?,
    parameters: [LayerTensor] = [], buffers: [LayerTensor] = []
  ) throws(ModelProblem) -> Traced {
    let layer = try graph.add(
      op, inputs, name: call.node.name, parameters: parameters, buffers: buffers)
    return Traced(layer: layer, shape: graph[layer].shape, batch: batch)
  }

  /// A value in another shape for one image.
  mutating func reshaped(
    _ value: Traced, to extents: [Int], for call: Call, batch: BatchPlace?
  ) throws(ModelProblem) -> Traced {
    guard extents != value.shape.extents else {
      return Traced(layer: value.layer, shape: value.shape, batch: batch)
    }
    // A change of shape after another is one.
    var source = value.layer
    if graph[source].op is Reshape { source = graph[source].inputs[0] }
    if graph[source].shape.extents == extents {
      return Traced(layer: source, shape: graph[source].shape, batch: batch)
    }
    return try add(Reshape(to: extents), [source], for: call, batch: batch)
  }

  /// A value with the axes of one image in another order.
  mutating func transposed(
    _ value: Traced, _ order: [Int], for call: Call, batch: BatchPlace?
  ) throws(ModelProblem) -> Traced {
    guard order != Array(order.indices) else {
      return Traced(layer: value.layer, shape: value.shape, batch: batch)
    }
    // Axes of extent 1 do not move elements.
    let moving = order.filter { value.shape[$0] > 1 }
    if moving == moving.sorted() {
      return try reshaped(value, to: order.map { value.shape[$0] }, for: call, batch: batch)
    }
    return try add(Transpose(order), [value.layer], for: call, batch: batch)
  }

  // MARK: Values

  /// A value as a layer: known numbers become a source of the network.
  mutating func traced(_ value: Value, for call: Call) throws(ModelProblem) -> Traced {
    switch value {
    case .traced(let traced): return traced
    case .known(let tensor): return try source(tensor, for: call)
    case .absent: throw .malformed("lacks an input")
    case .sequence, .unknown: throw .unsupported("reads a list of values")
    }
  }

  /// An input as a layer.
  mutating func traced(_ call: Call, _ place: Int = 0) throws(ModelProblem) -> Traced {
    guard call.has(place) else { throw .malformed("lacks input \(place)") }
    return try traced(call.input(place), for: call)
  }

  /// A constant or a parameter.
  private mutating func source(_ tensor: KnownTensor, for call: Call) throws(ModelProblem)
    -> Traced
  {
    guard tensor.shape.allSatisfy({ $0 > 0 }) else { throw .malformed("reads an empty tensor") }
    if let view = tensor.view, view.isLearned { return try parameter(view, for: call) }
    try spend(tensor.shape)
    let constant = Constant(tensor.floats(), shape: Shape(tensor.shape))
    return try add(constant, [], for: call, batch: nil)
  }

  /// A parameter in the shape that it has in the file, and behind it what the file does to that.
  private mutating func parameter(_ view: TensorView, for call: Call) throws(ModelProblem)
    -> Traced
  {
    let key = SourceKey(tensor: view.name, steps: [])
    let layer: Int
    if let known = sources[key] {
      layer = known
    } else {
      let extents = view.tensor.shape
      guard extents.allSatisfy({ $0 > 0 }) else { throw .malformed("reads an empty tensor") }
      let values = view.tensor.floats()
      layer = try graph.add(
        Parameter(shape: Shape(extents), role: roles[view.name] ?? ParameterRoles.role(of: values)),
        [],
        name: view.name, parameters: [LayerTensor(name: view.name, numbers: values)])
      sources[key] = layer
    }
    var value = Traced(layer: layer, shape: graph[layer].shape, batch: nil)
    for step in view.steps {
      switch step {
      case .reshape(let extents): value = try reshaped(value, to: extents, for: call, batch: nil)
      case .transpose(let order): value = try transposed(value, order, for: call, batch: nil)
      }
    }
    return value
  }
}

/// How parameters begin that belong to no layer.
enum ParameterRoles {
  /// One number everywhere where the file has it so, else a normal distribution that is usual for embeddings.
  static func role(of values: [Float]) -> ParameterRole {
    guard let first = values.first, first.isFinite, values.allSatisfy({ $0 == first }) else {
      return .normal(standardDeviation: 0.02)
    }
    return .constant(first)
  }
}
