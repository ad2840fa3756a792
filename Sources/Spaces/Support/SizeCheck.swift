internal import Networks

/// Sizes of networks that can be built.
enum SizeCheck {
  /// The largest image, class count and width: with them no count overflows.
  static let largest = (resolution: 4096, classes: 1_000_000, width: 8192)

  /// Refuses sizes that no network has.
  static func check(resolution: Int, classes: Int, width: Int = 1) throws(NetworkError) {
    guard (1...largest.resolution).contains(resolution) else {
      throw NetworkError(
        node: "input",
        problem: "images of \(resolution) rows; rows are 1 to \(largest.resolution)")
    }
    guard (1...largest.classes).contains(classes) else {
      throw NetworkError(
        node: "classifier", problem: "\(classes) classes; classes are 1 to \(largest.classes)")
    }
    guard (1...largest.width).contains(width) else {
      throw NetworkError(
        node: "stem", problem: "a width of \(width) channels; widths are 1 to \(largest.width)")
    }
  }
}
