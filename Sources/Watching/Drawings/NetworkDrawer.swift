internal import Formats

/// A network that is watched, as its first score has it.
package struct WatchedNetwork: Hashable, Sendable {
  /// The name of the search space.
  package var space: String
  /// The text of the architecture.
  package var architecture: String
  /// The settings of the score, which say how large the network is, as canonical JSON.
  package var settings: String

  /// Creates a network from its parts.
  package init(space: String, architecture: String, settings: String) {
    self.space = space
    self.architecture = architecture
    self.settings = settings
  }
}

/// Why a network is not drawn.
package struct NotDrawn: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line.
  package let description: String

  /// Takes a reason, whatever is in it.
  package init(_ reason: String) { description = PrintableText.line(reason) }
}

/// Draws a network as a file of SVG whose title says which network it is and how large.
///
/// Whoever shows scores needs not know spaces: who starts the server brings this along.
package typealias NetworkDrawer = @Sendable (WatchedNetwork) -> Result<String, NotDrawn>
