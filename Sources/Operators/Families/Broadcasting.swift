internal import Networks
internal import Tensors

/// How values of several shapes are spread over one: axes are aligned at the innermost one, and an extent
/// of 1 stands for any.
struct Broadcasting {
  /// The output as it lies in memory.
  let output: StoredShape
  /// For each input its steps along the axes of the output in memory, 0 where it is spread.
  let steps: [[Int]]
  /// For each input whether it is spread along an axis in memory.
  let isSpread: [[Bool]]

  /// The common shape of the inputs.
  static func shape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let rank = inputs.map(\.rank).max() ?? 0
    var extents: [Int] = []
    for axis in 0..<rank {
      let own = inputs.map { input in
        let place = axis - rank + input.rank
        return place < 0 ? 1 : input[place]
      }
      let largest = own.max() ?? 1
      guard own.allSatisfy({ $0 == 1 || $0 == largest }) else {
        throw ShapeProblem(
          "cannot combine \(inputs.map(\.description).joined(separator: " and "))")
      }
      extents.append(largest)
    }
    return try Axes.shape(extents)
  }

  /// Blocks of channels where all inputs are maps of as many channels, and one of them comes in blocks.
  static func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    guard inputs.allSatisfy({ $0.isMaps && $0.channels == output.channels }) else {
      return .plain(inputs.count)
    }
    return .same(given: given, inputs: inputs, output: output)
  }

  init(_ inputs: [StoredShape], to output: StoredShape) {
    self.output = output
    let extents = output.extents
    var steps: [[Int]] = []
    var isSpread: [[Bool]] = []
    for input in inputs {
      let missing = extents.count - input.extents.count
      let own = [Int](repeating: 1, count: missing) + input.extents
      let spread = zip(own, extents).map { $0 == 1 && $1 > 1 }
      let natural = [Int](repeating: 0, count: missing) + input.steps
      steps.append(zip(natural, spread).map { $1 ? 0 : $0 })
      isSpread.append(spread)
    }
    self.steps = steps
    self.isSpread = isSpread
  }

  /// Whether an input has the shape of the output.
  func isEqual(_ input: Int) -> Bool { !isSpread[input].contains(true) }

  /// The places of an input and of the output.
  func expansion(of input: Int) -> StridedBox {
    StridedBox(output.extents, [operand(steps[input]), operand(output.steps)])
  }

  /// The places of two inputs and of the output.
  func product(_ first: Int, _ second: Int) -> StridedBox {
    StridedBox(
      output.extents, [operand(steps[first]), operand(steps[second]), operand(output.steps)])
  }

  /// What is summed up for each place of an input: the places of the output, of another input or of the
  /// output again, and of the input.
  func sum(over input: Int, with other: Int? = nil) -> (kept: StridedBox, summed: StridedBox) {
    let axes = output.extents.indices
    let kept = axes.filter { !isSpread[input][$0] }
    let summed = axes.filter { isSpread[input][$0] }
    let second = other.map { steps[$0] } ?? output.steps
    func pick(_ steps: [Int], _ axes: [Int]) -> StridedBox.Operand {
      operand(axes.map { steps[$0] })
    }
    return (
      StridedBox(
        kept.map { output.extents[$0] },
        [pick(output.steps, kept), pick(second, kept), pick(steps[input], kept)]),
      StridedBox(
        summed.map { output.extents[$0] }, [pick(output.steps, summed), pick(second, summed)])
    )
  }

  private func operand(_ steps: [Int]) -> StridedBox.Operand { StridedBox.Operand(steps: steps) }

  /// An input's variable in PyTorch, with axes between the batch and its own.
  static func pyTorch(_ variable: String, rank: Int, among: Int) -> String {
    guard rank < among else { return variable }
    let missing = [String](repeating: "None", count: among - rank).joined(separator: ", ")
    return "\(variable)[:, \(missing)]"
  }

  /// The names of inputs of one rank in ONNX, and the nodes that give them.
  static func onnx(_ names: ONNXCode.Names, _ inputs: [Shape], rank: Int)
    -> (names: [String], nodes: [ONNXCode.Node])
  {
    var result: (names: [String], nodes: [ONNXCode.Node]) = ([], [])
    for (place, input) in inputs.enumerated() {
      guard input.rank < rank else {
        result.names.append(names.inputs[place])
        continue
      }
      let name = "\(names.output)/input\(place)"
      let axes = Array(1...rank - input.rank)
      result.nodes += [
        .constant(axes, output: "\(name)/axes"),
        ONNXCode.Node("Unsqueeze", [names.inputs[place], "\(name)/axes"], output: name),
      ]
      result.names.append(name)
    }
    return result
  }
}

extension ExportedOperation {
  /// An operation of two values that are spread over one shape.
  static func broadcast(
    _ type: String, inputs: [Shape], output: Shape,
    pyTorch: @escaping @Sendable (String, String) -> String
  ) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { variables in
        let values = zip(variables, inputs).map {
          Broadcasting.pyTorch($0, rank: $1.rank, among: output.rank)
        }
        return pyTorch(values[0], values[1])
      },
      onnx: ONNXCode { names in
        let aligned = Broadcasting.onnx(names, inputs, rank: output.rank)
        return aligned.nodes + [ONNXCode.Node(type, aligned.names, output: names.output)]
      })
  }
}
