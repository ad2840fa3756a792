import Tensors
import Testing

/// A precision and a layout that tensors come in.
struct Layout: CustomTestStringConvertible, Sendable {
  enum Block: Sendable {
    case fixed(Int)
    case channelsLast
  }

  let precision: Precision
  let block: Block

  func block(_ channels: Int) -> Int {
    switch block {
    case .fixed(let size): size
    case .channelsLast: channels
    }
  }

  /// A tensor that holds `values`.
  func tensor(_ shape: TensorShape, _ values: [Double]) -> Tensor {
    let tensor = Tensor(shape, precision: precision, block: block(shape.channels))
    tensor.write(values)
    return tensor
  }

  /// A tensor to be overwritten, full of a value that no kernel gives.
  func target(_ shape: TensorShape) -> Tensor {
    tensor(shape, [Double](repeating: 1e6, count: shape.count))
  }

  var testDescription: String { "\(precision), \(block)" }

  static let all: [Layout] = [
    Layout(precision: .float, block: .fixed(1)), Layout(precision: .float, block: .fixed(8)),
    Layout(precision: .float, block: .fixed(16)), Layout(precision: .float, block: .channelsLast),
    Layout(precision: .double, block: .fixed(1)), Layout(precision: .double, block: .fixed(16)),
  ]
}

extension Precision {
  /// Half the distance from one to the next number.
  var rounding: Double { self == .float ? 0x1p-24 : 0x1p-53 }
}

/// Expects `actual` within the rounding error that a sum of `terms` products may have.
///
/// Added up in any order, the error of a sum is at most `terms` roundings of the sum of magnitudes,
/// to first order; the twin, a divisor and a scale may err as well, hence the factor and the excess.
func expectClose(
  _ actual: [Double], _ expected: [Double], magnitudes: [Double], terms: Int,
  _ precision: Precision, _ context: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count, expected.count == magnitudes.count else {
    Issue.record(
      "\(actual.count) values for \(expected.count): \(context())", sourceLocation: sourceLocation)
    return
  }
  let bound = 2 * Double(terms + 4) * precision.rounding
  let worst = actual.indices.first { i in
    !(abs(actual[i] - expected[i]) <= bound * magnitudes[i])
  }
  if let i = worst {
    Issue.record(
      "[\(i)] is \(actual[i]), not \(expected[i]) (\(precision)): \(context())",
      sourceLocation: sourceLocation)
  }
}

extension Tensor {
  /// All stored elements, those of lanes without a channel included.
  var lanes: [Double] {
    var whole = shape
    whole.channels = blocks * block
    return viewed(as: whole).values()
  }

  /// Whether every lane without a channel holds zero.
  var paddingIsZero: Bool {
    let stored = lanes
    let channels = blocks * block
    return stored.indices.allSatisfy {
      $0 / shape.area % channels < shape.channels || stored[$0] == 0
    }
  }
}

func magnitudes(_ values: [Double]) -> [Double] { values.map(abs) }
