public import Networks
public import Tensors

/// Feature maps of another size by the nearest element of the original.
public struct NearestResize: Operator, TableOperator, ListedOperator {
  /// Rows of the output.
  public var height: Int
  /// Columns of the output.
  public var width: Int
  /// Where places lie on the original.
  public var alignment: ResizeAlignment
  /// Which element is nearest.
  public var rounding: NearestRounding

  /// Creates a change of size; the defaults are PyTorch's.
  public init(
    height: Int, width: Int, alignment: ResizeAlignment = .first, rounding: NearestRounding = .down
  ) {
    self.height = height
    self.width = width
    self.alignment = alignment
    self.rounding = rounding
  }

  /// `nearest-resize`.
  public var name: String { "nearest-resize" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(NearestResize(height: 6, width: 8), [18, 3, 4]),
      OperatorExample(NearestResize(height: 2, width: 7), [5, 3, 4]),
      OperatorExample(
        NearestResize(height: 4, width: 3, alignment: .halfPixel, rounding: .halfUp), [5, 7, 5]),
    ]
  }

  /// The other size.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Axes.shape([try Arity.maps(inputs).channels, height, width])
  }

  /// Linear.
  public var derivative: Derivative { .linear }
  /// A copy.
  public var isRecomputed: Bool { true }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  func tables(_ input: Shape) -> [(axis: Int, table: AxisTable)] {
    [
      (1, .nearest(input.height, height, alignment, rounding)),
      (2, .nearest(input.width, width, alignment, rounding)),
    ]
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let isPyTorch = alignment == .first && rounding == .down
    let lists = tables(inputs[0]).map { ($0.axis, $0.table.index.map { Int($0) }) }
    let size = [output.height, output.width]
    return ExportedOperation(
      [
        "height": .integer(height), "width": .integer(width),
        "alignment": .text(alignment.rawValue), "rounding": .text(rounding.rawValue),
      ],
      pyTorch: .function { variables in
        isPyTorch
          ? "functional.interpolate(\(variables[0]), (\(size[0]), \(size[1])), mode=\"nearest\")"
          : lists.reduce(variables[0]) { PyTorchText.select($1.1, axis: $1.0, of: $0) }
      },
      onnx: .resize(
        to: size, from: inputs[0],
        [
          ONNXCode.Attribute("mode", .text("nearest")),
          ONNXCode.Attribute("coordinate_transformation_mode", .text(alignment.onnx)),
          ONNXCode.Attribute("nearest_mode", .text(rounding.onnx)),
        ]))
  }

  /// Compiles the tables.
  public func bound(in context: BindingContext) -> any BoundOperator { boundTables(in: context) }
}

extension ONNXCode {
  /// Maps of another size, which ONNX wants as factors where the batch is unknown.
  static func resize(to size: [Int], from input: Shape, _ attributes: [Attribute]) -> ONNXCode {
    // Readers multiply and round down: a factor must not fall short of the size by its own rounding.
    func factor(_ size: Int, _ extent: Int) -> Float {
      let factor = Float(size) / Float(extent)
      return Double(factor) * Double(extent) < Double(size) ? factor.nextUp : factor
    }
    let factors = [1, 1, factor(size[0], input.height), factor(size[1], input.width)]
    return ONNXCode { names in
      var code = ONNXFormula(names)
      let scales = code.numbers(factors, shape: [4])
      return code.finished(code.node("Resize", [names.inputs[0], "", scales], attributes))
    }
  }
}
