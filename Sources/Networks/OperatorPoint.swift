public import Tensors

/// Where the values, or the tangents, of a network's nodes come from.
public protocol NodeValueSource: AnyObject {
  /// The value of one input of a node.
  func value(ofInput place: Int, of node: Int) throws(BackendError) -> Tensor
  /// The value of a node.
  func value(of node: Int) throws(BackendError) -> Tensor
}

/// Where the derivative of a node is taken: what it read and what it gave.
///
/// Values are fetched, or computed again, only where a rule asks for them. A rule may ask for what its
/// operator's `Derivative.reads` names; a rule of parameters for everything.
public struct OperatorPoint {
  private let source: any NodeValueSource
  private let node: Int

  /// The point of a node.
  public init(_ source: any NodeValueSource, node: Int) {
    self.source = source
    self.node = node
  }

  /// The value of an input.
  ///
  /// - Throws: `BackendError` when it has to be computed again and a library call fails.
  public func input(_ place: Int = 0) throws(BackendError) -> Tensor {
    try source.value(ofInput: place, of: node)
  }

  /// The value of the output.
  ///
  /// - Throws: `BackendError` when it has to be computed again and a library call fails.
  public func output() throws(BackendError) -> Tensor { try source.value(of: node) }
}

/// How the values change that a derivative reads, each `nil` where its change is zero by structure.
public struct OperatorChange {
  /// The tangents of the inputs, where the derivative reads inputs.
  public var inputs: [Tensor?]
  /// The tangent of the output, where the derivative reads the output.
  public var output: Tensor?

  /// States a change.
  public init(inputs: [Tensor?] = [], output: Tensor? = nil) {
    self.inputs = inputs
    self.output = output
  }
}

/// A change of one parameter tensor.
public enum ParameterTangent: Sendable {
  /// Row-major numbers.
  case numbers([Double])
  /// The tensor's own numbers: the change of a common factor.
  case itself

  /// The numbers of the change of a tensor.
  public func values(_ own: [Float]) -> [Double] {
    switch self {
    case .numbers(let numbers): numbers
    case .itself: own.map(Double.init)
    }
  }
}

/// A cotangent of a node's parameters over some images, in the form in which it arose.
public enum ParameterCotangent {
  /// Weights in the layout of a kernel for so many images.
  case packed(Tensor, batch: Int)
  /// Row-major numbers, a list for each parameter tensor.
  case numbers([[Double]])

  /// The sums of lists, in their order; what is packed does not count.
  static func sum(_ parts: [ParameterCotangent]) -> [[Double]] {
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
