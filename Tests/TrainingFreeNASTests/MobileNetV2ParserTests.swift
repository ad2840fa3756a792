import Testing

@testable import Scoring
@testable import Spaces
@testable import Tensors

@Suite struct MobileNetV2ParserTests {
  private static let example =
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE6K3(8,32,2,8,1)SuperConvK1BNRELU(32,2048,1,1)"
  private static let empty = "no architecture: the text is empty; expected blocks like \(example)"
  private static let known =
    "known are SuperConvK1BNRELU (kernels 1, 3, 5, 7), SuperResIDWE1K3 (expansions 1, 2, 4, 6, "
    + "kernels 3, 5, 7), SuperResK3K3 and SuperResK1K3K1 (likewise)"
  private static let stem = "SuperConvK3BNRELU(3,8,2,1)"

  // Each text has one fault; the message names block, field and token, and the character.
  private static let faults: [(text: String, message: String)] = [
    ("", empty), (" \n\t", empty),
    ("resnet50", "unknown block 'resnet50' at character 1 (block 1); \(known)"),
    ("  (3,8,2,1)", "unknown block '(' at character 3 (block 1); \(known)"),
    ("\(stem) \(stem)", "unknown block ' SuperConvK3BNRELU' at character 27 (block 2); \(known)"),
    ("\(stem);", "unknown block ';' at character 27 (block 2); \(known)"),
    ("\(stem))", "unknown block ')' at character 27 (block 2); \(known)"),
    (
      "superConvK3BNRELU(3,8,2,1)",
      "unknown block 'superConvK3BNRELU' at character 1 (block 1); \(known)"
    ),
    (
      "SuperConvK2BNRELU(3,8,2,1)",
      "unknown block 'SuperConvK2BNRELU' at character 1 (block 1); \(known)"
    ),
    (
      "\(stem)SuperResIDWE3K3(8,8,1,8,1)",
      "unknown block 'SuperResIDWE3K3' at character 27 (block 2); \(known)"
    ),
    (
      "\(stem)SuperResIDWE1K1(8,8,1,8,1)",
      "unknown block 'SuperResIDWE1K1' at character 27 (block 2); \(known)"
    ),
    // Both kernels of a residual are alike, and a bottleneck has three numbers.
    (
      "\(stem)SuperResK3K5(8,8,1,8,1)",
      "unknown block 'SuperResK3K5' at character 27 (block 2); \(known)"
    ),
    (
      "\(stem)SuperResK1K1(8,8,1,8,1)",
      "unknown block 'SuperResK1K1' at character 27 (block 2); \(known)"
    ),
    ("é(3,8,2,1)", "unknown block '\\u{00E9}' at character 1 (block 1); \(known)"),
    (
      String(repeating: "x", count: 50),
      "unknown block '\(String(repeating: "x", count: 40))...' at character 1 (block 1); \(known)"
    ),
    ("SuperConvK3BNRELU", "expected '(' at character 18, found the end of the text, in block 1"),
    ("SuperConvK3BNRELU)", "expected '(' at character 18, found ')', in block 1"),
    (
      "SuperConvK3BNRELU(3|8,8,2,1)",
      "input channels of block 1 at character 21: it reads 8 channels, but an image has 3"
    ),
    (
      "SuperConvK3BNRELU(3,8,2,1",
      "expected ')' at character 26, found the end of the text, in block 1"
    ),
    (
      "SuperConvK3BNRELU(3,8,2",
      "expected ',' at character 24, found the end of the text, in block 1"
    ),
    ("SuperConvK3BNRELU(3,8(2,1)", "expected ',' at character 22, found '(', in block 1"),
    // Fields.
    ("SuperConvK3BNRELU(", "input channels of block 1 at character 19: '' is no whole number"),
    (
      "SuperConvK3BNRELU(3,,2,1)",
      "output channels of block 1 at character 21: '' is no whole number"
    ),
    ("SuperConvK3BNRELU(3,8,-2,1)", "stride of block 1 at character 23: '-2' is no whole number"),
    (
      "SuperConvK3BNRELU(3, 8,2,1)",
      "output channels of block 1 at character 21: ' 8' is no whole number"
    ),
    (
      "SuperConvK3BNRELU(3,8,2,1.5)",
      "sub-layers of block 1 at character 25: '1.5' is no whole number"
    ),
    (
      "\(stem)SuperResIDWE1K3(8,8,1,x\ny,1)",
      "bottleneck channels of block 2 at character 49: 'x\\ny' is no whole number"
    ),
    (
      "SuperConvK3BNRELU(3,0,2,1)",
      "output channels of block 1 at character 21: '0' is out of range: 1 to 8192"
    ),
    (
      "SuperConvK3BNRELU(3,8193,2,1)",
      "output channels of block 1 at character 21: '8193' is out of range: 1 to 8192"
    ),
    (
      "SuperConvK3BNRELU(3,8,0,1)",
      "stride of block 1 at character 23: '0' is out of range: 1 to 8192"
    ),
    (
      "SuperConvK3BNRELU(3,8,2,0)",
      "sub-layers of block 1 at character 25: '0' is out of range: 1 to 1000"
    ),
    (
      "SuperConvK3BNRELU(3,8,2,1001)",
      "sub-layers of block 1 at character 25: '1001' is out of range: 1 to 1000"
    ),
    (
      "\(stem)SuperResIDWE1K3(8,8,1,0,1)",
      "bottleneck channels of block 2 at character 49: '0' is out of range: 1 to 8192"
    ),
    (
      "SuperConvK3BNRELU(3,99999999999999999999,2,1)",
      "output channels of block 1 at character 21: '99999999999999999999' is out of range: 1 to 8192"
    ),
    (
      "\(stem)SuperResIDWE1K3(8,8,1,8,600)SuperResIDWE1K3(8,8,1,8,400)",
      "sub-layers of block 3 at character 79: they make 1001, more than 1000"
    ),
    // Arity.
    (
      "SuperConvK3BNRELU(3,8,2)",
      "block 1 ends at character 24 after 3 of the 4 numbers of SuperConvK3BNRELU"
    ),
    (
      "\(stem)SuperResIDWE6K3(8,32,2,1)",
      "block 2 ends at character 51 after 4 of the 5 numbers of SuperResIDWE6K3"
    ),
    (
      "SuperConvK3BNRELU(3,8,2,1,7)",
      "'7' at character 27 is one number too many for block 1: SuperConvK3BNRELU has 4"
    ),
    (
      "\(stem)SuperResIDWE6K3(8,32,2,8,1,)",
      "'' at character 54 is one number too many for block 2: SuperResIDWE6K3 has 5"
    ),
    // Continuity.
    (
      "SuperConvK3BNRELU(1,8,2,1)",
      "input channels of block 1 at character 19: it reads 1 channels, but an image has 3"
    ),
    (
      "\(stem)SuperResIDWE6K3(16,32,2,8,1)",
      "input channels of block 2 at character 43: it reads 16 channels, but block 1 writes 8"
    ),
  ]

