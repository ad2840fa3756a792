internal import Figures
internal import Reports
internal import Scoring
internal import Spaces

/// Networks as figures.
enum NetworkDrawing {
  /// The figure of an architecture; `nil` where it has too many connections to be drawn.
  ///
  /// - Throws: `NetworkError` where the sizes leave no room for it.
  static func figure<Space: ListedSpace>(
    of architecture: Space.Architecture, in space: Space, name: String = "network",
    title: String? = nil
  ) throws -> Figure? {
    let text =
      space.indexing.map { "\(space.name), index \($0(architecture))" }
      ?? "\(space.name) \(architecture.description)"
    return Figure.network(
      try space.network(for: architecture), name: name,
      titled: title.map { "\($0): \(text)" } ?? text, cells: space.cellGraphs(of: architecture))
  }

  /// A figure, or why there is none.
  static func drawn(_ figure: Figure?) throws(CommandError) -> Figure {
    guard let figure else {
      throw CommandError(.badData, "the blocks have too many connections to be drawn")
    }
    return figure
  }

  /// The last part of a path.
  static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
