import Formats
import Foundation
import Interchange
import Networks
import Testing

/// The small models of `Scripts/onnx_fixtures.py`.
enum Fixtures {
  static func path(_ name: String) -> String {
    Bundle.module.resourceURL?.appendingPathComponent("Fixtures/\(name)").path ?? name
  }

  static func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  static let sound = [
    "attention", "beside", "channelslast", "convolutional", "fixed", "functional", "old",
  ]

  /// The bad models, and a part of the message for each.
  static let bad: [(name: String, message: String)] = {
    guard let data = try? bytes("bad.json"),
      let messages = try? JSONDecoder().decode([String: String].self, from: data)
    else { return [] }
    return messages.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }()
}

@Suite("Model files")
struct FixtureTests {
  @Test("gives what onnxruntime gives", arguments: Fixtures.sound)
  func outputs(name: String) throws {
    let check = try ONNXCheck(
      contentsOfFile: Fixtures.path("sound/\(name).onnx"),
      input: Fixtures.path("sound/\(name).images.npy"),
      expected: Fixtures.path("sound/\(name).logits.npy"))
    let comparison = try #require(check.comparison)
    #expect(check.isSupported)
    #expect(comparison.maximumRelativeDifference < 1e-5)
  }

  @Test("counts what the files hold")
  func counts() throws {
    let counts = try Fixtures.sound.map {
      try ONNXImporter().network(contentsOfFile: Fixtures.path("sound/\($0).onnx")).count()
    }
    // Position embeddings, scales and shifts of normalisations taken apart included.
    let attention = 6 * 48 + 6 + 24 + 12 + 6 * 18 + 18 + 6 * 4 + 4
    let convolutional = 162 + 12 + 108 + 6 + 28
    #expect(
      counts.map(\.parameters) == [
        attention, convolutional, 12 + 20, convolutional, 12 + 20, 3 + 16, 12 + 20,
      ])
    // Patches, three projections at once, two products of tokens, classes.
    let products = 4 * 6 * 48 + 24 + 4 * 6 * 18 + 72 + 2 * 4 * 4 * 6 + 6 * 4 + 4
    #expect(counts[0].multiplyAdds == products)
    #expect(counts[0].biasAdds == 24 + 72 + 4)
  }

  @Test("says what is wrong on one line", arguments: Fixtures.bad)
  func refusals(name: String, message: String) throws {
    let error = #expect(throws: ONNXError.self) {
      try ONNXImporter().network(contentsOfFile: Fixtures.path("bad/\(name).onnx"))
    }
    let text = try #require(error).description
    #expect(text.contains(message), "\(text)")
    #expect(!text.contains("\n"))
    #expect(text.contains("\(name).onnx"))
  }

  @Test("finds all bad models") func list() { #expect(Fixtures.bad.count > 30) }

  @Test("tells a missing file and a directory from bad data")
  func files() {
    #expect(throws: ONNXError(file: "/no/such.onnx", problem: .missing)) {
      try ONNXImporter().network(contentsOfFile: "/no/such.onnx")
    }
    let folder = Fixtures.path("bad")
    #expect(throws: ONNXError(file: folder, problem: .unreadable("it is a directory"))) {
      try ONNXImporter().network(contentsOfFile: folder)
    }
  }

  @Test("checks what is not supported without failing")
  func unsupported() throws {
    let check = try ONNXCheck(contentsOfFile: Fixtures.path("bad/several.onnx"))
    #expect(!check.isSupported)
    #expect(check.survey.unsupported.map(\.name) == ["LSTM", "NonZero"])
    #expect(check.survey.operators.map(\.name) == ["LSTM", "NonZero", "Concat"])
    #expect(check.survey.operators.map(\.isSupported) == [false, false, true])
  }

  @Test("puts batch normalisations behind convolutions, which changes no value")
  func unfolding() throws {
    let path = Fixtures.path("sound/channelslast.onnx")
    let folded = try ONNXImporter().network(contentsOfFile: path)
    #expect(folded.remarks.isEmpty)
    let unfolded = try ONNXImporter(unfolds: true).network(contentsOfFile: path)
    #expect(unfolded.remarks == [.unfolded(normalizations: 1)])
    #expect(unfolded.count().parameters == folded.count().parameters + 8)
    let images = try NPY(
      bytes: [UInt8](Fixtures.bytes("sound/channelslast.images.npy")), file: "images"
    ).floats()
    let (a, b) = (
      try folded.output(of: images, precision: .double),
      try unfolded.output(of: images, precision: .double)
    )
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test("gives one digest to one graph, whatever it is called and whatever its weights are")
  func digests() throws {
    func digest(_ name: String) throws -> String {
      try ONNXImporter().network(contentsOfFile: Fixtures.path("sound/\(name).onnx")).digest
    }
    #expect(try digest("convolutional") == digest("beside"))
    #expect(try digest("convolutional") != digest("attention"))
  }
}

@Suite("Damaged model files")
struct FuzzTests {
  /// Why a model is refused, `nil` where it is not.
  private static func message(_ bytes: [UInt8], unfolds: Bool) -> String? {
    do {
      _ = try ONNXImporter(unfolds: unfolds).network(bytes: Data(bytes), name: "damaged")
      return nil
    } catch {
      return error.description
    }
  }

  @Test("neither crash nor hang", arguments: Fixtures.sound.filter { $0 != "beside" })
  func mutations(name: String) throws {
    let sound = [UInt8](try Fixtures.bytes("sound/\(name).onnx"))
    var state: UInt64 = 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var refused = 0
    let rounds = 300
    for _ in 0..<rounds {
      var bytes = sound
      for _ in 0...random(4) {
        let place = random(bytes.count)
        switch random(5) {
        case 0: bytes[place] = UInt8(random(256))
        case 1: bytes[place] ^= 1 << UInt8(random(8))
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random(20)))
        case 3:
          bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + random(30))], at: place)
        default: bytes.removeLast(random(min(bytes.count - 1, 40)))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      if let message = Self.message(bytes, unfolds: random(2) == 0) {
        refused += 1
        #expect(!message.contains("\n"))
      }
    }
    #expect(refused > rounds / 4)
  }
}
