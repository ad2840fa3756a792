public import Networks
public import Tensors

/// Feature maps of another size by means of the four nearest elements of the original.
public struct BilinearResize: Operator, TableOperator, ListedOperator {
  /// Rows of the output.
  public var height: Int
  /// Columns of the output.
  public var width: Int
  /// Where places lie on the original.
  public var alignment: ResizeAlignment

  /// Creates a change of size; the default is PyTorch's.
  public init(height: Int, width: Int, alignment: ResizeAlignment = .halfPixel) {
    self.height = height
    self.width = width
    self.alignment = alignment
  }

  /// `bilinear-resize`.
  public var name: String { "bilinear-resize" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(BilinearResize(height: 6, width: 9), [18, 3, 4]),
      OperatorExample(BilinearResize(height: 2, width: 3), [5, 5, 4]),
      OperatorExample(BilinearResize(height: 5, width: 7, alignment: .corners), [5, 3, 4]),
      OperatorExample(BilinearResize(height: 5, width: 7, alignment: .first), [5, 3, 4]),
      OperatorExample(BilinearResize(height: 2, width: 1, alignment: .corners), [5, 1, 4]),
    ]
  }

  /// The other size.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Axes.shape([try Arity.maps(inputs).channels, height, width])
  }

  /// Linear.
  public var derivative: Derivative { .linear }
  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  func tables(_ input: Shape) -> [(axis: Int, table: AxisTable)] {
    [
      (1, .linear(input.height, height, alignment)), (2, .linear(input.width, width, alignment)),
    ]
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let size = [output.height, output.width]
    return ExportedOperation(
      [
        "height": .integer(height), "width": .integer(width),
        "alignment": .text(alignment.rawValue),
      ],
      pyTorch: pyTorch(inputs[0]),
      onnx: .resize(
        to: size, from: inputs[0],
        [
          ONNXCode.Attribute("mode", .text("linear")),
          ONNXCode.Attribute("coordinate_transformation_mode", .text(alignment.onnx)),
        ]))
  }

  private func pyTorch(_ input: Shape) -> PyTorchCode {
    guard alignment == .first else {
      let corners = alignment == .corners ? "True" : "False"
      return .function { [height, width] in
        "functional.interpolate(\($0[0]), (\(height), \(width)), mode=\"bilinear\", align_corners=\(corners))"
      }
    }
    // PyTorch does not know this alignment: a matrix on each side.
    let matrices = tables(input).map { $0.table.pyTorchMatrix }
    return .function {
      let (rows, columns) = (matrices[0]($0[0]), matrices[1]($0[0]))
      return "torch.einsum(\"oh,nchw,pw->ncop\", \(rows), \($0[0]), \(columns))"
    }
  }

  /// Compiles the tables.
  public func bound(in context: BindingContext) -> any BoundOperator { boundTables(in: context) }
}

extension AxisTable {
  /// The table as a matrix in PyTorch, with the type of a value.
  fileprivate var pyTorchMatrix: @Sendable (String) -> String {
    let rows = (0..<outExtent).map { o -> String in
      var row = [Double](repeating: 0, count: inExtent)
      for t in o * taps..<(o + 1) * taps where index[t] >= 0 {
        row[Int(index[t])] += weights?[t] ?? 1
      }
      return "[\(row.map { "\($0)" }.joined(separator: ", "))]"
    }
    let text = "[\(rows.joined(separator: ", "))]"
    return { "torch.tensor(\(text), dtype=\($0).dtype, device=\($0).device)" }
  }
}
