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

  /// Multiply-accumulate operations for one image, biases of layers counted, nothing for
  /// normalisation, pooling, activations and sums.
  func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int

  /// The form of the derivative.
  var derivative: DerivativeForm { get }

  /// Whether its value is better computed again where it is read than kept for a whole minibatch.
  var isRecomputed: Bool { get }

  /// The name and the attributes of the operation for other programs, and its code in PyTorch.
  var exported: ExportedOperation { get }

  /// Joins the primitive with numbers and a worker's kernels.
  func bound(in context: BindingContext) -> any BoundPrimitive
}

extension Primitive {
  /// No parameters.
  public func parameters(named name: String) -> [ParameterSpec] { [] }
  /// Kept.
  public var isRecomputed: Bool { false }
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
  /// An elementwise product with a function of the output, which is never zero by structure.
  case elementwise
  /// Linear in each of several inputs, so that the derivative by one of them reads the others; zero
  /// where one of them is.
  case bilinear
}

extension DerivativeForm {
  /// The nodes whose values the derivative reads.
  func values(inputs: [Int], output: Int) -> [Int] {
    switch self {
    case .elementwise: [output]
    case .bilinear: inputs
    case .sum, .zero, .gate, .channelScale, .linear: []
    }
  }
}

/// What a primitive is bound to: one worker's kernels and the numbers of one node.
public struct BindingContext {
  package let engine: KernelEngine
  package let arena: Arena
  package let inputs: [TensorShape]
  package let output: TensorShape
  package let inputBlocks: [Int]
  package let outputBlock: Int
  /// Whether convolutions may use minimal filtering.
  package let isFiltering: Bool
  /// Row-major numbers of the node's parameter tensors.
  package let parameters: [[Float]]
}

/// A primitive with numbers: the map, and its derivative at a point.
///
/// A bound primitive belongs to the worker whose engine it was bound to. Its rules hold for any number
/// of images at a time. Sums, zeros and gates need `apply` alone, since walks follow from the form of
/// their derivative; batch normalisation, whose images interact, has rules of its own. Elementwise and
/// bilinear primitives have the three rules that read values, and no parameters.
public protocol BoundPrimitive: AnyObject {
  /// Computes the output from the inputs.
  func apply(_ inputs: [Tensor], into output: Tensor) throws(BackendError)

  /// Maps a tangent of the single input to a tangent of the output, for `.linear` derivatives.
  func pushforward(_ tangent: Tensor, into output: Tensor) throws(BackendError)

  /// Maps a cotangent of the output to a cotangent of the single input, for `.linear` derivatives.
  func pullback(_ cotangent: Tensor, into input: Tensor) throws(BackendError)

  /// Maps tangents of the inputs to the tangent of the output, for `.elementwise` and `.bilinear`
  /// derivatives.
  ///
  /// - Parameters:
  ///   - tangents: one for each input; `nil` is zero by structure.
  ///   - point: the values that the derivative reads.
  ///   - output: the tangent of the output, which is overwritten.
  func pushforward(_ tangents: [Tensor?], at point: NodeValues, into output: Tensor)

  /// Maps a cotangent of the output to a cotangent of one input, for `.elementwise` and `.bilinear`
  /// derivatives.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - point: the values that the derivative reads.
  ///   - place: which input.
  ///   - input: the cotangent of the input, which is overwritten.
  func pullback(_ cotangent: Tensor, at point: NodeValues, toInput place: Int, into input: Tensor)

  /// Adds the change of the pullback of a cotangent that stays, while the values change: the second
  /// derivative, for `.elementwise` and `.bilinear` derivatives.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - point: the values that the derivative reads.
  ///   - change: how the values of the node change.
  ///   - place: which input.
  ///   - input: what is added to.
  ///   - memory: for intermediate results.
  func addPullbackChange(
    of cotangent: Tensor, at point: NodeValues, along change: NodeChange, toInput place: Int,
    to input: Tensor, memory: LinearizationMemory)

  /// Maps tangents of input and parameters to the tangent of the output, for primitives with
  /// parameters.
  ///
  /// - Parameters:
  ///   - tangent: at least one of its parts is not `nil`.
  ///   - point: where the derivative is taken.
  ///   - output: the tangent of the output, which is overwritten.
  /// - Throws: `BackendError` when a library call fails.
  func pushforward(_ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor)
    throws(BackendError)

  /// The cotangent of the parameters, summed over the images, for primitives with parameters.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - input: the value of the input.
  ///   - memory: where packed weights are taken from.
  /// - Returns: the sum over the images.
  /// - Throws: `BackendError` when a library call fails.
  func parameterCotangent(
    _ cotangent: Tensor, input: Tensor, memory: LinearizationMemory
  ) throws(BackendError) -> ParameterCotangent

  /// Row-major cotangents of the parameters, summed over several sets of images in their order.
  ///
  /// - Parameter parts: what `parameterCotangent` gave for each set of images; at least one.
  /// - Returns: a list for each parameter tensor.
  /// - Throws: `BackendError` when a library call fails.
  func joined(_ parts: [ParameterCotangent]) throws(BackendError) -> [[Double]]
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
  /// A primitive without this rule is never asked for it.
  public func pushforward(_ tangents: [Tensor?], at point: NodeValues, into output: Tensor) {
    preconditionFailure("\(Self.self) has a derivative that reads no values")
  }
  /// A primitive without this rule is never asked for it.
  public func pullback(
    _ cotangent: Tensor, at point: NodeValues, toInput place: Int, into input: Tensor
  ) {
    preconditionFailure("\(Self.self) has a derivative that reads no values")
  }
  /// A primitive without this rule is never asked for it.
  public func addPullbackChange(
    of cotangent: Tensor, at point: NodeValues, along change: NodeChange, toInput place: Int,
    to input: Tensor, memory: LinearizationMemory
  ) {
    preconditionFailure("\(Self.self) has a derivative that reads no values")
  }
  /// A linear map without parameters.
  public func pushforward(
    _ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor
  ) throws(BackendError) {
    guard let input = tangent.input else { return output.clear() }
    try pushforward(input, into: output)
  }
  /// No parameters.
  public func parameterCotangent(
    _ cotangent: Tensor, input: Tensor, memory: LinearizationMemory
  ) throws(BackendError) -> ParameterCotangent { .numbers([]) }
  /// Sums of numbers.
  public func joined(_ parts: [ParameterCotangent]) throws(BackendError) -> [[Double]] {
    var sums: [[Double]] = []
    for case .numbers(let numbers) in parts {
      if sums.isEmpty {
        sums = numbers
      } else {
        for (parameter, part) in numbers.enumerated() {
          for k in part.indices { sums[parameter][k] += part[k] }
        }
      }
    }
    return sums
  }
}
