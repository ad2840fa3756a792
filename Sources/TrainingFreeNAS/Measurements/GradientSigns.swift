/// The signs of a gradient's entries, 0 for entries that are 0 up to rounding.
///
/// An entry is a sum of products over places. Where all of it cancels, behind a constant feature map
/// for example, rounding may leave a number whose sign means nothing.
package struct GradientSigns {
  /// Entries of at most this magnitude count as 0.
  package let threshold: Double
  /// Whether every entry is a finite number.
  package let isFinite: Bool

  /// Measures the largest entry of all tensors, those of biases and shifts included.
  package init(_ gradient: [[Double]]) {
    var largest = 0.0
    var finite = true
    for tensor in gradient {
      for entry in tensor {
        if abs(entry) > largest { largest = abs(entry) }
        if !entry.isFinite { finite = false }
      }
    }
    threshold = largest * GradientSigns.share
    isFinite = finite
  }

  /// The share of the largest entry up to which an entry counts as 0, in either precision.
  ///
  /// In double, cancelled sums leave some units in the last place, 2e-16, of terms that a normalisation
  /// of a constant map has magnified up to 316 times (`1 / sqrt(1e-5)`). Float cannot have a bound above
  /// its own rounding: where poolings flatten the features, true entries lie between 1e-12 and 1e-6 of
  /// the largest, and float has their signs right (108,430 against 108,432 in double for a full-size
  /// cell of poolings and four images, of which a bound of 1e-6 would leave 26,426). So it has the same
  /// bound, which what cancels in float may exceed.
  private static let share = 1e-12

  /// Adds the signs of a tensor's entries to counts.
  package func add(_ tensor: [Double], to counts: inout [Int32]) {
    var span = counts.mutableSpan
    for (place, entry) in tensor.enumerated() {
      if entry > threshold {
        span[place] += 1
      } else if entry < -threshold {
        span[place] -= 1
      }
    }
  }
}
