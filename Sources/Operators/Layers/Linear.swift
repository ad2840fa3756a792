public import Networks
public import Tensors

/// A linear map of the last axis, with or without a bias: `y = W x + b`.
///
/// It takes vectors, and tokens, of which each is mapped alone.
public struct Linear: Operator, ListedOperator {
  /// Elements of the last axis of the input.
  public var inFeatures: Int
  /// Elements of the last axis of the output.
  public var outFeatures: Int
  /// Whether a bias is added.
  public var hasBias: Bool

  /// Creates a linear layer.
  public init(inFeatures: Int, outFeatures: Int, hasBias: Bool = true) {
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
    self.hasBias = hasBias
  }

  /// `linear`.
  public var name: String { "linear" }
  /// A linear layer.
  public var kind: OperatorKind { .linear }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Linear(inFeatures: 12, outFeatures: 5), [12]),
      OperatorExample(Linear(inFeatures: 6, outFeatures: 5, hasBias: false), [6]),
      OperatorExample(Linear(inFeatures: 6, outFeatures: 5), [7, 6]),
      OperatorExample(Linear(inFeatures: 6, outFeatures: 3, hasBias: false), [2, 3, 6]),
    ]
  }

  /// The weights `[out, in]` and the biases `[out]`.
  public func parameters(named name: String) -> [ParameterSpec] {
    let weight = ParameterSpec(
      name: "\(name).weight", shape: [outFeatures, inFeatures], role: .weight(fanIn: inFeatures))
    guard hasBias else { return [weight] }
    return [
      weight,
      ParameterSpec(name: "\(name).bias", shape: [outFeatures], role: .bias(fanIn: inFeatures)),
    ]
  }

  /// The shape of the input with another last extent.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    guard inFeatures > 0, outFeatures > 0 else {
      throw ShapeProblem("no map from \(inFeatures) to \(outFeatures) features")
    }
    guard shape.rank > 0, shape.last == inFeatures else {
      throw ShapeProblem("reads \(inFeatures) features on the last axis, got \(shape)")
    }
    return shape.with(outFeatures, along: shape.rank - 1)
  }

  /// Products and biases, for every token.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int {
    output.count * (inFeatures + (hasBias ? 1 : 0))
  }

  /// Linear in the input, apart from the bias.
  public var derivative: Derivative { hasBias ? .affine : .linear }

  /// A weight meets one feature of every token, a bias meets ones.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? {
    if weight.parameter == 1 {
      return WeightRule(region: .feature(weight.index, among: outFeatures))
    }
    return WeightRule(
      region: .feature(weight.index / inFeatures, among: outFeatures),
      capture: .feature(weight.index % inFeatures, among: inFeatures))
  }

  /// On vectors, where the matrix in double takes no more than 64 MB.
  public func isMatrix(inputs: [Shape]) -> Bool {
    inputs[0].rank == 1 && inFeatures * outFeatures <= 1 << 23
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let isVector = output.rank == 1
    return ExportedOperation(
      [
        "inFeatures": .integer(inFeatures), "outFeatures": .integer(outFeatures),
        "bias": .flag(hasBias),
      ],
      pyTorch: .module(
        "nn.Linear",
        ["\(inFeatures)", "\(outFeatures)"] + (hasBias ? [] : [Convolution.withoutBias])),
      onnx: ONNXCode { [hasBias] names in
        if isVector {
          return [
            ONNXCode.Node(
              "Gemm", names.inputs + names.parameters, output: names.output,
              [ONNXCode.Attribute("transB", .integer(1))])
          ]
        }
        let product = hasBias ? names.output + "/product" : names.output
        let nodes = [
          ONNXCode.Node(
            "Transpose", [names.parameters[0]], output: names.output + "/weights",
            [ONNXCode.Attribute("perm", .integers([1, 0]))]),
          ONNXCode.Node("MatMul", [names.inputs[0], names.output + "/weights"], output: product),
        ]
        guard hasBias else { return nodes }
        return nodes + [
          ONNXCode.Node("Add", [product, names.parameters[1]], output: names.output)
        ]
      })
  }

  /// Joins the layer with its numbers.
  public func bound(in context: BindingContext) -> any BoundOperator {
    isMatrix(inputs: context.inputs)
      ? BoundLinear(self, context: context) : BoundTokenLinear(self, context: context)
  }
}

/// A linear layer on vectors, in double whatever the precision: it costs nothing, and ends most networks.
private final class BoundLinear: BoundMatrixOperator, BoundLinearOperator {
  private let layer: Linear
  private let bias: [Float]
  private let weights: [Float]
  private(set) lazy var matrix = Matrix(
    rows: layer.outFeatures, columns: layer.inFeatures, values: weights.map(Double.init))

  init(_ layer: Linear, context: BindingContext) {
    self.layer = layer
    weights = context.parameters[0]
    bias = layer.hasBias ? context.parameters[1] : [Float](repeating: 0, count: layer.outFeatures)
  }

