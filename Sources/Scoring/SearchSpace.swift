public import Formats
public import Networks

/// A set of architectures, each of which builds a network.
public protocol SearchSpace: Sendable {
  /// A point of the space: a small value whose text is its identity everywhere.
  associatedtype Architecture: Hashable, Sendable, LosslessStringConvertible

  /// The name of the space in records and on the command line.
  static var name: String { get }

  /// The name of this space in records: that of the type, unless its spaces are told apart by their values.
  var name: String { get }

  /// What `layers` counts, in every score, search, table and file.
  static var layerCounting: LayerCounting { get }

  /// What the network depends on besides the architecture, for the settings of a record.
  var settings: [String: SettingValue] { get }

  /// The number of classes of all networks, `nil` where it is not one and the same.
  var commonClasses: Int? { get }

  /// The network of an architecture, without numbers.
  ///
  /// - Throws: `NetworkError` when the space's sizes leave no room for the network.
  func network(for architecture: Architecture) throws(NetworkError) -> Network

  /// The numbers that the network of an architecture comes with, `nil` to draw them from the seed.
  func parameters(of architecture: Architecture) -> Parameters?

  /// What numbers and noise of an architecture are drawn by, besides the seed.
  func drawingText(of architecture: Architecture) -> String

  /// What the network of an architecture costs.
  ///
  /// - Throws: `NetworkError` when the space's sizes leave no room for the network.
  func costs(of architecture: Architecture) throws(NetworkError) -> SpaceCosts
}

extension SearchSpace {
  /// The name of the type.
  public var name: String { Self.name }

  /// Unknown.
  public var commonClasses: Int? { nil }

  /// None: they are drawn.
  public func parameters(of architecture: Architecture) -> Parameters? { nil }

  /// The text of the architecture.
  public func drawingText(of architecture: Architecture) -> String { architecture.description }

  /// The layers that the graph shows.
  public static var layerCounting: LayerCounting { .weightLayers }

  /// The costs that the graph shows.
  public func costs(of architecture: Architecture) throws(NetworkError) -> SpaceCosts {
    SpaceCosts(try network(for: architecture))
  }
}

/// What a space counts as its layers.
public enum LayerCounting: String, Hashable, Sendable {
  /// Convolutions and linear layers, dead ones included.
  case weightLayers = "convolutions and linear layers"
  /// The sub-layers of all blocks without the classifier, which publications on chains of blocks limit.
  case subLayers = "sub-layers of all blocks"
}

/// The sizes that networks of a space have where nothing else is said.
public struct SpaceSizes: Hashable, Sendable {
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an image.
  public var resolution: Int

  /// Creates sizes.
  public init(classes: Int, resolution: Int) {
    self.classes = classes
    self.resolution = resolution
  }
}
