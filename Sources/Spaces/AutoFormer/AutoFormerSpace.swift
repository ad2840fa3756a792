public import Formats
public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// AutoFormer: vision transformers of three sizes.
///
/// M. Chen, H. Peng, J. Fu and H. Ling, *AutoFormer: Searching Transformers for Visual Recognition*,
/// ICCV 2021. Relative positions are those of K. Wu et al., *Rethinking and Improving Relative Position
/// Encoding for Vision Transformer*, ICCV 2021.
public struct AutoFormerSpace: SearchSpace {
  /// `autoformer`, of which the spaces are the sizes.
  public static let name = "autoformer"
  /// Ten classes and 224x224 pixels: VKDNW of the thousand classes of ImageNet takes some twenty times as
  /// long.
  public static let sizes = SpaceSizes(classes: 10, resolution: 224)
  /// Rows and columns of the image that make a token.
  public static let patch = 16
  /// The width of a head.
  public static let headWidth = 64

  /// What architectures choose from.
  public let size: AutoFormerSize
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image, a multiple of 16.
  public var resolution: Int
  /// Whether attention sees how far apart tokens are.
  public var hasRelativePositions: Bool
  /// The largest distance of rows and columns that is told from larger ones.
  public var maximumDistance: Int
  /// Whether the classifier reads the mean of the patches' tokens, or else the class token.
  public var readsMean: Bool

  /// Creates the space; the defaults but for the classes are those of the published networks.
  public init(
    size: AutoFormerSize, classes: Int = Self.sizes.classes,
    resolution: Int = Self.sizes.resolution,
    hasRelativePositions: Bool = true, maximumDistance: Int = 14, readsMean: Bool = true
  ) {
    self.size = size
    self.classes = classes
    self.resolution = resolution
    self.hasRelativePositions = hasRelativePositions
    self.maximumDistance = maximumDistance
    self.readsMean = readsMean
  }

  /// `autoformer-tiny`, `autoformer-small` or `autoformer-base`.
  public var name: String { "\(Self.name)-\(size.rawValue)" }

  /// The sizes, and what is not as published.
  public var settings: [String: SettingValue] {
    var settings: [String: SettingValue] = [
      "classes": .integer(classes), "resolution": .integer(resolution),
    ]
    if !hasRelativePositions { settings["relativePositions"] = .text("off") }
    if hasRelativePositions, maximumDistance != 14 {
      settings["maximumDistance"] = .integer(maximumDistance)
    }
    if !readsMean { settings["reads"] = .text("class-token") }
    return settings
  }

  /// The network of an architecture.
  ///
  /// Patches of 16x16 pixels become tokens, behind one for the class; positions are added; each layer adds
  /// attention and a perceptron with GELU, both of the normalised tokens. The logits are linear in
  /// the mean of the patches' tokens. Parameters are ordered as in the published PyTorch module; those
  /// that stand alone, such as `pos_embed.weight`, have `.weight` behind their names.
  ///
  /// - Throws: `NetworkError` where images are not made of patches, or there is nothing of a size.
  public func network(for architecture: AutoFormerArchitecture) throws(NetworkError) -> Network {
    try SizeCheck.check(resolution: resolution, classes: classes)
    guard resolution.isMultiple(of: Self.patch) else {
      throw NetworkError(
        node: "input",
        problem: "images of \(resolution) rows; rows are a multiple of \(Self.patch)")
    }
    guard (1...1024).contains(maximumDistance) else {
      throw NetworkError(
        node: "blocks", problem: "a largest distance of \(maximumDistance); it is 1 to 1024")
    }
    let width = architecture.embedding
    let grid = resolution / Self.patch
    var builder = NetworkBuilder(
      input: Shape(channels: 3, height: resolution, width: resolution))
    var node = try addTokens(to: &builder, width: width, grid: grid)
    builder.endBlock()
    for (number, layer) in architecture.layers.enumerated() {
      var block = AutoFormerBlock(
        builder: builder, width: width, heads: layer.heads,
        hidden: Int(Double(width) * layer.ratio),
        positions: hasRelativePositions
          ? RelativePositions(grid: grid, maximumDistance: maximumDistance) : nil,
        name: "blocks.\(number)")
      node = try block.add(reading: node)
      builder = block.builder
      builder.endBlock()
    }
    node = try builder.add(LayerNormalization(shape: [width]), node, name: "norm")
    if readsMean {
      let patches = try builder.add(
        Slice(axis: 0, from: 1, count: grid * grid), node, name: "patches")
      node = try builder.add(ReduceMean(axes: [0]), patches, name: "mean")
    } else {
      node = try builder.add(Slice(axis: 0, from: 0, count: 1), node, name: "class_token")
      node = try builder.add(Reshape(to: [width]), node, name: "class_token.vector")
    }
    try builder.add(Linear(inFeatures: width, outFeatures: classes), node, name: "head")
    return builder.build()
  }

