public import Tensors

/// An operator with numbers: the map, and its derivative at a point.
///
/// It belongs to the worker whose engine it was bound to. Its rules hold for any number of images at a
/// time. The values at which a derivative is taken are those of as many images as there are tangents or
/// cotangents, or of one image that serves all: many directions of one image are folded into the batch.
public protocol BoundOperator: AnyObject {
  /// Computes the output from the inputs.
  func apply(_ inputs: [Tensor], into output: Tensor) throws(BackendError)

  /// Maps tangents of the inputs to the tangent of the output.
  ///
  /// - Parameters:
  ///   - tangents: one for each input; `nil` is zero by structure.
  ///   - point: the values that the derivative reads.
  ///   - output: the tangent of the output, which is overwritten.
  /// - Throws: `BackendError` when a library call fails.
  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)

  /// Maps a cotangent of the output to a cotangent of one input.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - point: the values that the derivative reads.
  ///   - place: which input.
  ///   - input: the cotangent of the input, which is overwritten.
  /// - Throws: `BackendError` when a library call fails.
  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError)

  /// Maps a cotangent of the output to cotangents of several inputs, for what shares work between them.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - point: the values that the derivative reads.
  ///   - inputs: the cotangent of each input, which is overwritten; `nil` where it is not wanted.
  /// - Throws: `BackendError` when a library call fails.
  func pullback(_ cotangent: Tensor, at point: OperatorPoint, into inputs: [Tensor?])
    throws(BackendError)

  /// Adds the change of the pullback of a cotangent that stays, while the values change: the second
  /// derivative. Nothing, where the derivative reads no values.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - point: the values that the derivative reads, of as many images.
  ///   - change: how the values change.
  ///   - place: which input.
  ///   - input: what is added to.
  /// - Throws: `BackendError` when a library call fails.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError)
}

extension BoundOperator {
  /// To one input after the other.
  public func pullback(_ cotangent: Tensor, at point: OperatorPoint, into inputs: [Tensor?])
    throws(BackendError)
  {
    for (place, input) in inputs.enumerated() {
      if let input { try pullback(cotangent, at: point, toInput: place, into: input) }
    }
  }
}

/// A bound operator that is linear in its only input, apart from a constant: two rules say everything.
public protocol BoundLinearOperator: BoundOperator {
  /// Maps a tangent of the input to a tangent of the output.
  func pushforward(_ tangent: Tensor, into output: Tensor) throws(BackendError)
  /// Maps a cotangent of the output to a cotangent of the input.
  func pullback(_ cotangent: Tensor, into input: Tensor) throws(BackendError)
}

extension BoundLinearOperator {
  /// The linear map of the tangent.
  public func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    try pushforward(tangent, into: output)
  }
  /// The transposed map of the cotangent.
  public func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    try pullback(cotangent, into: input)
  }
  /// Nothing: the map is the same at every point.
  public func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {}
}

/// A bound operator with parameters.
///
/// Its output is linear in them, so that their tangents add to that of the output.
public protocol BoundParametrised: BoundOperator {
  /// Adds what a change of the parameters does to the output.
  ///
  /// - Parameters:
  ///   - change: the change of each parameter tensor; `nil` is zero, and one of them is not.
  ///   - point: the values of the node; any of them may be read.
  ///   - output: what is added to.
  /// - Throws: `BackendError` when a library call fails.
  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) throws(BackendError)

  /// The cotangent of the parameters, summed over the images.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - point: the values of the node; any of them may be read.
  /// - Returns: the sum over the images.
  /// - Throws: `BackendError` when a library call fails.
  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) throws(BackendError)
    -> ParameterCotangent

  /// Row-major cotangents of the parameters, summed over several sets of images in their order.
  ///
  /// - Parameter parts: what `parameterCotangent` gave for each set of images; at least one.
  /// - Returns: a list for each parameter tensor.
  /// - Throws: `BackendError` when a library call fails.
  func joined(_ parts: [ParameterCotangent]) throws(BackendError) -> [[Double]]

  /// What one weight meets in the output, for one image, as `Operator.weightRule` says where.
  ///
  /// - Parameters:
  ///   - capture: what the rule asks for.
  ///   - inputs: the values of the inputs for one image.
  ///   - plane: a number for each place of the rule's region, which is overwritten.
  /// - Throws: `BackendError` when a library call fails.
  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor)
    throws(BackendError)

  /// The factor and the shift of what was captured: a weight meets `factor (captured - shift)`.
  ///
  /// - Parameter weight: the position of its tensor among the operator's parameters, and its index.
  /// - Returns: both numbers.
  func weightScale(_ weight: WeightAddress) -> (factor: Double, shift: Double)
}

