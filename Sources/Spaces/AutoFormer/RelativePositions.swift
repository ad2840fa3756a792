/// How far apart the tokens of a square grid are, as places in tables of rows or columns.
///
/// A token is seen in one of `grid + 1` places along each axis: 0 is the class token, the others are
/// the rows, or columns, of the patches. What a table says of two tokens depends on the token that looks
/// and on the place of the other one alone.
struct RelativePositions {
  /// Patches along a side.
  let grid: Int
  /// The largest distance that is told from larger ones.
  let maximumDistance: Int

  /// Patches and the class token.
  var tokens: Int { grid * grid + 1 }
  /// Places along an axis.
  var places: Int { grid + 1 }
  /// Rows of a table: the class token, a row that no distance has, and the distances.
  var entries: Int { 2 * maximumDistance + 2 }

  /// An axis of the grid.
  enum Axis: Int, CaseIterable {
    case rows, columns

    /// The name of its table.
    var table: String { self == .rows ? "embeddings_table_v" : "embeddings_table_h" }
  }

  /// The place of each token along an axis.
  func places(along axis: Axis) -> [Int] {
    [0] + (0..<grid * grid).map { 1 + (axis == .rows ? $0 / grid : $0 % grid) }
  }

  /// The entry of the table for each token that looks and each place, the places of a token together.
  ///
  /// It is 0 where one of both is the class token, else the distance, cut at the largest, plus as much
  /// and one.
  func entries(along axis: Axis) -> [Int] {
    places(along: axis).flatMap { own in
      (0..<places).map { place in
        guard own > 0, place > 0 else { return 0 }
        return min(max(place - own, -maximumDistance), maximumDistance) + maximumDistance + 1
      }
    }
  }
}
