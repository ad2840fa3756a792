internal import CKernels

/// A function of each element that has a vectorised kernel in float, correct to the last bit but one.
public enum VectorFunction: Hashable, Sendable {
  /// `1 / (1 + exp(-x))`.
  case sigmoid
  /// `x / (1 + exp(-x))`.
  case silu
  /// The hyperbolic tangent.
  case tanh
  /// The exponential function.
  case exponential
  /// `x` times the normal distribution function at `x`.
  case gelu
  /// Its approximation by a hyperbolic tangent.
  case tanhGELU

  fileprivate var number: Int32 {
    switch self {
    case .sigmoid: Int32(TFN_SIGMOID)
    case .silu: Int32(TFN_SILU)
    case .tanh: Int32(TFN_TANH)
    case .exponential: Int32(TFN_EXPONENTIAL)
    case .gelu: Int32(TFN_GELU)
    case .tanhGELU: Int32(TFN_TANH_GELU)
    }
  }
}

extension Tensor {
  /// Overwrites `y` with a derivative of a function at each stored element.
  ///
  /// - Parameters:
  ///   - function: the function.
  ///   - order: 0 for its value, 1 for the first derivative, 2 for the second.
  ///   - y: of this layout, in float like this tensor; it may be this tensor.
  package func map(_ function: VectorFunction, derivative order: Int, into y: Tensor) {
    precondition(hasLayout(y) && precision == .float, "\(shape) into \(y.shape)")
    unsafe tfn_function_f32(function.number, Int32(order), storedCount, floats, y.floats)
  }
}