  /// The tokens of the patches behind that of the class, and their positions.
  private func addTokens(
    to builder: inout NetworkBuilder, width: Int, grid: Int
  ) throws(NetworkError) -> Int {
    let tokens = grid * grid + 1
    let role = ParameterRole.normal(standardDeviation: 0.02)
    var positions = try builder.add(
      Parameter(shape: [1, tokens, width], role: role), [], name: "pos_embed")
    positions = try builder.add(
      Reshape(to: [tokens, width]), positions, name: "pos_embed.matrix")
    var classToken = try builder.add(
      Parameter(shape: [1, 1, width], role: role), [], name: "cls_token")
    classToken = try builder.add(Reshape(to: [1, width]), classToken, name: "cls_token.matrix")
    let name = "patch_embed_super.proj"
    var patches = try builder.add(
      Convolution(
        inChannels: 3, outChannels: width, kernel: Self.patch, stride: Self.patch, padding: 0), 0,
      name: name)
    patches = try builder.add(
      ConvolutionBias(channels: width, fanIn: 3 * Self.patch * Self.patch), patches, name: name)
    patches = try builder.add(Reshape(to: [width, grid * grid]), patches, name: "patches.matrix")
    patches = try builder.add(Transpose([1, 0]), patches, name: "patches.tokens")
    let all = try builder.add(Concatenate(axis: 0), classToken, patches, name: "tokens")
    return try builder.add(Sum(), all, positions, name: "tokens.positions")
  }
}

extension AutoFormerSpace: SearchableSpace {
  /// What the networks are.
  public var summary: String {
    "vision transformers of \(size.depths[0]) to \(size.depths[size.depths.count - 1]) layers"
  }
  /// The publication.
  public var citation: String { "Chen et al., ICCV 2021" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads an architecture of this size.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> AutoFormerArchitecture {
    try AutoFormerArchitecture(parsing: text, size: size)
  }

  /// A network of the fewest layers, which choose everything that there is in turn.
  public var example: AutoFormerArchitecture {
    AutoFormerArchitecture(
      unchecked: size.embeddings[0],
      (0..<size.depths[0]).map { layer in
        AutoFormerArchitecture.Layer(
          heads: size.heads[layer % size.heads.count],
          ratio: size.ratios[layer % size.ratios.count])
      })
  }

  /// Architectures of this size drawn uniformly, then architectures with one choice changed.
  public var domain: AutoFormerDomain { AutoFormerDomain(space: self) }

  /// The space with the sizes of a record, and with what is not as published.
  public func configured(by settings: [String: SettingValue]) -> Self {
    Self(
      size: size, classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution,
      hasRelativePositions: settings["relativePositions"] != .text("off"),
      maximumDistance: settings.integer("maximumDistance") ?? maximumDistance,
      readsMean: settings["reads"] != .text("class-token"))
  }
}

/// One of the three spaces of AutoFormer: what its architectures choose from.
///
/// M. Chen, H. Peng, J. Fu and H. Ling, *AutoFormer: Searching Transformers for Visual Recognition*,
/// ICCV 2021. The sizes have no width of tokens in common.
public enum AutoFormerSize: String, CaseIterable, Sendable {
  /// 5 to 10 million parameters.
  case tiny
  /// 14 to 34 million parameters.
  case small
  /// 42 to 76 million parameters.
  case base

  /// Widths of tokens.
  public var embeddings: [Int] {
    switch self {
    case .tiny: [192, 216, 240]
    case .small: [320, 384, 448]
    case .base: [528, 576, 624]
    }
  }

  /// Numbers of heads of a layer.
  public var heads: [Int] {
    switch self {
    case .tiny: [3, 4]
    case .small: [5, 6, 7]
    case .base: [9, 10]
    }
  }

  /// Widths of a layer's perceptron by that of the tokens.
  public var ratios: [Double] { self == .tiny ? [3.5, 4] : [3, 3.5, 4] }

  /// Numbers of layers.
  public var depths: [Int] { self == .base ? [14, 15, 16] : [12, 13, 14] }
}
