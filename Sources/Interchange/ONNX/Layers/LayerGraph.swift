internal import Networks
internal import Tensors

/// A tensor of numbers that a layer has: a parameter or a running statistic.
struct LayerTensor: Sendable {
  /// Its name in the file, `nil` where it has none there.
  var name: String?
  var values: Values

  enum Values: Sendable {
    /// A tensor of the file, perhaps with its axes in another order.
    case view(TensorView)
    /// Numbers that were computed, row-major.
    case numbers([Float])
    /// One number everywhere.
    case constant(Float, count: Int)
  }

  init(_ tensor: KnownTensor) {
    if let view = tensor.view {
      name = view.name
      values = .view(view)
    } else {
      values = .numbers(tensor.floats())
    }
  }

  init(constant: Float, count: Int) { values = .constant(constant, count: count) }

  init(name: String?, numbers: [Float]) {
    self.name = name
    values = .numbers(numbers)
  }

  /// The same numbers by another name.
  func named(_ name: String?) -> LayerTensor {
    var tensor = self
    tensor.name = name
    return tensor
  }

  /// The numbers.
  func floats() -> [Float] {
    switch values {
    case .view(let view): view.floats()
    case .numbers(let numbers): numbers
    case .constant(let number, let count): [Float](repeating: number, count: count)
    }
  }
}

/// A node of a network that is being read: an operator of this library on the values of one image.
struct Layer: Sendable {
  /// The operator, `nil` for the network's input.
  var op: (any Operator)?
  /// The layers whose values it reads.
  var inputs: [Int]
  /// The shape of its value for one image.
  var shape: Shape
  /// The node of the file that it stands for.
  var name: String
  /// The numbers of its parameters, in the operator's order.
  var parameters: [LayerTensor] = []
  /// The numbers of its buffers, in the operator's order.
  var buffers: [LayerTensor] = []
}

/// A network that is being read: layers in topological order, the first of which is the input.
struct LayerGraph: Sendable {
  /// Elements that a value may have for one image: products of two such numbers are numbers still.
  static let elementLimit = 1 << 31

  var layers: [Layer]
  /// Layers that stay although the output does not depend on them: edges that lead nowhere, in a file that says so.
  var kept: [Int] = []
  /// Layers that end blocks, in a file that says so.
  var blockEnds: [Int] = []

  /// A network of its input alone.
  init(input: Shape) {
    layers = [Layer(op: nil, inputs: [], shape: input, name: "input")]
  }

  subscript(position: Int) -> Layer {
    get { layers[position] }
    set { layers[position] = newValue }
  }

  /// Adds a layer and infers its shape.
  ///
  /// - Throws: what does not fit.
  mutating func add(
    _ op: any Operator, _ inputs: [Int], name: String, parameters: [LayerTensor] = [],
    buffers: [LayerTensor] = []
  ) throws(ModelProblem) -> Int {
    let shape: Shape
    do throws(ShapeProblem) {
      shape = try op.outputShape(inputs.map { layers[$0].shape })
    } catch {
      throw .malformed("as \(op.name) \(error.text)")
    }
    guard let count = try? Extents.count(shape.extents), count <= Self.elementLimit else {
      throw .malformed("gives \(shape) for an image, which is more than can be computed")
    }
    layers.append(
      Layer(
        op: op, inputs: inputs, shape: shape, name: name, parameters: parameters,
        buffers: buffers))
    return layers.count - 1
  }

  /// How often each layer is read.
  var readers: [Int] {
    var readers = [Int](repeating: 0, count: layers.count)
    for layer in layers { for input in layer.inputs { readers[input] += 1 } }
    return readers
  }
}
