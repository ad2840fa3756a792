internal import Tensors

/// A value on a path with its first and its second derivative.
struct TensorJet {
  let value: Tensor
  let first: Tensor
  let second: Tensor

  /// The three, in their order.
  var parts: [Tensor] { [value, first, second] }
}
