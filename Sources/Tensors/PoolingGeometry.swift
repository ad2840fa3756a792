/// The windows of a pooling.
public struct PoolingGeometry: Hashable, Sendable {
  /// How windows lie along the rows.
  public var rows: WindowSide
  /// How windows lie along the columns.
  public var columns: WindowSide
  /// Whether places outside the image count in the divisor of a mean, as far as the padding reaches.
  public var countsPadding: Bool
  /// Whether the last window may reach beyond the padding, as long as it begins inside of it.
  public var roundsUp: Bool

  /// Creates a geometry.
  public init(
    rows: WindowSide, columns: WindowSide, countsPadding: Bool = false, roundsUp: Bool = false
  ) {
    self.rows = rows
    self.columns = columns
    self.countsPadding = countsPadding
    self.roundsUp = roundsUp
  }

  /// Creates a geometry with square windows.
  public init(kernel: Int, stride: Int, padding: Int = 0, countsPadding: Bool = false) {
    let side = WindowSide(kernel: kernel, stride: stride, padding: padding)
    self.init(rows: side, columns: side, countsPadding: countsPadding)
  }

  /// Rows and columns of the output, fewer than one where no window fits.
  public func output(height: Int, width: Int) -> (height: Int, width: Int) {
    (output(rows, height), output(columns, width))
  }

  private func output(_ side: WindowSide, _ size: Int) -> Int {
    let fitting = side.output(size)
    let room = size + side.before + side.after - side.extent
    guard roundsUp, fitting > 0, room % side.stride != 0,
      fitting * side.stride < size + side.before
    else { return fitting }
    return fitting + 1
  }

  /// What no pooling has: a window without a place inside the image.
  package func problem(height: Int, width: Int) -> String? {
    for (side, size) in [(rows, height), (columns, width)] {
      if let problem = side.problem { return problem }
      let count = output(side, size)
      guard count > 0 else { return "a window of \(side.extent) does not fit \(size) places" }
      for window in 0..<count {
        let start = window * side.stride - side.before
        let inside = (0..<side.kernel).contains {
          (0..<size).contains(start + $0 * side.dilation)
        }
        guard inside else { return "a window of \(side.extent) lies outside of \(size) places" }
      }
    }
    return nil
  }

  /// Whether the fast kernel for square windows does it.
  package var isSimple: Bool {
    rows == columns && rows.before == rows.after && rows.dilation == 1 && !roundsUp
      && rows.before < rows.kernel
  }
}