extension BoundParametrised {
  /// Sums of lists of numbers.
  public func joined(_ parts: [ParameterCotangent]) throws(BackendError) -> [[Double]] {
    ParameterCotangent.sum(parts)
  }
  /// What was captured itself.
  public func weightScale(_ weight: WeightAddress) -> (factor: Double, shift: Double) { (1, 0) }
}

/// A bound linear operator whose derivative can include a factor for each channel of its output.
public protocol BoundScalable: BoundLinearOperator {
  /// The factors, `nil` for ones; values are not concerned.
  var outputScale: [Double]? { get set }
}

/// A bound operator that is a matrix on vectors: it can end a network without being walked.
public protocol BoundMatrixOperator: BoundParametrised {
  /// The matrix, a row for each output.
  var matrix: Matrix { get }
  /// The outputs for one vector, in double.
  func outputs(_ features: [Double]) -> [Double]
  /// Which entry of the matrix a weight is: its output, and its feature, `nil` for a bias.
  func entry(_ weight: WeightAddress) -> (output: Int, feature: Int?)
}

/// A bound operator whose work is a convolution of one of the library's kernels, for who counts them.
package protocol BoundConvolutionOperator: BoundOperator {
  var geometry: ConvolutionGeometry { get }
  /// Channels of the input that lie side by side.
  var inBlock: Int { get }
  /// Channels of the output that lie side by side.
  var outBlock: Int { get }
}

/// What an operator is bound to: one worker's kernels and the numbers of one node.
public struct BindingContext {
  package let engine: KernelEngine
  package let arena: Arena
  /// Memory for intermediate results.
  public let pool: TensorPool
  /// The shapes of the inputs for one image.
  public let inputs: [Shape]
  /// The shape of the output for one image.
  public let output: Shape
  package let inputBlocks: [Int]
  package let outputBlock: Int
  /// Whether convolutions may use minimal filtering.
  package let isFiltering: Bool
  /// Row-major numbers of the node's parameter tensors.
  public let parameters: [[Float]]
  /// The numbers of the node's buffers.
  public let buffers: [[Float]]

  package init(
    engine: KernelEngine, arena: Arena, pool: TensorPool, inputs: [Shape], output: Shape,
    inputBlocks: [Int], outputBlock: Int, isFiltering: Bool, parameters: [[Float]],
    buffers: [[Float]]
  ) {
    self.engine = engine
    self.arena = arena
    self.pool = pool
    self.inputs = inputs
    self.output = output
    self.inputBlocks = inputBlocks
    self.outputBlock = outputBlock
    self.isFiltering = isFiltering
    self.parameters = parameters
    self.buffers = buffers
  }

  /// The element type of values.
  public var precision: Precision { engine.precision }

  /// A vector that lives as long as the bound operator, padded with zeros to whole blocks of the output.
  package func blockedVector(_ numbers: [Double]) -> Tensor {
    let padded = (numbers.count + outputBlock - 1) / outputBlock * outputBlock
    let tensor = arena.tensor(TensorShape(channels: padded), precision: precision)
    tensor.write(numbers + [Double](repeating: 0, count: padded - numbers.count))
    return tensor
  }
}

extension KernelEngine {
  /// Channels that lie side by side in a value of a shape and a layout.
  package func block(_ shape: Shape, _ layout: Layout) -> Int {
    layout == .plain ? 1 : block(channels: shape.channels)
  }
}

extension Network {
  /// Joins the operator of a node with its numbers and a worker's kernels, `nil` for the input.
  ///
  /// - Parameters:
  ///   - position: the node.
  ///   - inputs: the nodes that it reads, where these are not its own inputs.
  ///   - parameters: the numbers of the network.
  ///   - engine: the kernels of the worker.
  ///   - arena: memory that lives as long as the bound operator.
  ///   - pool: memory for intermediate results.
  ///   - isFiltering: whether convolutions may use minimal filtering.
  /// - Returns: the operator, `nil` for the network's input.
  /// - Throws: `BackendError` when a kernel cannot be made.
  package func bound(
    _ position: Int, reading inputs: [Int]? = nil, parameters: Parameters, engine: KernelEngine,
    arena: Arena, pool: TensorPool, isFiltering: Bool = false
  ) throws(BackendError) -> (any BoundOperator)? {
    let node = nodes[position]
    let inputs = inputs ?? node.inputs
    return try node.op?.bound(
      in: BindingContext(
        engine: engine, arena: arena, pool: pool, inputs: inputs.map { nodes[$0].shape },
        output: node.shape,
        inputBlocks: inputs.map { engine.block(nodes[$0].shape, nodes[$0].layout) },
        outputBlock: engine.block(node.shape, node.layout), isFiltering: isFiltering,
        parameters: node.parameters.map { parameters.values[$0] },
        buffers: node.buffers.map { parameters.buffers[$0] }))
  }
}