  func outputs(_ features: [Double]) -> [Double] {
    (0..<layer.outFeatures).map { o in
      var sum = Double(bias[o])
      for i in 0..<layer.inFeatures { sum += matrix[o, i] * features[i] }
      return sum
    }
  }

  func entry(_ weight: WeightAddress) -> (output: Int, feature: Int?) {
    weight.parameter == 1
      ? (weight.index, nil)
      : (weight.index / layer.inFeatures, weight.index % layer.inFeatures)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    let x = inputs[0].values()
    var y: [Double] = []
    y.reserveCapacity(output.shape.count)
    for row in 0..<output.shape.batch {
      y += outputs(Array(x[row * layer.inFeatures..<(row + 1) * layer.inFeatures]))
    }
    output.write(y)
  }
  func pushforward(_ tangent: Tensor, into output: Tensor) {
    output.write(product(tangent, transposed: false))
  }
  func pullback(_ cotangent: Tensor, into input: Tensor) {
    input.write(product(cotangent, transposed: true))
  }

  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) throws(BackendError) {
    var sum = output.values()
    func add(_ terms: [Double]) { for i in sum.indices { sum[i] += terms[i] } }
    switch change[0] {
    case nil: break
    case .itself: add(product(try point.input(), transposed: false))
    case .numbers(let weights):
      let change = Matrix(rows: layer.outFeatures, columns: layer.inFeatures, values: weights)
      add(rows(try point.input()).times(change, transposingOther: true).values)
    }
    if change.count > 1, let shift = change[1]?.values(bias) {
      for i in sum.indices { sum[i] += shift[i % layer.outFeatures] }
    }
    output.write(sum)
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) throws(BackendError)
    -> ParameterCotangent
  {
    let outputs = rows(cotangent)
    let weights = outputs.times(rows(try point.input()), transposingSelf: true).values
    guard layer.hasBias else { return .numbers([weights]) }
    let ones = Matrix(
      rows: 1, columns: outputs.rows, values: [Double](repeating: 1, count: outputs.rows))
    return .numbers([weights, ones.times(outputs).values])
  }

  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {
    inputs[0].capture(capture, into: plane)
  }

  private func product(_ x: Tensor, transposed: Bool) -> [Double] {
    rows(x).times(matrix, transposingOther: !transposed).values
  }

  private func rows(_ x: Tensor) -> Matrix {
    Matrix(rows: x.shape.batch, columns: x.shape.imageCount, values: x.values())
  }
}

/// A linear layer on tokens: products of matrices in the precision of the engine.
private final class BoundTokenLinear: BoundLinearOperator, BoundParametrised {
  private let layer: Linear
  private let context: BindingContext
  private let weights: Tensor
  private let bias: Tensor?

  init(_ layer: Linear, context: BindingContext) {
    self.layer = layer
    self.context = context
    weights = context.arena.tensor(
      TensorShape(channels: layer.outFeatures, height: 1, width: layer.inFeatures),
      precision: context.precision)
    weights.write(context.parameters[0])
    if layer.hasBias {
      let bias = context.arena.tensor(
        TensorShape(channels: layer.outFeatures), precision: context.precision)
      bias.write(context.parameters[1])
      self.bias = bias
    } else {
      bias = nil
    }
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    if let bias { output.setRows(bias) }
    output.set(
      rows: inputs[0], times: weights, transposing: true, columns: layer.outFeatures,
      adding: bias != nil)
  }
  func pushforward(_ tangent: Tensor, into output: Tensor) {
    output.set(rows: tangent, times: weights, transposing: true, columns: layer.outFeatures)
  }
  func pullback(_ cotangent: Tensor, into input: Tensor) {
    input.set(rows: cotangent, times: weights, transposing: false, columns: layer.inFeatures)
  }

  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) throws(BackendError) {
    if let weights = change[0]?.values(context.parameters[0]) {
      let matrix = context.pool.take(
        TensorShape(channels: layer.outFeatures, height: 1, width: layer.inFeatures), block: 1)
      matrix.write(weights)
      output.set(
        rows: try point.input(), times: matrix, transposing: true, columns: layer.outFeatures,
        adding: true)
      context.pool.give(matrix)
    }
    if change.count > 1, let shift = change[1]?.values(context.parameters[1]) {
      let row = context.pool.take(TensorShape(channels: layer.outFeatures), block: 1)
      row.write(shift)
      output.addRows(row)
      context.pool.give(row)
    }
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) throws(BackendError)
    -> ParameterCotangent
  {
    let product = context.pool.take(
      TensorShape(channels: layer.outFeatures, height: 1, width: layer.inFeatures), block: 1)
    product.set(
      outerProductOf: cotangent, and: try point.input(), rows: layer.outFeatures,
      columns: layer.inFeatures)
    let weights = product.values()
    context.pool.give(product)
    guard layer.hasBias else { return .numbers([weights]) }
    return .numbers([weights, cotangent.columnSums(layer.outFeatures)])
  }

  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {
    inputs[0].capture(capture, into: plane)
  }
}
