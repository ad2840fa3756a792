public import Formats
public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// FlexiBERT: encoders of text whose layers mix tokens by attention, by linear transforms, or by convolutions.
///
/// S. Tuli, B. Dedhia, S. Tuli and N. K. Jha, *FlexiBERT: Are Current Transformer Architectures too Homogeneous and
/// Rigid?*, JAIR 2023, as A. Serianni and J. Kalita measured it without training (*Training-free Neural Architecture
/// Search for RNNs and Transformers*, ACL 2023).
///
/// A network reads the embeddings of words, `[1, tokens, 128]`, and not their numbers, for its input is made of floats:
/// it begins behind the lookup in the table of 30,522 words. Gaussian noise stands for the embeddings of words drawn at
/// random. Before training these are independent Gaussian rows, whose common deviation the layer normalisation behind
/// them takes away; so that words, positions and token types weigh as much as they do there, all three have a deviation
/// of 1 here, and not 0.02. The table is no part of the graph, and so scores do not read it, but
/// ``costs(of:)`` counts it.
///
/// The published encoders end with tokens. To have logits, the mean of the tokens is followed by a linear layer, which
/// is no part of ``costs(of:)``.
public struct FlexiBERTSpace: SearchSpace {
  /// `flexibert`.
  public static let name = "flexibert"
  /// Ten classes and 128 tokens.
  public static let sizes = SpaceSizes(classes: 10, resolution: 128)
  /// The most tokens: as many as there are positions.
  public static let maximumTokens = 512
  /// Words that have an embedding.
  public static let words = 30_522
  /// The width of embeddings.
  public static let embedding = 128

  /// How wide the layers are.
  public var widths: FlexiBERTWidths
  /// Outputs of the classifier.
  public var classes: Int
  /// Tokens of an input, 1 to 512; it is what `resolution` means here.
  public var tokens: Int

  /// Creates the space.
  public init(
    widths: FlexiBERTWidths = .recorded, classes: Int = Self.sizes.classes,
    tokens: Int = Self.sizes.resolution
  ) {
    self.widths = widths
    self.classes = classes
    self.tokens = tokens
  }

  /// The sizes, and the widths where they are not those of the architectures.
  public var settings: [String: SettingValue] {
    var settings: [String: SettingValue] = [
      "classes": .integer(classes), "resolution": .integer(tokens),
    ]
    if widths != .recorded { settings["widths"] = .text(widths.rawValue) }
    return settings
  }

  /// The network of an architecture: its encoder, the mean of the tokens, and a linear layer.
  ///
  /// Parameters have the names and the order of the published PyTorch module, behind its first tensor, the embeddings
  /// of words.
  ///
  /// - Throws: `NetworkError` where there is nothing of a size, or where there are more than 512 tokens.
  public func network(for architecture: FlexiBERTArchitecture) throws(NetworkError) -> Network {
    try SizeCheck.check(resolution: 1, classes: classes)
    var builder = try encoderBuilder(for: architecture)
    let tokens = builder.newest
    let mean = try builder.add(ReduceMean(axes: [0]), tokens, name: "mean")
    try builder.add(
      Linear(inFeatures: builder.shape(of: tokens).last, outFeatures: classes), mean,
      name: "classifier")
    return builder.build()
  }

  /// The published network of an architecture behind the embeddings of words: `[1, tokens, 128]` to
  /// `[tokens, width]`.
  ///
  /// - Throws: `NetworkError` where there are no tokens, or more than 512.
  package func encoder(for architecture: FlexiBERTArchitecture) throws(NetworkError) -> Network {
    try encoderBuilder(for: architecture).build()
  }

  private func encoderBuilder(
    for architecture: FlexiBERTArchitecture
  ) throws(NetworkError) -> NetworkBuilder {
    guard (1...Self.maximumTokens).contains(tokens) else {
      throw NetworkError(
        node: "input", problem: "\(tokens) tokens; tokens are 1 to \(Self.maximumTokens)")
    }
    var builder = NetworkBuilder(
      input: Shape(channels: 1, height: tokens, width: Self.embedding))
    let hidden = widths.hidden(of: architecture)
    var node = try addEmbeddings(to: &builder)
    if hidden != Self.embedding {
      node = try builder.add(
        Linear(inFeatures: Self.embedding, outFeatures: hidden), node, name: "embeddings_project")
    }
    builder.endBlock()
    for (number, layer) in architecture.layers.enumerated() {
      var block = FlexiBERTBlock(
        builder: builder, tokens: tokens, hidden: hidden, width: widths.width(of: layer),
        layer: layer, name: "encoder.layer.\(number)")
      node = try block.add(reading: node)
      builder = block.builder
      builder.endBlock()
    }
    return builder
  }

  /// The normalised sums of the embeddings of words, positions and the first type of tokens, `[tokens, 128]`.
  private func addEmbeddings(to builder: inout NetworkBuilder) throws(NetworkError) -> Int {
    let width = Self.embedding
    // As wide as the noise that stands for the embeddings of words.
    let role = ParameterRole.normal(standardDeviation: 1)
    let words = try builder.add(Reshape(to: [tokens, width]), 0, name: "embeddings.words")
    let table = try builder.add(
      Parameter(shape: [Self.maximumTokens, width], role: role), [],
      name: "embeddings.position_embeddings")
    let positions = try builder.add(
      Slice(axis: 0, from: 0, count: tokens), table, name: "embeddings.positions")
    let types = try builder.add(
      Parameter(shape: [2, width], role: role), [], name: "embeddings.token_type_embeddings")
    let type = try builder.add(
      Slice(axis: 0, from: 0, count: 1), types, name: "embeddings.token_type")
    let placed = try builder.add(Sum(), words, positions, name: "embeddings.placed")
    let sum = try builder.add(Add(), placed, type, name: "embeddings.sum")
    return try builder.add(
      LayerNormalization(shape: [width], epsilon: FlexiBERTBlock.epsilon), sum,
      name: "embeddings.LayerNorm")
  }
}

/// How wide the layers of FlexiBERT's networks are.
///
/// Which networks were trained for the published results is not established.
public enum FlexiBERTWidths: String, CaseIterable, Sendable {
  /// As the architecture says.
  case recorded
  /// 256, and 1,024 in feed-forward parts, whatever the architecture says: so are the networks whose parameters A.
  /// Serianni and J. Kalita published.
  case published

  /// The width of tokens.
  func hidden(of architecture: FlexiBERTArchitecture) -> Int {
    self == .recorded ? architecture.hidden : 256
  }

  /// The width of a layer's feed-forward part.
  func width(of layer: FlexiBERTArchitecture.Layer) -> Int {
    self == .recorded ? layer.width : 1024
  }
}
