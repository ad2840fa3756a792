/// Tensors that are taken and given back while values and derivatives are computed.
///
/// Memory comes from the arena once and is then used again and again, so that a second pullback
/// through the same network asks for none. What was given back last is taken first: it is still in
/// the cache.
public final class TensorPool {
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
