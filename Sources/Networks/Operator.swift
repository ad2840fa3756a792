public import Tensors

/// A differentiable operation: shapes, parameters, cost and the facts about its derivative, without
/// numbers.
///
/// An operator is a small value that two equal nodes share. Everything that depends on which operation it
/// is stands in its own file; what walks a network goes by the facts that it states here and by what
/// `bound(in:)` returns can do.
public protocol Operator: Hashable, Sendable {
  /// The name of the operation, in lower case with hyphens.
  var name: String { get }

  /// The shape of the output for one image.
  ///
  /// - Parameter inputs: shapes of the inputs.
  /// - Returns: the shape.
  /// - Throws: what does not fit, in words.
  func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape

  /// What kind of operation it is, for what counts or reads nodes by their kind.
  var kind: OperatorKind { get }

  /// The parameter tensors of a node with this operator.
  ///
  /// - Parameter name: the prefix in the state dictionary.
  /// - Returns: the specifications in registration order.
  func parameters(named name: String) -> [ParameterSpec]

  /// Tensors of the state dictionary that are not learned, in its order.
  ///
  /// - Parameter name: the prefix in the state dictionary.
  /// - Returns: the specifications.
  func buffers(named name: String) -> [BufferSpec]

  /// Multiply-accumulate operations for one image, biases of layers counted, nothing for
  /// normalisation, pooling, activations and sums.
  func multiplyAdds(inputs: [Shape], output: Shape) -> Int

  /// What the derivative reads, and how zero passes through.
  var derivative: Derivative { get }

  /// The layouts that it reads and writes.
  ///
  /// - Parameters:
  ///   - given: the layouts in which its inputs come.
  ///   - inputs: the shapes of its inputs.
  ///   - output: the shape of its output.
  /// - Returns: the layout in which it wants each input, and that of its output.
  func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts

  /// Whether its value is that of its input, element by element, in another shape.
  var isView: Bool { get }

  /// Whether its value is better computed again where it is read than kept for a whole minibatch.
  var isRecomputed: Bool { get }

  /// How one weight enters the output: where, and what it meets there.
  ///
  /// - Parameters:
  ///   - weight: the position of its tensor among the operator's parameters, and its row-major index.
  ///   - inputs: the shapes of the inputs.
  ///   - output: the shape of the output.
  /// - Returns: the rule, `nil` for an operator without parameters.
  func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule?

  /// Whether it is a matrix on vectors (`BoundMatrixOperator`).
  ///
  /// - Parameter inputs: the shapes of its inputs.
  /// - Returns: whether the bound operator is one.
  func isMatrix(inputs: [Shape]) -> Bool

  /// The operation for other programs: attributes, PyTorch, ONNX.
  func exported(inputs: [Shape], output: Shape) -> ExportedOperation

  /// Joins the operator with numbers and a worker's kernels.
  ///
  /// - Throws: `BackendError` when a kernel cannot be made.
  func bound(in context: BindingContext) throws(BackendError) -> any BoundOperator
}

extension Operator {
  /// None.
  public func parameters(named name: String) -> [ParameterSpec] { [] }
  /// None.
  public func buffers(named name: String) -> [BufferSpec] { [] }
  /// Nothing worth counting.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { 0 }
  /// Row-major values.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .plain(inputs.count)
  }
  /// No.
  public var isView: Bool { false }
  /// Kept.
  public var isRecomputed: Bool { false }
  /// No.
  public func isMatrix(inputs: [Shape]) -> Bool { false }
  /// No weights.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? { nil }
}

/// Why shapes do not fit an operator, in words.
public struct ShapeProblem: Error, Hashable {
  /// The text that the error of the network repeats.
  public var text: String

  /// Creates a problem.
  public init(_ text: String) { self.text = text }
}

/// What kind of operation an operator is.
public enum OperatorKind: Hashable, Sendable {
  /// A convolution: weights that slide over maps.
  case convolution
  /// A matrix of weights on the last axis.
  case linear
  /// What makes means and variances those of a distribution: batch, layer, group normalisation.
  case normalization
  /// A nonlinear function of each element, such as ReLU.
  case activation
  /// A mean or maximum over places.
  case pooling
  /// A sum of values of one shape: where branches join.
  case sum
  /// A product of two values of the graph.
  case product
  /// A constant or a parameter that reads nothing.
  case source
  /// Whatever else.
  case other
}

/// The layouts that an operator reads and writes.
public struct OperatorLayouts: Hashable, Sendable {
  /// The layout in which it wants each input.
  public var inputs: [Layout]
  /// The layout of its output.
  public var output: Layout

  /// Creates a choice.
  public init(inputs: [Layout], output: Layout) {
    self.inputs = inputs
    self.output = output
  }

  /// Row-major throughout.
  public static func plain(_ inputs: Int) -> OperatorLayouts {
    OperatorLayouts(inputs: [Layout](repeating: .plain, count: inputs), output: .plain)
  }

  /// One layout for all: blocks where an input comes in blocks and all are feature maps.
  public static func same(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    let isBlocked =
      given.contains(.blocked) && output.isMaps && inputs.allSatisfy(\.isMaps)
    let layout = isBlocked ? Layout.blocked : .plain
    return OperatorLayouts(
      inputs: [Layout](repeating: layout, count: inputs.count), output: layout)
  }
}
