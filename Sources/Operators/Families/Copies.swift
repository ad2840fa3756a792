internal import Networks
internal import Tensors

/// A linear map that copies elements: every element of the output is one of an input, or a constant.
///
/// A conforming type says which elements go where; the rest follows.
protocol CopyOperator: Operator {
  /// Which elements of the inputs are copied, each to a place of its own.
  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy]
  /// What places of the output hold that nothing is copied to.
  var background: Double { get }
}

/// Elements of one input that are copied.
struct Copy {
  /// Which input.
  var input: Int
  /// The places of the input and of the output.
  var box: StridedBox

  init(input: Int = 0, _ box: StridedBox) {
    self.input = input
    self.box = box
  }
}

extension CopyOperator {
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  /// Zero.
  var background: Double { 0 }
  /// Linear, apart from the constant.
  public var derivative: Derivative { background == 0 ? .linear : .affine }
  /// A copy.
  public var isRecomputed: Bool { true }

  /// Compiles the copies.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundCopies(
      copies(context.storedInputs, to: context.storedOutput), background: background,
      context: context)
  }
}

/// Copies with memory for none of them.
final class BoundCopies: BoundOperator {
  private let copies: [Copy]
  private let background: Double
  /// Whether everything is written by copies alone.
  private let coversOutput: Bool
  /// For each input whether everything is read, and nothing twice.
  private let isWhole: [Bool]

  init(_ copies: [Copy], background: Double, context: BindingContext) {
    self.copies = copies
    self.background = background
    coversOutput = copies.reduce(0) { $0 + $1.box.count } == context.output.count
    isWhole = context.inputs.indices.map { input in
      let own = copies.filter { $0.input == input }
      let isOnce = own.allSatisfy { copy in
        zip(copy.box.extents, copy.box.operands[0].steps).allSatisfy { $0 == 1 || $1 != 0 }
      }
      return isOnce && own.reduce(0) { $0 + $1.box.count } == context.inputs[input].count
    }
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    if !coversOutput { output.fill(background) }
    for copy in copies { output.copy(inputs[copy.input], copy.box) }
  }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor) {
    if !coversOutput || tangents.contains(where: { $0 == nil }) { output.clear() }
    for copy in copies {
      if let tangent = tangents[copy.input] { output.copy(tangent, copy.box) }
    }
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) {
    if !isWhole[place] { input.clear() }
    for copy in copies where copy.input == place {
      input.accumulate(cotangent, copy.box, adding: !isWhole[place])
    }
  }

  /// Nothing: copies are the same at every point.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {}
}

extension Tensor {
  /// The transpose of a copy: each place of this tensor that was read gets the sum of what was written.
  ///
  /// - Parameters:
  ///   - y: cotangents of the copies.
  ///   - box: the places of this tensor, and of `y`.
  ///   - adds: whether they are added.
  func accumulate(_ y: Tensor, _ box: StridedBox, adding adds: Bool) {
    let repeats = box.extents.indices.filter {
      box.operands[0].steps[$0] == 0 && box.extents[$0] > 1
    }
    guard !repeats.isEmpty else {
      return copy(y, box.operands([1, 0]), adding: adds)
    }
    let kept = box.extents.indices.filter { !repeats.contains($0) }
    let (own, other) = (box.operands[0], box.operands[1])
    let target = StridedBox.Operand(first: own.first, steps: kept.map { own.steps[$0] })
    let source = StridedBox.Operand(first: other.first, steps: kept.map { other.steps[$0] })
    let run = StridedBox.Operand(steps: repeats.map { other.steps[$0] })
    set(
      sumOf: y, times: nil,
      kept: StridedBox(kept.map { box.extents[$0] }, [source, source, target]),
      summed: StridedBox(repeats.map { box.extents[$0] }, [run, run]), adding: adds)
  }
}
