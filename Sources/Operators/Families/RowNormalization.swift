internal import Networks
internal import Tensors

/// A normalisation of rows of each image alone: `y = gamma (x - mean) / sqrt(variance + eps) + beta`, or
/// without the mean, by the root of the mean square.
protocol RowNormalizationOperator: Operator {
  /// What is added to the variance.
  var epsilon: Double { get }
  /// Whether the mean is subtracted.
  var centres: Bool { get }
  /// Whether there is a scale gamma.
  var hasScale: Bool { get }
  /// Whether there is a shift beta.
  var hasShift: Bool { get }
  /// Which elements are normalised together.
  func rows(of shape: Shape) -> RowView
  /// The extents of gamma and beta.
  var parameterShape: [Int] { get }
  /// Whether gamma and beta belong to channels, and not to the last axes.
  var isByChannel: Bool { get }
}

extension RowNormalizationOperator {
  /// A normalisation.
  public var kind: OperatorKind { .normalization }

  /// Gamma and beta, where there are such.
  public func parameters(named name: String) -> [ParameterSpec] {
    (hasScale ? [ParameterSpec(name: "\(name).weight", shape: parameterShape, role: .scale)] : [])
      + (hasShift ? [ParameterSpec(name: "\(name).bias", shape: parameterShape, role: .shift)] : [])
  }

  /// The derivative reads what is normalised.
  public var derivative: Derivative {
    Derivative(reads: .inputs, zero: hasShift ? .never : .ifAllInputsAre)
  }

  /// Cheap beside what reads it.
  public var isRecomputed: Bool { true }

  /// A scale meets what is normalised, a shift meets ones.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? {
    let isShift = !hasScale || weight.parameter == 1
    return WeightRule(region: region(weight.index), capture: isShift ? nil : .own(weight.index))
  }

  /// The places of one scale.
  func region(_ index: Int) -> WeightRule.Region {
    isByChannel ? .channel(index) : .feature(index, among: parameterShape.reduce(1, *))
  }

  /// Joins the normalisation with its scale and shift.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundRowNormalization(self, context: context)
  }

  /// The error of a shape that cannot be normalised over single numbers.
  func check(_ shape: Shape) throws(ShapeProblem) {
    guard epsilon > 0 || epsilon == 0 && rows(of: shape).count > 1 else {
      throw ShapeProblem("has epsilon \(epsilon) for rows of \(rows(of: shape).count)")
    }
  }
}

/// A normalisation of rows with numbers.
///
/// With `d = x - mean`, `r = 1 / sqrt(variance + eps)` and rows of `n` elements the derivative of
/// `d r` is its own transpose:
///
///     J u = r (u - mean(u)) - r^3 d mean(u d)
private final class BoundRowNormalization: BoundParametrised {
  private let op: any RowNormalizationOperator
  private let view: RowView
  private let context: BindingContext
  private let gamma: Tensor?
  private let beta: Tensor?
  /// The places of values, and of the parameters.
  private let places: StridedBox
  /// The axes of values along which parameters are repeated.
  private let repeats: [Int]
  private var pool: TensorPool { context.pool }

  init(_ op: any RowNormalizationOperator, context: BindingContext) {
    self.op = op
    self.context = context
    view = op.rows(of: context.inputs[0])
    let (total, count) = (context.output.count, op.parameterShape.reduce(1, *))
    let other = total / count
    if op.isByChannel {
      places = StridedBox([count, other], [.init(steps: [other, 1]), .init(steps: [1, 0])])
      repeats = [1]
    } else {
      places = StridedBox([other, count], [.init(steps: [count, 1]), .init(steps: [0, 1])])
      repeats = [0]
    }
    func tensor(_ numbers: [Float]) -> Tensor {
      let tensor = context.arena.tensor(
        TensorShape(channels: count), precision: context.precision)
      tensor.write(numbers)
      return tensor
    }
    gamma = op.hasScale ? tensor(context.parameters[0]) : nil
    beta = op.hasShift ? tensor(context.parameters[op.hasScale ? 1 : 0]) : nil
  }

  /// The centres and reciprocal deviations of the rows of some images.
  private struct Moments {
    var mean: [Double]
    var reciprocal: [Double]
  }

  private func moments(_ x: Tensor) -> Moments {
    var (mean, squares) = x.rowMoments(view)
    let n = Double(view.count)
    if !op.centres {
      for row in mean.indices {
        squares[row] += n * mean[row] * mean[row]
        mean[row] = 0
      }
    }
    return Moments(
      mean: mean, reciprocal: squares.map { 1 / ($0 / n + op.epsilon).squareRoot() })
  }

  /// The normalised values, in scratch memory that is to be given back.
  private func normalized(_ x: Tensor) -> Tensor {
    let moments = moments(x)
    let y = pool.take(like: x)
    y.set(rows: view, sumOf: [RowTerm(x, factor: moments.reciprocal, about: moments.mean)])
    return y
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    let x = inputs[0]
    let moments = moments(x)
    output.set(rows: view, sumOf: [RowTerm(x, factor: moments.reciprocal, about: moments.mean)])
    scale(output, into: output)
    if let beta { output.copy(beta, places.operands([1, 0]), adding: true) }
  }

  /// `gamma u`.
  private func scale(_ u: Tensor, into y: Tensor) {
    if let gamma {
      y.set(productOf: u, and: gamma, places.operands([0, 1, 0]))
    } else if u.addresses != y.addresses {
      y.copy(u)
    }
  }

