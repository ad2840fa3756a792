extension MobileNetV2Architecture {
  /// Reads an architecture string.
  ///
  /// The form is ``description``; a block may have a label before its numbers, `Name(label|3,8,2,1)`,
  /// which is ignored, and white space around the whole text is, too. The channels that a block reads
  /// must be those that the block before it writes.
  ///
  /// - Parameter text: the architecture.
  /// - Throws: what is wrong with the text, in which block and field, and where.
  public init(parsing text: String) throws(MobileNetV2ParsingError) {
    var parser = MobileNetV2Parser(text)
    self.init(connected: try parser.blocks())
  }
}

/// A reader of architectures that moves from left to right and stops at the first error.
///
/// It works on bytes, because all that is meaningful is ASCII; a place is turned into a count of
/// characters only where an error needs it.
private struct MobileNetV2Parser {
  private let bytes: [UInt8]
  /// The first byte not yet read.
  private var place: Int
  /// The end of the text without the white space that follows it.
  private let end: Int
  /// The number of the block that is read, from 1.
  private var block = 1

  init(_ text: String) {
    bytes = Array(text.utf8)
    end = (bytes.lastIndex { !isWhiteSpace($0) } ?? -1) + 1
    place = bytes.firstIndex { !isWhiteSpace($0) } ?? 0
  }

  mutating func blocks() throws(MobileNetV2ParsingError) -> [MobileNetV2Block] {
    guard place < end else { throw .empty }
    var blocks: [MobileNetV2Block] = []
    var channels = MobileNetV2Architecture.imageChannels
    var layers = 0
    while place < end {
      let next = try nextBlock(reading: channels, layers: layers)
      channels = next.outChannels
      layers += next.subLayers
      blocks.append(next)
      block += 1
    }
    return blocks
  }

  // MARK: Blocks

  /// A class of blocks: what its name says.
  private struct Class {
    var kernel: Int
    /// The kind of a residual with some bottleneck channels, `nil` of a convolution.
    var residual: (@Sendable (_ bottleneck: Int) -> MobileNetV2Block.Kind)?

    var fields: [MobileNetV2Field] {
      residual == nil ? MobileNetV2Field.ofConvolutions : MobileNetV2Field.allCases
    }

    func block(_ numbers: [MobileNetV2Field: Int]) -> MobileNetV2Block {
      func number(_ field: MobileNetV2Field) -> Int { numbers[field] ?? 0 }
      return MobileNetV2Block(
        residual?(number(.bottleneckChannels)) ?? .convolution, kernel: kernel,
        from: number(.inputChannels), to: number(.outputChannels),
        stride: number(.stride), subLayers: number(.subLayers))
    }
  }

  private static let classes: [String: Class] = {
    var classes: [String: Class] = [:]
    for kernel in MobileNetV2Block.convolutionKernels {
      classes["SuperConvK\(kernel)BNRELU"] = Class(kernel: kernel)
    }
    for kernel in MobileNetV2Block.residualKernels {
      for expansion in MobileNetV2Block.expansions {
        classes["SuperResIDWE\(expansion)K\(kernel)"] = Class(kernel: kernel) {
          .invertedResidual(expansion: expansion, bottleneck: $0)
        }
      }
      classes["SuperResK\(kernel)K\(kernel)"] = Class(kernel: kernel) {
        .basicResidual(bottleneck: $0)
      }
      classes["SuperResK1K\(kernel)K1"] = Class(kernel: kernel) {
        .bottleneckResidual(bottleneck: $0)
      }
    }
    return classes
  }()

  private mutating func nextBlock(reading channels: Int, layers: Int)
    throws(MobileNetV2ParsingError) -> MobileNetV2Block
  {
    let name = token()
    guard let found = Self.classes[name] else {
      // A mark where a name should be stands for itself.
      let shown = name.isEmpty ? String(Unicode.Scalar(bytes[place])) : name
      throw .unknownBlock(token: shown, block: block, position: position)
    }
    place += name.utf8.count
    try expect(UInt8(ascii: "("))
    skipLabel()
    var numbers: [MobileNetV2Field: Int] = [:]
    for (count, field) in found.fields.enumerated() {
      if count > 0, !skip(UInt8(ascii: ",")) {
        guard place < end, bytes[place] == UInt8(ascii: ")") else {
          throw missing(",")
        }
        throw .missingFields(
          className: name, found: count, expected: found.fields.count, block: block,
          position: position)
      }
      let start = place
      let number = try number(field)
      if field == .inputChannels, number != channels {
        place = start
        throw .disconnected(reads: number, offered: channels, block: block, position: position)
      }
      if field == .subLayers, layers + number > MobileNetV2Architecture.maximumLayers {
        place = start
        throw .tooDeep(layers: layers + number, block: block, position: position)
      }
      numbers[field] = number
    }
    if skip(UInt8(ascii: ",")) {
      throw .extraField(
        token: token(), className: name, expected: found.fields.count, block: block,
        position: position)
    }
    try expect(UInt8(ascii: ")"))
    return found.block(numbers)
  }

  /// Reads a number that is at least 1 and not too large.
  private mutating func number(_ field: MobileNetV2Field) throws(MobileNetV2ParsingError) -> Int {
    let token = token()
    guard !token.isEmpty, token.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .notANumber(token: token, field: field, block: block, position: position)
    }
    // Digits that are too many for an integer are too many for a size.
    guard let number = Int(token), (1...field.limit).contains(number) else {
      throw .outOfRange(token: token, field: field, block: block, position: position)
    }
    place += token.utf8.count
    return number
  }

  // MARK: Steps

  /// The number of the next character, counted from 1.
  private var position: Int {
    String(decoding: bytes[..<place], as: UTF8.self).count + 1
  }

  /// What stands before the next mark or the end.
  private func token() -> String {
    let stop = bytes[place..<end].firstIndex { isMark($0) } ?? end
    return String(decoding: bytes[place..<stop], as: UTF8.self)
  }

  private mutating func skip(_ mark: UInt8) -> Bool {
    guard place < end, bytes[place] == mark else { return false }
    place += 1
    return true
  }

  private mutating func skipLabel() {
    let stop = bytes[place..<end].firstIndex {
      [UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")")].contains($0)
    }
    if let stop, bytes[stop] == UInt8(ascii: "|") { place = stop + 1 }
  }

  private mutating func expect(_ mark: UInt8) throws(MobileNetV2ParsingError) {
    guard skip(mark) else { throw missing(String(Unicode.Scalar(mark))) }
  }

  private func missing(_ mark: String) -> MobileNetV2ParsingError {
    let next = token()
    let found = next.isEmpty && place < end ? String(Unicode.Scalar(bytes[place])) : next
    return .missing(mark: mark, token: found, block: block, position: position)
  }
}

/// Whether a byte is one of the marks of an architecture string.
private func isMark(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: ",")
    || byte == UInt8(ascii: "|")
}

/// Whether a byte is a space or one of the ASCII controls from tab to carriage return.
private func isWhiteSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || (0x09...0x0D).contains(byte)
}
