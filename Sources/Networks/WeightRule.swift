package import Tensors

/// How the output of a node depends on one of its weights: over some places of the output the derivative
/// is what the weight meets there, and zero elsewhere.
public struct WeightRule: Hashable, Sendable {
  /// Some places of an output.
  public enum Region: Hashable, Sendable {
    /// All places of one channel.
    case channel(Int)
    /// One place of the innermost axis, of so many, whatever the others are.
    case feature(Int, among: Int)
    /// One element, by its row-major index.
    case element(Int)
    /// Every `stride`-th row and column of a channel, from the first ones on.
    case window(
      channel: Int, firstRow: Int, rowStride: Int, rows: Int, firstColumn: Int, columnStride: Int,
      columns: Int)
  }

  /// Where in the output.
  public var region: Region
  /// What the weight meets there, `nil` for ones: a bias.
  public var capture: WeightCapture?

  /// Creates a rule.
  public init(region: Region, capture: WeightCapture? = nil) {
    self.region = region
    self.capture = capture
  }
}

/// What a weight meets, in words that the operator itself reads again (`BoundParametrised.capture`).
///
/// Equal captures of nodes that read the same values are taken once, unless they are the operator's own.
public enum WeightCapture: Hashable, Sendable {
  /// A channel of the first input, all places.
  case channel(Int)
  /// A channel of the first input as a tap of a convolution reads it.
  case tap(channel: Int, WeightTap)
  /// One place of the innermost axis of the first input, of so many.
  case feature(Int, among: Int)
  /// What only the operator knows, by a number of its choice.
  case own(Int)
}

/// The places that one weight of a convolution reads: row `rowStride u + row` for row `u` of the output,
/// and so for columns, zero outside.
public struct WeightTap: Hashable, Sendable {
  /// Input rows from one output row to the next.
  public var rowStride: Int
  /// Input columns from one output column to the next.
  public var columnStride: Int
  /// The input row that the first output row meets.
  public var row: Int
  /// The input column that the first output column meets.
  public var column: Int

  /// Creates a tap.
  public init(rowStride: Int, columnStride: Int, row: Int, column: Int) {
    self.rowStride = rowStride
    self.columnStride = columnStride
    self.row = row
    self.column = column
  }
}

extension WeightRule.Region {
  /// The elements in an image of a tensor.
  package func box(in tensor: Tensor) -> ElementBox {
    switch self {
    case .channel(let channel): tensor.box(ofChannel: channel)
    case .feature(let feature, let extent): tensor.box(ofFeature: feature, among: extent)
    case .element(let element): tensor.box(ofElement: element)
    case .window(
      let channel, let firstRow, let rowStride, let rows, let firstColumn, let columnStride,
      let columns):
      tensor.box(
        ofChannel: channel, rows: (firstRow, rowStride, rows),
        columns: (firstColumn, columnStride, columns))
    }
  }

  /// The shape of a plane with a number for each place, in an output of a shape.
  package func planeShape(in output: Shape) -> TensorShape {
    switch self {
    case .channel:
      TensorShape(channels: 1, height: output.height, width: output.width)
    case .feature(_, let extent):
      TensorShape(channels: 1, height: output.count / extent, width: 1)
    case .element: TensorShape(channels: 1)
    case .window(_, _, _, let rows, _, _, let columns):
      TensorShape(channels: 1, height: rows, width: columns)
    }
  }
}

extension Tensor {
  /// What a weight meets in the only image of an input, for captures that need no more than that.
  package func capture(_ capture: WeightCapture, into plane: Tensor) {
    switch capture {
    case .channel(let channel): copy(box(ofChannel: channel), into: plane)
    case .tap(let channel, let tap):
      copyTap(
        ofChannel: channel, rowStride: tap.rowStride, columnStride: tap.columnStride, row: tap.row,
        column: tap.column, into: plane)
    case .feature(let feature, let extent):
      copy(box(ofFeature: feature, among: extent), into: plane)
    case .own(let number): preconditionFailure("capture \(number) is an operator's own")
    }
  }
}
