public import Tensors

/// A value on a path with its first and its second derivative.
public struct TensorJet {
  /// Where the path is.
  public let value: Tensor
  /// The first derivative.
  public let first: Tensor
  /// The second derivative.
  public let second: Tensor

  /// Joins a value and its derivatives, which have one layout.
  public init(value: Tensor, first: Tensor, second: Tensor) {
    self.value = value
    self.first = first
    self.second = second
  }

  /// The three, in their order.
  public var parts: [Tensor] { [value, first, second] }
}

/// A bound operator whose second derivative along a path is known: `y'' = J x'' + D^2 f[x', x']`.
///
/// Linear operators need not conform: their second derivative is `J x''` alone.
public protocol BoundCurvedOperator: BoundOperator {
  /// Adds `D^2 f[x', x']`, the term that is quadratic in the first derivatives of the inputs.
  ///
  /// - Parameters:
  ///   - first: the first derivative of each input along the path.
  ///   - point: the values that the derivative reads, of as many images.
  ///   - output: what is added to.
  /// - Throws: `BackendError` when a library call fails.
  func addCurvature(of first: [Tensor], at point: OperatorPoint, to output: Tensor)
    throws(BackendError)
}