  /// `J u`, where `u` has as many images as `x` or more.
  private func derivative(_ u: Tensor, at x: Tensor, into y: Tensor) {
    let moments = moments(x)
    let n = Double(view.count)
    let sums = u.rowSums(view, with: x, about: moments.mean)
    let rows = sums.sum.count
    func own(_ row: Int) -> Int { row % moments.mean.count }
    var (factor, ofDeviation, mean, offset) = (
      [Double](repeating: 0, count: rows), [Double](repeating: 0, count: rows),
      [Double](repeating: 0, count: rows), [Double](repeating: 0, count: rows)
    )
    for row in 0..<rows {
      let r = moments.reciprocal[own(row)]
      factor[row] = r
      mean[row] = moments.mean[own(row)]
      ofDeviation[row] = -r * r * r * sums.product[row] / n
      offset[row] = op.centres ? -r * sums.sum[row] / n : 0
    }
    y.set(
      rows: view,
      sumOf: [RowTerm(u, factor: factor), RowTerm(x, factor: ofDeviation, about: mean)],
      offset: offset)
  }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    derivative(tangent, at: try point.input(), into: output)
    scale(output, into: output)
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    scale(cotangent, into: input)
    derivative(input, at: try point.input(), into: input)
  }

  /// The derivative of `J g` along `t`, with `g = gamma dy`.
  ///
  /// With `m(u) = mean(u)` or 0, `s = mean(g d)`, `d' = t - m(t)` and `r' = -r^3 mean(t d)`,
  ///
  ///     (J g)' = r' (g - m(g)) - 3 r^2 r' s d - r^3 mean(g d') d - r^3 s d'
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    guard let tangent = change.inputs[0] else { return }
    let x = try point.input()
    let moments = moments(x)
    let n = Double(view.count)
    let g = pool.take(like: cotangent)
    scale(cotangent, into: g)
    let ofG = g.rowSums(view, with: x, about: moments.mean)
    let ofTangent = tangent.rowSums(view, with: x, about: moments.mean)
    let rows = ofG.sum.count
    let zeros = [Double](repeating: 0, count: rows)
    let cross = g.rowSums(view, with: tangent, about: zeros)
    var (ofCotangent, ofDeviation, ofChange, offset) = (zeros, zeros, zeros, zeros)
    for row in 0..<rows {
      let r = moments.reciprocal[row]
      let rTangent = -r * r * r * ofTangent.product[row] / n
      let s = ofG.product[row] / n
      let meanG = op.centres ? ofG.sum[row] / n : 0
      let meanTangent = op.centres ? ofTangent.sum[row] / n : 0
      let sTangent = cross.product[row] / n - meanTangent * ofG.sum[row] / n
      ofCotangent[row] = rTangent
      ofDeviation[row] = -3 * r * r * rTangent * s - r * r * r * sTangent
      ofChange[row] = -r * r * r * s
      offset[row] = -rTangent * meanG + r * r * r * s * meanTangent
    }
    input.set(
      rows: view,
      sumOf: [
        RowTerm(g, factor: ofCotangent), RowTerm(x, factor: ofDeviation, about: moments.mean),
        RowTerm(tangent, factor: ofChange),
      ], offset: offset, adding: true)
    pool.give(g)
  }

  // MARK: Parameters

  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) throws(BackendError) {
    let row = pool.take(TensorShape(channels: places.extents[op.isByChannel ? 0 : 1]), block: 1)
    var list = 0
    if op.hasScale {
      if let change = change[list]?.values(context.parameters[list]) {
        let x = normalized(try point.input())
        row.write(change)
        output.set(productOf: x, and: row, places.operands([0, 1, 0]), adding: true)
        pool.give(x)
      }
      list += 1
    }
    if op.hasShift, let change = change[list]?.values(context.parameters[list]) {
      row.write(change)
      output.copy(row, places.operands([1, 0]), adding: true)
    }
    pool.give(row)
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) throws(BackendError)
    -> ParameterCotangent
  {
    var lists: [[Double]] = []
    if op.hasScale {
      let x = normalized(try point.input())
      lists.append(sums(of: cotangent, times: x))
      pool.give(x)
    }
    if op.hasShift { lists.append(sums(of: cotangent, times: nil)) }
    return .numbers(lists)
  }

  /// The sums over images and places for each parameter.
  private func sums(of u: Tensor, times v: Tensor?) -> [Double] {
    let axis = 1 - repeats[0]
    let count = places.extents[axis]
    let target = pool.take(TensorShape(batch: u.shape.batch, channels: count), block: 1)
    func steps(_ operand: Int, _ axis: Int) -> StridedBox.Operand {
      StridedBox.Operand(steps: [places.operands[operand].steps[axis]])
    }
    let (own, run) = (steps(0, axis), steps(0, repeats[0]))
    target.set(
      sumOf: u, times: v, kept: StridedBox([count], [own, own, steps(1, axis)]),
      summed: StridedBox([places.extents[repeats[0]]], [run, run]))
    let sums = target.columnSums(count)
    pool.give(target)
    return sums
  }

  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {
    guard case .own(let index) = capture else { return }
    let x = normalized(inputs[0])
    x.copy(op.region(index).box(in: x), into: plane)
    pool.give(x)
  }
}
