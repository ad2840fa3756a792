internal import Networks
package import Tensors

/// The smallest over the largest singular value of each output, for a single image.
package struct InverseConditions: Measurement {
  /// The outputs.
  package let entries: [FeatureTrace.Entry]

  /// The ratios of some outputs.
  package init(of entries: [FeatureTrace.Entry]) { self.entries = entries }

  /// The ratio of each output, a channel a row and a place a column, not centred: 1 for a vector, which has
  /// a single singular value, 0 for zeros, `nil` where a feature is not finite.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Double?] {
    try SingleImage.numbers(of: entries, candidate) { _, map throws(BackendError) in
      try Self.ratio(map)
    }
  }

  /// The smallest over the largest singular value, 0 for zeros.
  package static func ratio(_ map: Matrix) throws(BackendError) -> Double {
    if map.columns == 1 { return map.values.contains { $0 != 0 } ? 1 : 0 }
    let singular = try map.singularValues()
    guard let largest = singular.first, let smallest = singular.last, largest > 0 else { return 0 }
    return smallest / largest
  }
}
