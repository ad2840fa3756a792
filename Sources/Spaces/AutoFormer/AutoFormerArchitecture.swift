/// An architecture of AutoFormer: a width of tokens, and for each layer heads and the width of its perceptron.
///
/// M. Chen, H. Peng, J. Fu and H. Ling, *AutoFormer: Searching Transformers for Visual Recognition*,
/// ICCV 2021.
public struct AutoFormerArchitecture: Hashable, Sendable {
  /// A layer of the transformer.
  public struct Layer: Hashable, Sendable {
    /// Heads of attention, each 64 wide.
    public var heads: Int
    /// The width of the perceptron by that of the tokens.
    public var ratio: Double

    /// Creates a layer.
    public init(heads: Int, ratio: Double) {
      self.heads = heads
      self.ratio = ratio
    }
  }

  /// The width of tokens.
  public let embedding: Int
  /// The layers from the image on.
  public let layers: [Layer]

  /// An architecture, or `nil` where it belongs to none of the three spaces.
  public init?(embedding: Int, layers: [Layer]) {
    self.init(unchecked: embedding, layers)
    guard let size, size.depths.contains(layers.count),
      layers.allSatisfy({ size.heads.contains($0.heads) && size.ratios.contains($0.ratio) })
    else { return nil }
  }

  /// An architecture that may be outside of the spaces.
  init(unchecked embedding: Int, _ layers: [Layer]) {
    self.embedding = embedding
    self.layers = layers
  }

  /// The space that it belongs to; its width says it.
  public var size: AutoFormerSize? {
    AutoFormerSize.allCases.first { $0.embeddings.contains(embedding) }
  }
}

extension AutoFormerArchitecture: LosslessStringConvertible {
  /// Layers, ratios, heads, width, as in a row of published tables, here shortened: `12,4 3.5 4,3 4 3,192`.
  public var description: String {
    let ratios = layers.map { layer in
      layer.ratio == layer.ratio.rounded() ? String(Int(layer.ratio)) : String(layer.ratio)
    }
    return [
      String(layers.count), ratios.joined(separator: " "),
      layers.map { String($0.heads) }.joined(separator: " "), String(embedding),
    ].joined(separator: ",")
  }

  /// The architecture of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }

  /// Reads layers, ratios, heads and width with commas between them; a ratio is written `4` or `4.0`.
  ///
  /// - Parameters:
  ///   - text: the architecture.
  ///   - expected: the space that it must belong to, `nil` for any of the three.
  /// - Throws: what is wrong with the text, and where.
  public init(
    parsing text: String, size expected: AutoFormerSize? = nil
  ) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    let start = scanner.place
    let depth = try scanner.number(in: 12...16, "the number of layers")
    try scanner.expectComma()
    var ratios: [(ratio: Double, place: Int)] = []
    for layer in 1...depth {
      scanner.skipSpaces()
      let place = scanner.place
      ratios.append((try scanner.ratio("the ratio of layer \(layer) of \(depth)"), place))
    }
    try scanner.expectComma()
    var heads: [(count: Int, place: Int)] = []
    for layer in 1...depth {
      scanner.skipSpaces()
      let place = scanner.place
      heads.append(
        (try scanner.number(in: 3...10, "the heads of layer \(layer) of \(depth)"), place))
    }
    try scanner.expectComma()
    let widthPlace = scanner.place
    let embedding = try scanner.number(in: 192...624, "the width of tokens")
    try scanner.finish()

    self.init(
      unchecked: embedding,
      zip(heads, ratios).map { Layer(heads: $0.count, ratio: $1.ratio) })
    guard let size, size == expected ?? size else {
      let sizes = expected.map { [$0] } ?? AutoFormerSize.allCases
      let known = sizes.flatMap(\.embeddings).map(String.init)
      throw scanner.error(
        "expected a width of tokens (\(known.joined(separator: ", ")))", at: widthPlace)
    }
    func refused(_ what: String, _ choices: [String], at place: Int) -> ArchitectureError {
      scanner.error(
        "expected \(what) of size \(size.rawValue) (\(choices.joined(separator: ", ")))", at: place)
    }
    guard size.depths.contains(depth) else {
      throw refused("layers", size.depths.map(String.init), at: start)
    }
    if let (_, place) = ratios.first(where: { !size.ratios.contains($0.ratio) }) {
      throw refused("a ratio", size.ratios.map { String($0) }, at: place)
    }
    if let (_, place) = heads.first(where: { !size.heads.contains($0.count) }) {
      throw refused("heads", size.heads.map(String.init), at: place)
    }
  }
}

extension ArchitectureScanner {
  /// Reads `3`, `3.0`, `3.5`, `4` or `4.0`.
  fileprivate mutating func ratio(_ what: String) throws(ArchitectureError) -> Double {
    var rest = self
    for (text, ratio) in [("3.5", 3.5), ("3.0", 3), ("4.0", 4), ("3", 3), ("4", 4)]
    where rest.skip(text) {
      guard rest.isAtEnd || rest.next == 0x20 || rest.next == UInt8(ascii: ",") else { break }
      self = rest
      return ratio
    }
    throw error("expected \(what), 3, 3.5 or 4,")
  }
}
