internal import Networks
internal import Tensors

/// A linear map that is a table along each of some axes, one after the other, of its only input.
protocol TableOperator: Operator {
  /// The tables by axis, in the order in which they are applied.
  func tables(_ input: Shape) -> [(axis: Int, table: AxisTable)]
}

extension TableOperator {
  /// Compiles the tables.
  func boundTables(in context: BindingContext) -> any BoundOperator {
    BoundTables(tables(context.inputs[0]), context: context)
  }
}

/// Tables with memory for what lies between two of them.
final class BoundTables: BoundLinearOperator {
  private let stages: [Stage]
  private let pool: TensorPool
  private let block: Int

  private struct Stage {
    var table: AxisTable
    /// Elements in memory behind each place of the axis.
    var inner: Int
    var input: Shape
    var output: Shape
  }

  init(_ tables: [(axis: Int, table: AxisTable)], context: BindingContext) {
    pool = context.pool
    block = context.inputBlocks[0]
    var shape = context.inputs[0]
    var stages: [Stage] = []
    for (axis, table) in tables {
      let next = shape.with(table.outExtent, along: axis)
      stages.append(
        Stage(
          table: table, inner: StoredShape(shape: shape, block: block).inner(axis: axis),
          input: shape, output: next))
      shape = next
    }
    self.stages = stages
  }

  func apply(_ inputs: [Tensor], into output: Tensor) { pushforward(inputs[0], into: output) }

  func pushforward(_ tangent: Tensor, into output: Tensor) {
    var x = tangent
    for (place, stage) in stages.enumerated() {
      let isLast = place == stages.count - 1
      let y = isLast ? output : pool.take(stage.output.batch(output.shape.batch), block: block)
      x.map(stage.table, inner: stage.inner, into: y)
      if place > 0 { pool.give(x) }
      x = y
    }
    if stages.isEmpty { output.copy(tangent) }
  }

  func pullback(_ cotangent: Tensor, into input: Tensor) {
    var y = cotangent
    for (place, stage) in stages.enumerated().reversed() {
      let x = place == 0 ? input : pool.take(stage.input.batch(input.shape.batch), block: block)
      y.mapTransposed(stage.table, inner: stage.inner, into: x)
      if place < stages.count - 1 { pool.give(y) }
      y = x
    }
    if stages.isEmpty { input.copy(cotangent) }
  }
}
