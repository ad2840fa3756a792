public import Tensors

/// A linear layer with bias on vectors: `y = W x + b`.
public struct Dense: Primitive {
  /// Elements of the input.
  public var inFeatures: Int
  /// Elements of the output.
  public var outFeatures: Int

  /// Creates a linear layer.
  public init(inFeatures: Int, outFeatures: Int) {
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
  }

  /// The weights `[out, in]` and the biases `[out]`.
  public func parameters(named name: String) -> [ParameterSpec] {
    [
      ParameterSpec(
        name: "\(name).weight", shape: [outFeatures, inFeatures], role: .denseWeight),
      ParameterSpec(name: "\(name).bias", shape: [outFeatures], role: .denseBias),
    ]
  }

  /// The shape of the output.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    guard inputs[0] == TensorShape(channels: inFeatures) else {
      return .failure(ShapeProblem("reads a vector of \(inFeatures), got \(inputs[0])"))
    }
    return .success(TensorShape(channels: outFeatures))
  }

  /// Products and biases.
  public func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int {
    inFeatures * outFeatures + outFeatures
  }

  /// Linear in the input, apart from the constant bias.
  public var derivative: DerivativeForm { .linear }

  /// `dense`.
  public var exported: ExportedOperation {
    ExportedOperation(
      "dense", ["inFeatures": .integer(inFeatures), "outFeatures": .integer(outFeatures)],
      pyTorch: PyTorchCode(
        module: PyTorchCode.Module("nn.Linear", ["\(inFeatures)", "\(outFeatures)"]),
        isVector: true
      ) { "\($0)(\($1[0]).flatten(1))" })
  }

  /// Joins the layer with its numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive {
    BoundDense(self, context: context)
  }
}

/// A linear layer with numbers.
package final class BoundDense: BoundPrimitive {
  private let layer: Dense
  private let weights: Tensor
  private let bias: [Double]
  /// The weights as a matrix `[out, in]`.
  package let matrix: Matrix

  init(_ layer: Dense, context: BindingContext) {
    self.layer = layer
    weights = context.arena.tensor(
      TensorShape(channels: layer.outFeatures * layer.inFeatures),
      precision: context.engine.precision)
    weights.write(context.parameters[0])
    bias = context.parameters[1].map(Double.init)
    matrix = Matrix(
      rows: layer.outFeatures, columns: layer.inFeatures,
      values: context.parameters[0].map(Double.init))
  }

  /// The outputs for one vector, in double.
  package func outputs(_ x: [Double]) -> [Double] {
    (0..<layer.outFeatures).map { o in
      var sum = bias[o]
      for i in 0..<layer.inFeatures { sum += matrix[o, i] * x[i] }
      return sum
    }
  }

  package func apply(_ inputs: [Tensor], into output: Tensor) {
    let x = inputs[0].values()
    var y: [Double] = []
    y.reserveCapacity(output.shape.count)
    for row in 0..<output.shape.batch {
      y += outputs(Array(x[row * layer.inFeatures..<(row + 1) * layer.inFeatures]))
    }
    output.write(y)
  }
  package func pushforward(_ tangent: Tensor, into output: Tensor) {
    output.write(product(tangent, transposed: false))
  }
  package func pullback(_ cotangent: Tensor, into input: Tensor) {
    input.write(product(cotangent, transposed: true))
  }

  package func pushforward(
    _ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor
  ) throws(BackendError) {
    var sum = [Double](repeating: 0, count: output.shape.count)
    func add(_ terms: [Double]) { for i in sum.indices { sum[i] += terms[i] } }
    if let input = tangent.input { add(product(input, transposed: false)) }
    switch tangent.parameters[0] {
    case nil: break
    case .itself: add(product(try point.input(), transposed: false))
    case .numbers(let weights):
      let change = Matrix(rows: layer.outFeatures, columns: layer.inFeatures, values: weights)
      add(rows(try point.input()).times(change, transposingOther: true).values)
    }
    let shift: [Double]
    switch tangent.parameters[1] {
    case nil: shift = []
    case .itself: shift = bias
    case .numbers(let numbers): shift = numbers
    }
    if !shift.isEmpty {
      for i in sum.indices { sum[i] += shift[i % layer.outFeatures] }
    }
    output.write(sum)
  }

  package func parameterCotangent(
    _ cotangent: Tensor, input: Tensor, memory: LinearizationMemory
  ) throws(BackendError) -> ParameterCotangent {
    let outputs = rows(cotangent)
    let ones = Matrix(
      rows: 1, columns: outputs.rows, values: [Double](repeating: 1, count: outputs.rows))
    return .numbers([
      outputs.times(rows(input), transposingSelf: true).values, ones.times(outputs).values,
    ])
  }

  private func product(_ x: Tensor, transposed: Bool) -> [Double] {
    rows(x).times(matrix, transposingOther: !transposed).values
  }

  private func rows(_ x: Tensor) -> Matrix {
    Matrix(rows: x.shape.batch, columns: x.shape.channels, values: x.values())
  }
}
