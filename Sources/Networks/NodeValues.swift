public import Tensors

/// The values at which a derivative is taken that depends on them: of one image, which serve all
/// tangents or cotangents, or of as many images as they have.
public struct NodeValues {
  /// The values of the inputs, for `.bilinear` derivatives.
  public let inputs: [Tensor]
  private let readOutput: Tensor?

  /// Fetches what a form of derivative reads of a node.
  init<Failure: Error>(
    _ form: DerivativeForm, of node: (position: Int, inputs: [Int]),
    _ value: (Int) throws(Failure) -> Tensor
  ) throws(Failure) {
    var inputs: [Tensor] = []
    if form == .bilinear {
      for input in node.inputs { inputs.append(try value(input)) }
    }
    self.inputs = inputs
    readOutput = form == .elementwise ? try value(node.position) : nil
  }

  /// The value of the output, for `.elementwise` derivatives.
  public var output: Tensor {
    guard let readOutput else { preconditionFailure("a derivative that reads no output") }
    return readOutput
  }
}

/// How the values change that a derivative reads, each `nil` where its change is zero by structure.
public struct NodeChange {
  /// The tangents of the inputs, for `.bilinear` derivatives.
  public var inputs: [Tensor?] = []
  /// The tangent of the output, for `.elementwise` derivatives.
  public var output: Tensor?
}