  @Test(arguments: faults) func errorsNameBlockFieldAndPlace(text: String, message: String) {
    let error = #expect(throws: MobileNetV2ParsingError.self) {
      try MobileNetV2Architecture(parsing: text)
    }
    #expect(error?.description == message)
    #expect(MobileNetV2Architecture(text) == nil)
  }

  @Test func partsOfAnArchitecture() throws {
    let architecture = try MobileNetV2Architecture(parsing: Self.example)
    #expect(
      architecture.blocks == [
        MobileNetV2Block(.convolution, kernel: 3, from: 3, to: 8, stride: 2, subLayers: 1),
        MobileNetV2Block(
          .invertedResidual(expansion: 6, bottleneck: 8), kernel: 3, from: 8, to: 32, stride: 2,
          subLayers: 1),
        MobileNetV2Block(.convolution, kernel: 1, from: 32, to: 2048, stride: 1, subLayers: 1),
      ])
    #expect(architecture.layers == 3 && architecture.featureMaps == 4)
    #expect(architecture.features == 2048)
  }

  @Test func otherSpellingsAreOneArchitecture() throws {
    let architecture = try MobileNetV2Architecture(parsing: Self.example)
    for text in [
      " \n\(Self.example)\r\n",
      "SuperConvK3BNRELU(a name, é|03,8,2,1)SuperResIDWE6K3(|8,32,002,8,1)SuperConvK1BNRELU(32,2048,1,1)",
    ] {
      #expect(try MobileNetV2Architecture(parsing: text) == architecture)
      #expect(MobileNetV2Architecture(text)?.description == Self.example)
    }
  }

  @Test func everyClassIsRead() throws {
    for kernel in [1, 3, 5, 7] {
      let text = "SuperConvK\(kernel)BNRELU(3,5,4,2)"
      #expect(try MobileNetV2Architecture(parsing: text).description == text)
    }
    for expansion in [1, 2, 4, 6] {
      for kernel in [3, 5, 7] {
        let text = "SuperResIDWE\(expansion)K\(kernel)(3,5,4,7,2)"
        let block = try MobileNetV2Architecture(parsing: text).blocks[0]
        #expect(block.description == text && block.kernel == kernel)
        #expect(block.kind == .invertedResidual(expansion: expansion, bottleneck: 7))
      }
    }
  }

  @Test func namedArchitectures() throws {
    let networks = try MobileNetV2Golden.loaded.get().networks
    for (architecture, id) in [
      (MobileNetV2Architecture.releasedStart, "initial-structure"),
      (.zico450, "ZiCo_imagenet1k_flops450M_res224"),
    ] {
      let golden = try #require(networks.first { $0.id == id })
      #expect(architecture.description == golden.structure)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func randomBytesAreHandled(seed: UInt64) {
    var indices = StreamIndices(RandomStream(seed: seed, text: "", purpose: "bytes"))
    for _ in 0..<3_000 {
      let count = indices.index(below: 41)
      let bytes = (0..<count).map { _ in UInt8(indices.index(below: 256)) }
      checkThatParsingIsSound(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func alteredArchitecturesAreHandled(seed: UInt64) throws {
    let architectures = try MobileNetV2Golden.architectures()
    var indices = StreamIndices(RandomStream(seed: seed, text: "", purpose: "alterations"))
    let alphabet = Array("(),|0123456789 \n-SuperConvKBNRELUSResIDWE\u{E9}\u{301}".utf8)
    var parsed = 0
    for _ in 0..<3_000 {
      let architecture = architectures[indices.index(below: architectures.count)]
      var bytes = Array(architecture.description.utf8)
      for _ in 0..<indices.index(below: 3) {
        let place = indices.index(below: bytes.count + 1)
        let byte = alphabet[indices.index(below: alphabet.count)]
        switch indices.index(below: 3) {
        case 0: bytes.insert(byte, at: place)
        case 1 where place < bytes.count: bytes[place] = byte
        default: bytes.removeSubrange(place..<min(place + 4, bytes.count))
        }
      }
      parsed += checkThatParsingIsSound(String(decoding: bytes, as: UTF8.self)) ? 1 : 0
    }
    // About a third is not altered at all, so the property was put to use.
    #expect(parsed > 700 && parsed < 2_900, "\(parsed) of 3000 parsed")
  }

  /// Whatever parses is printed as something that parses to the same and costs something, and
  /// whatever does not has a message of one printable line.
  @discardableResult
  private func checkThatParsingIsSound(_ text: String) -> Bool {
    do {
      let architecture = try MobileNetV2Architecture(parsing: text)
      #expect(MobileNetV2Architecture(architecture.description) == architecture)
      #expect(MobileNetV2Space().counts(of: architecture).multiplyAdds > 0)
      return true
    } catch {
      let isPrintable = error.description.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
      #expect(isPrintable && !error.description.isEmpty, "\(text.debugDescription)")
      return false
    }
  }
}
