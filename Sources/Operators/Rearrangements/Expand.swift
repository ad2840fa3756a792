public import Networks
public import Tensors

/// A value spread over a larger shape: axes of extent 1 are repeated, and further axes come in front.
public struct Expand: Operator, CopyOperator, ListedOperator {
  /// The shape of the output for one image.
  public var shape: Shape

  /// Creates an expansion.
  public init(to shape: Shape) { self.shape = shape }

  /// `expand`.
  public var name: String { "expand" }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Expand(to: [18, 3, 4]), [18, 1, 1]),
      OperatorExample(Expand(to: [4, 5]), [5]),
      OperatorExample(Expand(to: [3, 2, 5]), [3, 1, 5]), OperatorExample(Expand(to: [3]), []),
    ]
  }

  /// The shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let input = try Arity.one(inputs)
    let common = try Broadcasting.shape([input, shape])
    guard common == shape else { throw ShapeProblem("cannot spread \(input) over \(shape)") }
    return shape
  }

  /// That of maps with as many channels.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    Broadcasting.layouts(given: given, inputs: inputs, output: output)
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    [Copy(Broadcasting(inputs, to: output).expansion(of: 0))]
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let list = output.extents.map { ", \($0)" }.joined()
    let rank = inputs[0].rank
    return ExportedOperation(
      ["shape": .integers(output.extents)],
      pyTorch: .function {
        let value = Broadcasting.pyTorch($0[0], rank: rank, among: output.rank)
        return "\(value).expand(\($0[0]).shape[0]\(list))"
      },
      onnx: ONNXCode { names in
        let aligned = Broadcasting.onnx(names, inputs, rank: output.rank)
        return aligned.nodes + [
          .constant([1] + output.extents, output: names.output + "/shape"),
          ONNXCode.Node(
            "Expand", [aligned.names[0], names.output + "/shape"], output: names.output),
        ]
      })
  }
}
