public import Tensors

/// Where the derivative of one node is taken: what it read and what it gave, for some images.
///
/// Values are fetched, or computed again, only where a rule asks for them.
public struct LinearizationPoint {
  let share: LinearizationShare
  let node: Int

  /// The value of the node's only, or first, input.
  ///
  /// - Throws: `BackendError` when it has to be computed again and a library call fails.
  package func input() throws(BackendError) -> Tensor {
    try share.value(share.plan.network.nodes[node].inputs[0])
  }

  /// The value of the node.
  ///
  /// - Throws: `BackendError` when it has to be computed again and a library call fails.
  package func output() throws(BackendError) -> Tensor { try share.value(node) }

  /// Memory for intermediate results.
  package var memory: LinearizationMemory { share.memory }
}

/// A change of one parameter tensor.
public enum ParameterTangent: Sendable {
  /// Row-major numbers.
  case numbers([Double])
  /// The tensor's own numbers: the change of a common factor.
  case itself
}

/// A change of what a node reads.
public struct NodeTangent {
  /// The tangent of the input; `nil` is zero by structure.
  public var input: Tensor?
  /// Tangents of the parameter tensors; `nil` is zero.
  public var parameters: [ParameterTangent?]
}

/// A cotangent of a node's parameters over some images, in the form in which it arose.
public enum ParameterCotangent {
  /// Weights in the layout of the kernel for so many images.
  case packed(Tensor, batch: Int)
  /// Row-major numbers, a list for each parameter tensor.
  case numbers([[Double]])
}
