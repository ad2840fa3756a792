/// A number of a block, by its place in the brackets.
public enum MobileNetV2Field: String, CaseIterable, Sendable {
  /// Channels that the block reads.
  case inputChannels = "input channels"
  /// Channels that the block writes.
  case outputChannels = "output channels"
  /// The step of the first sub-layer.
  case stride
  /// Channels between the two units of a sub-layer of inverted residuals, or within a unit of others.
  case bottleneckChannels = "bottleneck channels"
  /// The number of sub-layers.
  case subLayers = "sub-layers"

  static let ofConvolutions: [MobileNetV2Field] = [
    .inputChannels, .outputChannels, .stride, .subLayers,
  ]

  /// The largest value.
  var limit: Int {
    self == .subLayers ? MobileNetV2Architecture.maximumLayers : MobileNetV2Block.maximumSize
  }
}

/// Why a text is no architecture of the MobileNetV2 space.
///
/// Blocks are counted from 1, and so are the characters of the text as it was given.
public enum MobileNetV2ParsingError: Error, Hashable, Sendable {
  /// The text is empty or only white space.
  case empty
  /// A block has a name outside the space.
  case unknownBlock(token: String, block: Int, position: Int)
  /// A bracket or comma is missing; the token is what stands in its place.
  case missing(mark: String, token: String, block: Int, position: Int)
  /// A field is no whole number.
  case notANumber(token: String, field: MobileNetV2Field, block: Int, position: Int)
  /// A field is zero or too large.
  case outOfRange(token: String, field: MobileNetV2Field, block: Int, position: Int)
  /// A block has fewer numbers than its class takes.
  case missingFields(className: String, found: Int, expected: Int, block: Int, position: Int)
  /// A block has more numbers than its class takes.
  case extraField(token: String, className: String, expected: Int, block: Int, position: Int)
  /// A block reads other channels than the image, or the block before it, has.
  case disconnected(reads: Int, offered: Int, block: Int, position: Int)
  /// The sub-layers of this block and those before it are too many.
  case tooDeep(layers: Int, block: Int, position: Int)
}

extension MobileNetV2ParsingError: CustomStringConvertible {
  /// One line that names block, field and the offending token, and its place.
  public var description: String {
    switch self {
    case .empty:
      return "no architecture: the text is empty; expected blocks like "
        + "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE6K3(8,32,2,8,1)SuperConvK1BNRELU(32,2048,1,1)"
    case .unknownBlock(let token, let block, let position):
      return "unknown block \(quoted(token)) at character \(position) (block \(block)); known are "
        + "SuperConvK1BNRELU (kernels 1, 3, 5, 7), SuperResIDWE1K3 (expansions 1, 2, 4, 6, "
        + "kernels 3, 5, 7), SuperResK3K3 and SuperResK1K3K1 (likewise)"
    case .missing(let mark, let token, let block, let position):
      let found = token.isEmpty ? "the end of the text" : quoted(token)
      return "expected \(quoted(mark)) at character \(position), found \(found), in block \(block)"
    case .notANumber(let token, let field, let block, let position):
      return "\(field.rawValue) of block \(block) at character \(position): \(quoted(token)) "
        + "is no whole number"
    case .outOfRange(let token, let field, let block, let position):
      return "\(field.rawValue) of block \(block) at character \(position): \(quoted(token)) "
        + "is out of range: 1 to \(field.limit)"
    case .missingFields(let className, let found, let expected, let block, let position):
      return "block \(block) ends at character \(position) after \(found) of the \(expected) "
        + "numbers of \(className)"
    case .extraField(let token, let className, let expected, let block, let position):
      return "\(quoted(token)) at character \(position) is one number too many for block \(block): "
        + "\(className) has \(expected)"
    case .disconnected(let reads, let offered, let block, let position):
      let source = block == 1 ? "an image has" : "block \(block - 1) writes"
      return "input channels of block \(block) at character \(position): it reads \(reads) "
        + "channels, but \(source) \(offered)"
    case .tooDeep(let layers, let block, let position):
      return
        "sub-layers of block \(block) at character \(position): they make \(layers), more than "
        + "\(MobileNetV2Architecture.maximumLayers)"
    }
  }

  /// A token in quotation marks, on one line whatever it holds, and cut where it is long.
  private func quoted(_ token: String) -> String {
    let shown = token.unicodeScalars.prefix(40).map { $0.escaped(asASCII: true) }.joined()
    return "'" + shown + (token.unicodeScalars.count > 40 ? "..." : "") + "'"
  }
}
