public import Tensors

/// Where the derivative of one node is taken: what it read and what it gave, for a whole minibatch.
public struct LinearizationPoint {
  /// The values of the node's inputs.
  public let inputs: [Tensor]
  /// The value of the node.
  public let output: Tensor
  /// Memory for intermediate results.
  package let memory: LinearizationMemory
}

/// A change of what a node reads.
public struct NodeTangent {
  /// Tangents of the inputs; `nil` is zero by structure.
  public var inputs: [Tensor?]
  /// Row-major tangents of the parameter tensors; `nil` is zero.
  public var parameters: [[Double]?]
}

/// Tensors that are taken and given back while derivatives are computed.
///
/// Memory comes from the arena once and is then used again and again, so that a second pullback
/// through the same network asks for none.
package final class LinearizationMemory {
  private struct Layout: Hashable {
    var shape: TensorShape
    var block: Int
  }
  private let arena: Arena
  private let precision: Precision
  private var free: [Layout: [Tensor]] = [:]

  package init(arena: Arena, precision: Precision) {
    self.arena = arena
    self.precision = precision
  }

  /// A tensor with the layout of another one; its elements are whatever the memory held.
  package func take(like other: Tensor) -> Tensor {
    take(other.shape, block: other.block)
  }

  /// A tensor; its elements are whatever the memory held.
  package func take(_ shape: TensorShape, block: Int) -> Tensor {
    free[Layout(shape: shape, block: block)]?.popLast()
      ?? arena.tensor(shape, precision: precision, block: block)
  }

  /// Gives a tensor back; nobody may use it any more.
  package func give(_ tensor: Tensor) {
    free[Layout(shape: tensor.shape, block: tensor.block), default: []].append(tensor)
  }
}
