/// An architecture of FlexiBERT: a width of tokens, and for each layer how tokens are mixed and what its
/// feed-forward part is.
///
/// S. Tuli, B. Dedhia, S. Tuli and N. K. Jha, *FlexiBERT: Are Current Transformer Architectures too Homogeneous and
/// Rigid?*, JAIR 2023.
public struct FlexiBERTArchitecture: Hashable, Sendable {
  /// A layer of the encoder.
  public struct Layer: Hashable, Sendable {
    /// How tokens are mixed.
    public var operation: FlexiBERTOperation
    /// Heads of the operation.
    public var heads: Int
    /// The width of the feed-forward part.
    public var width: Int
    /// Linear layers of the feed-forward part before the one that leads back to the width of tokens.
    public var depth: Int

    /// Creates a layer.
    public init(operation: FlexiBERTOperation, heads: Int, width: Int, depth: Int) {
      self.operation = operation
      self.heads = heads
      self.width = width
      self.depth = depth
    }
  }

  /// The width of tokens.
  public let hidden: Int
  /// The layers from the embeddings on.
  public let layers: [Layer]

  /// Widths of tokens.
  public static let hiddenChoices = [128, 256]
  /// Numbers of layers.
  public static let layerCounts = [2, 4]
  /// Numbers of heads of a layer.
  public static let headChoices = [2, 4]
  /// Widths of a layer's feed-forward part.
  public static let widthChoices = [512, 1024]
  /// Depths of a layer's feed-forward part.
  public static let depthChoices = [1, 3]

  /// Architectures of the space: two widths, and two or four layers of 48 kinds.
  public static let count = 2 * (48 * 48 + 48 * 48 * 48 * 48)

  /// An architecture, or `nil` where it does not belong to the space.
  public init?(hidden: Int, layers: [Layer]) {
    guard Self.hiddenChoices.contains(hidden), Self.layerCounts.contains(layers.count),
      layers.allSatisfy({ layer in
        Self.headChoices.contains(layer.heads) && Self.widthChoices.contains(layer.width)
          && Self.depthChoices.contains(layer.depth)
      })
    else { return nil }
    self.init(unchecked: hidden, layers)
  }

  /// An architecture that may be outside of the space.
  init(unchecked hidden: Int, _ layers: [Layer]) {
    self.hidden = hidden
    self.layers = layers
  }
}

/// How a layer of FlexiBERT mixes tokens; the raw value is its text.
public enum FlexiBERTOperation: String, CaseIterable, Sendable {
  /// Attention by scaled products of queries and keys.
  case dotProduct = "SA-SDP"
  /// Attention with a learned matrix between queries and keys.
  case weightedProduct = "SA-WMA"
  /// The real part of a two-dimensional discrete Fourier transform.
  case fourier = "LT-DFT"
  /// A two-dimensional discrete cosine transform.
  case cosine = "LT-DCT"
  /// Attention beside convolutions of 5 taps whose kernels depend on the tokens.
  case convolution5 = "DSC-5"
  /// Attention beside convolutions of 9 taps whose kernels depend on the tokens.
  case convolution9 = "DSC-9"
}

extension FlexiBERTArchitecture: LosslessStringConvertible {
  /// The width of tokens and the layers, as in `256,LT-DFT-4-1024-3,SA-SDP-2-1024-1`.
  public var description: String {
    let layers = layers.map { layer in
      "\(layer.operation.rawValue)-\(layer.heads)-\(layer.width)-\(layer.depth)"
    }
    return ([String(hidden)] + layers).joined(separator: ",")
  }

  /// The architecture of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }
}
