public import Tensors

/// The smallest differentiable operation: shapes and parameters without numbers.
///
/// A primitive says what form its derivative has (`DerivativeForm`); a network that is walked with
/// frozen batch normalisation derives its forward and reverse steps from that alone, so that the
/// rules live in the file of the primitive and nowhere else.
public protocol Primitive: Hashable, Sendable {
  /// The parameter tensors of a node with this primitive.
  ///
  /// - Parameter name: the prefix in the state dictionary.
  /// - Returns: the specifications in registration order.
  func parameters(named name: String) -> [ParameterSpec]

  /// The shape of the output for one image.
  ///
  /// - Parameter inputs: shapes of the inputs, batch 1.
  /// - Returns: the shape, or a text that says what does not fit.
  func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem>

  /// Multiply-accumulate operations for one image, biases of linear layers counted, nothing for
  /// normalisation, pooling, activations and sums.
  func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int

  /// The form of the derivative.
  var derivative: DerivativeForm { get }

  /// Joins the primitive with numbers and a worker's kernels.
  func bound(in context: BindingContext) -> any BoundPrimitive
}

extension Primitive {
  /// No parameters.
  public func parameters(named name: String) -> [ParameterSpec] { [] }
  /// Nothing worth counting.
  public func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int { 0 }
}

/// Why shapes do not fit a primitive, in words.
public struct ShapeProblem: Error, Hashable {
  /// The text that the error of the network repeats.
  public var text: String

  /// Creates a problem.
  public init(_ text: String) { self.text = text }
}

/// How a primitive's derivative acts, for walks in which samples do not interact.
public enum DerivativeForm: Hashable, Sendable {
  /// The identity on each input: the output is their sum.
  case sum
  /// Zero: the output does not depend on the input.
  case zero
  /// An elementwise product with 0 or 1, decided by the sign of the output.
  case gate
  /// A product with a constant for each channel.
  case channelScale
  /// A linear map of the single input, the same at every point.
  case linear
}

/// What a primitive is bound to: one worker's kernels and the numbers of one node.
public struct BindingContext {
  package let engine: KernelEngine
  package let arena: Arena
  package let inputs: [TensorShape]
  package let output: TensorShape
  package let inputBlocks: [Int]
  package let outputBlock: Int
  /// Row-major numbers of the node's parameter tensors.
  package let parameters: [[Float]]
}

/// A primitive with numbers: the map, and its derivative at a point.
///
/// A bound primitive belongs to the worker whose engine it was bound to. The rules for a whole
/// minibatch follow from `apply`, `pushforward(_:into:)` and `pullback(_:into:)` where the primitive
/// is linear in its single input and has no parameters; every other primitive states them.
public protocol BoundPrimitive: AnyObject {
  /// Computes the output from the inputs.
  func apply(_ inputs: [Tensor], into output: Tensor) throws(BackendError)

  /// Maps a tangent of the single input to a tangent of the output, for `.linear` derivatives.
  func pushforward(_ tangent: Tensor, into output: Tensor) throws(BackendError)

  /// Maps a cotangent of the output to a cotangent of the single input, for `.linear` derivatives.
  func pullback(_ cotangent: Tensor, into input: Tensor) throws(BackendError)

  /// Computes the output from the inputs of a whole minibatch, whose images may interact.
  ///
  /// - Parameters:
  ///   - inputs: the values of the inputs.
  ///   - normalization: where normalisations take their statistics from, for this call and the
  ///     derivatives at its point.
  ///   - output: the result.
  /// - Throws: `BackendError` when a library call fails.
  func apply(_ inputs: [Tensor], normalization: NormalizationMode, into output: Tensor)
    throws(BackendError)

  /// Maps tangents of inputs and parameters to the tangent of the output.
  ///
  /// - Parameters:
  ///   - tangent: at least one of its parts is not `nil`.
  ///   - point: the inputs and the output of the last `apply` to a minibatch.
  ///   - output: the tangent of the output, which is overwritten.
  /// - Throws: `BackendError` when a library call fails.
  func pushforward(_ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor)
    throws(BackendError)

  /// Maps a cotangent of the output to cotangents of the inputs and, summed over the minibatch, of
  /// the parameters.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - point: the inputs and the output of the last `apply` to a minibatch.
  ///   - inputs: for each input the tensor to overwrite, or `nil` where nobody asks for it.
  ///   - parameters: for each parameter tensor the row-major numbers to overwrite, or `nil` where
  ///     nobody asks for them.
  /// - Throws: `BackendError` when a library call fails.
  func pullback(
    _ cotangent: Tensor, at point: LinearizationPoint, into inputs: [Tensor?],
    parameters: inout [[Double]]?
  ) throws(BackendError)
}

extension BoundPrimitive {
  /// A primitive without this rule is never asked for it.
  public func pushforward(_ tangent: Tensor, into output: Tensor) throws(BackendError) {
    preconditionFailure("\(Self.self) has no linear derivative")
  }
  /// A primitive without this rule is never asked for it.
  public func pullback(_ cotangent: Tensor, into input: Tensor) throws(BackendError) {
    preconditionFailure("\(Self.self) has no linear derivative")
  }

  /// Images that do not interact.
  public func apply(_ inputs: [Tensor], normalization: NormalizationMode, into output: Tensor)
    throws(BackendError)
  {
    try apply(inputs, into: output)
  }
  /// The same linear map at every point.
  public func pushforward(
    _ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor
  ) throws(BackendError) {
    guard let input = tangent.inputs[0] else { return output.clear() }
    try pushforward(input, into: output)
  }
  /// The same linear map at every point.
  public func pullback(
    _ cotangent: Tensor, at point: LinearizationPoint, into inputs: [Tensor?],
    parameters: inout [[Double]]?
  ) throws(BackendError) {
    if let input = inputs[0] { try pullback(cotangent, into: input) }
  }
}
