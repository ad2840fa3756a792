internal import Networks
internal import Tensors

/// A function of the elements along some axes: those axes get the extent 1, or vanish.
protocol ReductionOperator: Operator {
  /// The axes, negative ones counted from the last.
  var axes: [Int] { get }
  /// Whether the axes stay, with an extent of 1.
  var keepsAxes: Bool { get }
}

extension ReductionOperator {
  /// A pooling of places.
  public var kind: OperatorKind { .pooling }

  /// The shape without the axes.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    let axes = try Axes.positions(axes, rank: shape.rank)
    guard !axes.isEmpty else { throw ShapeProblem("reduces no axis of \(shape)") }
    let extents = shape.extents.enumerated().filter { keepsAxes || !axes.contains($0.offset) }
    return Shape(extents.map { axes.contains($0.offset) ? 1 : $0.element })
  }

  /// Any for places of maps that stay maps, else row-major.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    let axes = Axes.known(axes, rank: inputs[0].rank)
    return keepsAxes && !axes.contains(0)
      ? .same(given: given, inputs: inputs, output: output) : .plain(1)
  }

  /// How the output is spread over the input, as it lies in memory.
  func spread(in context: BindingContext) -> Broadcasting {
    let input = context.storedInputs[0]
    let axes = Axes.known(axes, rank: input.shape.rank)
    let kept = Shape(
      input.shape.extents.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
    return Broadcasting([StoredShape(shape: kept, block: input.block)], to: input)
  }

  /// The operation elsewhere; in ONNX the axes are an attribute, or an input where `axesAreInput`.
  func exported(
    _ type: String, _ input: Shape, axesAreInput: Bool = false,
    pyTorch: @escaping @Sendable (_ value: String, _ arguments: String) -> String
  ) -> ExportedOperation {
    let places = Axes.known(axes, rank: input.rank).map { $0 + 1 }.sorted()
    let keeps = ONNXCode.Attribute("keepdims", .integer(keepsAxes ? 1 : 0))
    let list = places.map(String.init).joined(separator: ", ")
    let arguments = "(\(list),)" + (keepsAxes ? ", keepdim=True" : "")
    return ExportedOperation(
      ["axes": .integers(places.map { $0 - 1 }), "keepsAxes": .flag(keepsAxes)],
      pyTorch: .function { pyTorch($0[0], arguments) },
      onnx: ONNXCode { names in
        guard axesAreInput else {
          return [
            ONNXCode.Node(
              type, names.inputs, output: names.output,
              [ONNXCode.Attribute("axes", .integers(places)), keeps])
          ]
        }
        return [
          .constant(places, output: names.output + "/axes"),
          ONNXCode.Node(
            type, names.inputs + [names.output + "/axes"], output: names.output, [keeps]),
        ]
      })
  }
}

/// A sum over axes, times a factor: linear.
final class BoundAxisSum: BoundLinearOperator {
  private let spread: Broadcasting
  private let factor: Double

  init(_ spread: Broadcasting, times factor: Double) {
    self.spread = spread
    self.factor = factor
  }

  func apply(_ inputs: [Tensor], into output: Tensor) { pushforward(inputs[0], into: output) }

  func pushforward(_ tangent: Tensor, into output: Tensor) {
    let boxes = spread.sum(over: 0)
    output.set(
      sumOf: tangent, times: nil, kept: boxes.kept, summed: boxes.summed, factor: factor)
  }

  func pullback(_ cotangent: Tensor, into input: Tensor) {
    input.copy(cotangent, spread.expansion(of: 0), times: factor)
  }
}

/// A function of a row of numbers, given by its value and its derivatives.
protocol RowReduction: ReductionOperator {
  /// The value for a row.
  func value(_ row: [Double]) -> Double
  /// The derivatives by each number of a row.
  func slopes(_ row: [Double], into slopes: inout [Double])
  /// How the derivatives change where the row does.
  func slopeChanges(_ row: [Double], along tangent: [Double], into changes: inout [Double])
}

extension RowReduction {
  /// A factor for each element, which the input tells.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .ifAllInputsAre) }

  /// Joins the function with memory.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundRowReduction(self, spread(in: context), context: context)
  }
}

/// A function of rows with memory for one of them.
private final class BoundRowReduction: BoundOperator {
  private let function: any RowReduction
  private let spread: Broadcasting
  private let pool: TensorPool
  /// Where the rows of an image begin, in it and in the output, and where their elements lie from there.
  private let starts: [Int]
  private let targets: [Int]
  private let places: [Int]

  init(_ function: any RowReduction, _ spread: Broadcasting, context: BindingContext) {
    self.function = function
    self.spread = spread
    pool = context.pool
    let boxes = spread.sum(over: 0)
    starts = boxes.kept.places(of: 0)
    targets = boxes.kept.places(of: 2)
    places = boxes.summed.places(of: 0)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    switch output.precision {
    case .float: values(inputs[0], into: output, Float.self)
    case .double: values(inputs[0], into: output, Double.self)
    }
    output.clearPadding()
  }

  private func values<Element: TensorElement>(
    _ x: Tensor, into y: Tensor, _ type: Element.Type
  ) {
    var row = [Double](repeating: 0, count: places.count)
    x.readElements(type) { elements in
      y.withElements(type) { results in
        for image in 0..<x.shape.batch {
          for (start, target) in zip(starts, targets) {
            let first = image * x.imageStride + start
            for j in row.indices { row[j] = Double(elements[first &+ places[j]]) }
            results[image * y.imageStride + target] = Element(function.value(row))
          }
        }
      }
    }
  }

  /// Writes the derivatives by each element, or their changes along a tangent.
  private func slopes<Element: TensorElement>(
    _ x: Tensor, along tangent: Tensor?, into y: Tensor, _ type: Element.Type
  ) {
    var row = [Double](repeating: 0, count: places.count)
    var change = row
    var result = row
    x.readElements(type) { elements in
      (tangent ?? x).readElements(type) { tangents in
        y.withElements(type) { slopes in
          for image in 0..<x.shape.batch {
            for start in starts {
              let first = image * x.imageStride + start
              for j in row.indices { row[j] = Double(elements[first &+ places[j]]) }
              if tangent == nil {
                function.slopes(row, into: &result)
              } else {
                for j in row.indices { change[j] = Double(tangents[first &+ places[j]]) }
                function.slopeChanges(row, along: change, into: &result)
              }
              for j in row.indices { slopes[first &+ places[j]] = Element(result[j]) }
            }
          }
        }
      }
    }
  }

  /// The derivatives as a tensor, to be given back.
  private func slopes(_ x: Tensor, along tangent: Tensor? = nil) -> Tensor {
    let slopes = pool.take(like: x)
    switch x.precision {
    case .float: self.slopes(x, along: tangent, into: slopes, Float.self)
    case .double: self.slopes(x, along: tangent, into: slopes, Double.self)
    }
    slopes.clearPadding()
    return slopes
  }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    let slopes = slopes(try point.input())
    let boxes = spread.sum(over: 0)
    output.set(sumOf: tangent, times: slopes, kept: boxes.kept, summed: boxes.summed)
    pool.give(slopes)
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    let slopes = slopes(try point.input())
    input.set(productOf: cotangent, and: slopes, spread.expansion(of: 0).operands([0, 1, 1]))
    pool.give(slopes)
  }

  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    guard let tangent = change.inputs[0] else { return }
    let changes = slopes(try point.input(), along: tangent)
    input.set(
      productOf: cotangent, and: changes, spread.expansion(of: 0).operands([0, 1, 1]),
      adding: true)
    pool.give(changes)
  }
}
