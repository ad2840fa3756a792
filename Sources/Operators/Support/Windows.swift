internal import Networks
internal import Tensors

/// What convolutions and poolings say alike about their windows.
enum Windows {
  /// The shape of maps with a place for each window.
  static func shape(_ maps: Shape, channels: Int, rows: WindowSide, columns: WindowSide)
    throws(ShapeProblem) -> Shape
  {
    for side in [rows, columns] {
      if let problem = side.problem { throw ShapeProblem(problem) }
    }
    let (height, width) = (rows.output(maps.height), columns.output(maps.width))
    guard height > 0, width > 0 else {
      throw ShapeProblem("a \(rows.extent)x\(columns.extent) window does not fit \(maps)")
    }
    return Shape(channels: channels, height: height, width: width)
  }

  /// Attributes of an ONNX node.
  static func onnx(_ rows: WindowSide, _ columns: WindowSide) -> [ONNXCode.Attribute] {
    [
      ONNXCode.Attribute("kernel_shape", .integers([rows.kernel, columns.kernel])),
      ONNXCode.Attribute("strides", .integers([rows.stride, columns.stride])),
      ONNXCode.Attribute(
        "pads", .integers([rows.before, columns.before, rows.after, columns.after])),
    ]
  }

  /// An argument of PyTorch: one number where both are equal.
  static func pair(_ rows: Int, _ columns: Int) -> String {
    rows == columns ? "\(rows)" : "(\(rows), \(columns))"
  }

  /// The shape of pooled maps.
  static func pooled(_ inputs: [Shape], _ geometry: PoolingGeometry) throws(ShapeProblem) -> Shape {
    let maps = try Arity.maps(inputs)
    if let problem = geometry.problem(height: maps.height, width: maps.width) {
      throw ShapeProblem(problem)
    }
    let (height, width) = geometry.output(height: maps.height, width: maps.width)
    return Shape(channels: maps.channels, height: height, width: width)
  }

  /// What a pooling depends on.
  static func attributes(_ geometry: PoolingGeometry) -> [(String, ExportedOperation.Value)] {
    let (rows, columns) = (geometry.rows, geometry.columns)
    return [
      ("kernel", .integers([rows.kernel, columns.kernel])),
      ("stride", .integers([rows.stride, columns.stride])),
      ("dilation", .integers([rows.dilation, columns.dilation])),
      ("padding", .integers([rows.before, columns.before, rows.after, columns.after])),
      ("roundsUp", .flag(geometry.roundsUp)),
    ]
  }

  /// A pooling in PyTorch; padding that differs at both ends is written out as a number.
  static func pooling(
    _ function: String, _ geometry: PoolingGeometry, padding: Float, countsPadding: Bool? = nil
  ) -> PyTorchCode {
    let (rows, columns) = (geometry.rows, geometry.columns)
    let isSymmetric = rows.before == rows.after && columns.before == columns.after
    return .function { inputs in
      var input = inputs[0]
      var arguments = [
        pair(rows.kernel, columns.kernel), "stride=\(pair(rows.stride, columns.stride))",
      ]
      if !isSymmetric {
        let sides = [columns.before, columns.after, rows.before, rows.after]
        let value = padding == -.infinity ? ", value=float(\"-inf\")" : ""
        input =
          "functional.pad(\(input), (\(sides.map(String.init).joined(separator: ", ")))\(value))"
      } else if (rows.before, columns.before) != (0, 0) {
        arguments.append("padding=\(pair(rows.before, columns.before))")
        if countsPadding == false { arguments.append("count_include_pad=False") }
      }
      if (rows.dilation, columns.dilation) != (1, 1) {
        arguments.append("dilation=\(pair(rows.dilation, columns.dilation))")
      }
      if geometry.roundsUp { arguments.append("ceil_mode=True") }
      return "functional.\(function)(\(([input] + arguments).joined(separator: ", ")))"
    }
  }
}
