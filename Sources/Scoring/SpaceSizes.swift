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
