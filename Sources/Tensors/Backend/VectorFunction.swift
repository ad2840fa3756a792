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
  /// `slope x`, or `factor (exp(rate x) - 1)` for negative numbers.
  case elu(slope: Double, factor: Double, rate: Double)
  /// `slope x + shift`, but no less than `minimum` and no more than `maximum`.
  case clippedLine(slope: Double, shift: Double, minimum: Double, maximum: Double)
  /// `x`, or `slope x` for negative numbers.
  case leaky(slope: Double)
  /// `x clip(x + 3, 0, 6) / 6`.
  case hardSwish

  /// The kernel, and its numbers.
  fileprivate var kernel: (number: Int32, parameters: [Double]) {
    switch self {
    case .sigmoid: (Int32(TFN_SIGMOID), [])
    case .silu: (Int32(TFN_SILU), [])
    case .tanh: (Int32(TFN_TANH), [])
    case .exponential: (Int32(TFN_EXPONENTIAL), [])
    case .gelu: (Int32(TFN_GELU), [])
    case .tanhGELU: (Int32(TFN_TANH_GELU), [])
    case .elu(let slope, let factor, let rate): (Int32(TFN_ELU), [slope, factor, rate])
    case .clippedLine(let slope, let shift, let minimum, let maximum):
      (Int32(TFN_CLIPPED_LINE), [slope, shift, minimum, maximum])
    case .leaky(let slope): (Int32(TFN_LEAKY), [slope])
    case .hardSwish: (Int32(TFN_HARD_SWISH), [])
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
    let kernel = function.kernel
    let numbers = kernel.parameters + [Double](repeating: 0, count: 4 - kernel.parameters.count)
    unsafe numbers.withUnsafeBufferPointer { numbers in
      unsafe tfn_function_f32(
        kernel.number, numbers.baseAddress, Int32(order), storedCount, floats, y.floats)
    }
  }
}
