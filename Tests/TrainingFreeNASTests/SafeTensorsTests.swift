import Formats
import Foundation
import Tensors
import Testing

/// The bytes of a file with the given header and data.
func safeTensorsFile(header: String, data: [UInt8] = []) -> [UInt8] {
  let text = Array(header.utf8)
  return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
}

/// The bytes of a file with one tensor called `t`.
private func single(_ type: String, _ shape: [Int], _ data: [UInt8]) throws -> SafeTensors {
  let header =
    "{\"t\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[0,\(data.count)]}}"
  return try SafeTensors(bytes: safeTensorsFile(header: header, data: data), file: "one")
}

/// The bytes of words of any width, lowest byte first.
private func littleEndian<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
  words.flatMap { word in
    (0..<(Word.bitWidth / 8)).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }
}

@Suite("safetensors: values")
struct SafeTensorsValueTests {
  @Test("single precision keeps every bit")
  func float32() throws {
    let patterns: [UInt32] = [
      0, 0x8000_0000, 1, 0x807F_FFFF, 0x3F80_0000, 0x7F80_0000, 0xFF80_0000, 0x7FC1_2345,
      0x4049_0FDB,
    ]
    let file = try single("F32", [3, 3], littleEndian(patterns))
    #expect(try file.floats("t").map(\.bitPattern) == patterns)
    #expect(file["t"]?.shape == [3, 3])
    #expect(file["t"]?.count == 9)
    #expect(file["t"]?.elementType == .float32)
  }

  @Test("double precision is rounded")
  func float64() throws {
    let numbers = [0, -0.0, 1.5, 1 / 3, -.pi, 1e300, -1e-300, .infinity]
    let file = try single("F64", [8], littleEndian(numbers.map(\.bitPattern)))
    #expect(try file.floats("t").map(\.bitPattern) == numbers.map { Float($0).bitPattern })
    #expect(try file.floats("t")[5] == .infinity)
  }

  @Test("every half-precision number is the Float of the same value")
  func float16() throws {
    let all = (0...UInt16.max).map { $0 }
    let floats = try single("F16", [256, 256], littleEndian(all)).floats("t")
    for (bits, float) in zip(all, floats) {
      // The definition: sign, five bits of exponent with bias 15, ten bits of significand.
      let significand = Float(bits & 0x3FF)
      let magnitude: Float =
        switch bits >> 10 & 0x1F {
        case 0: significand * 0x1p-24
        case 0x1F: significand == 0 ? .infinity : .nan
        case let exponent:
          (1024 + significand) * Float(sign: .plus, exponent: Int(exponent) - 25, significand: 1)
        }
      let expected = bits >> 15 == 0 ? magnitude : -magnitude
      #expect(
        expected.isNaN ? float.isNaN : float.bitPattern == expected.bitPattern,
        "pattern \(bits): \(float), expected \(expected)")
    }
  }

  @Test("bfloat16 is the upper half of a Float")
  func bfloat16() throws {
    let all = (0...UInt16.max).map { $0 }
    let floats = try single("BF16", [65_536], littleEndian(all)).floats("t")
    #expect(floats.map(\.bitPattern) == all.map { UInt32($0) << 16 })
  }

  @Test("integers of every width keep value and sign")
  func integers() throws {
    let bytes = littleEndian([-128, -1, 0, 127] as [Int8])
    #expect(try single("I8", [4], bytes).integers("t") == [-128, -1, 0, 127])
    #expect(try single("U8", [2, 2], bytes).integers("t") == [128, 255, 0, 127])
    let words: [Int16] = [.min, -2, 3, .max]
    #expect(try single("I16", [4], littleEndian(words)).integers("t") == words.map { Int($0) })
    let doubles: [Int32] = [.min, -70_000, 3, .max]
    #expect(try single("I32", [4], littleEndian(doubles)).integers("t") == doubles.map { Int($0) })
    let quads: [Int] = [.min, -5_000_000_000, 3, .max]
    #expect(try single("I64", [4], littleEndian(quads)).integers("t") == quads)
    #expect(try single("BOOL", [3], [1, 0, 1]).integers("t") == [1, 0, 1])
  }

  @Test("a scalar has one element, a dimension of zero none")
  func extremeShapes() throws {
    #expect(try single("F32", [], littleEndian([Float(2).bitPattern])).floats("t") == [2])
    #expect(try single("F32", [0, .max, .max], []).floats("t") == [])
    #expect(try single("I64", [4, 0], []).integers("t") == [])
  }

  @Test("names, metadata, escapes and unknown fields of a header")
  func header() throws {
    let header = """
      { "__metadata__" : {"format":"pt", "note":"a\\n\\"b\\" \\u00e9 \\ud83d\\ude00"},
        "b.weight":{"shape":[1],"dtype":"F32","data_offsets":[4,8],"extra":[1e3,{"x":null},-0.5]},
        "\\u0061\\/":{"dtype":"I32","shape":[1],"data_offsets":[0,4]} }

      """
    let bytes = safeTensorsFile(header: header, data: littleEndian([7, Float(3).bitPattern]))
    let file = try SafeTensors(bytes: bytes, file: "two")
    #expect(file.names == ["b.weight", "a/"])
    #expect(file.metadata == ["format": "pt", "note": "a\n\"b\" é 😀"])
    #expect(try file.floats("b.weight") == [3])
    #expect(try file.integers("a/") == [7])
    #expect(file["c"] == nil)
  }

  @Test("non-finite numbers are reported with name and index, and only on demand")
  func finite() throws {
    let numbers: [Float] = [1, 2, 3, -.infinity, .nan]
    let file = try single("F32", [5], littleEndian(numbers.map(\.bitPattern)))
    #expect(try file.floats("t").count == 5)
    let expected = SafeTensorsError(
      file: "one", tensor: "t", problem: .notFinite(value: "-inf", index: 3))
    #expect(throws: expected) { try file.requireFinite("t") }
    #expect(throws: expected) { try file.requireFinite() }
    #expect(expected.description == #"one: tensor "t": value -inf at index 3 is not finite"#)

    try single("F32", [1], littleEndian([Float(1).bitPattern])).requireFinite()
    try single("I8", [1], [0xFF]).requireFinite()
    let wide = try single("F64", [1], littleEndian([1e39.bitPattern]))
    #expect(throws: SafeTensorsError.self) { try wide.requireFinite() }
  }
}

@Suite("safetensors: files")
struct SafeTensorsFileTests {
  /// Tensors with every kind of content that can be written.
  private static let tensors = [
    SafeTensors.Tensor(
      "stem.0.weight", shape: [2, 1, 3], [1, -0.0, .pi, 0x1p-149, -.infinity, 3e38]),
    SafeTensors.Tensor("labels", shape: [3], [Int32.min, 0, .max]),
    SafeTensors.Tensor("nothing", shape: [0, 5], [Float]()),
    SafeTensors.Tensor("a \"quoted\"\\\n\u{1} é 😀", shape: [], [Float(bitPattern: 0x7FC1_2345)]),
    SafeTensors.Tensor("", shape: [1], [Int32(-1)]),
  ]
  private static let metadata = ["format": "pt", "new\nline": "\u{7}\"", "": ""]

  @Test("what is written is read, bit for bit")
  func roundTrip() throws {
    let bytes = SafeTensors.encode(Self.tensors, metadata: Self.metadata)
    let file = try SafeTensors(bytes: bytes, file: "memory")
    #expect(file.names == Self.tensors.map(\.name))
    #expect(file.metadata == Self.metadata)
    for tensor in Self.tensors {
      #expect(file[tensor.name]?.shape == tensor.shape)
      switch tensor.values {
      case .floats(let values):
        #expect(try file.floats(tensor.name).map(\.bitPattern) == values.map(\.bitPattern))
      case .integers(let values):
        #expect(try file.integers(tensor.name) == values.map { Int($0) })
      }
    }
    #expect(bytes == SafeTensors.encode(Self.tensors, metadata: Self.metadata))
  }

  @Test("the data begin at a multiple of eight bytes, behind spaces", arguments: 0..<9)
  func alignment(length: Int) throws {
    let name = String(repeating: "x", count: length)
    let bytes = SafeTensors.encode([SafeTensors.Tensor(name, shape: [1], [Float(1)])])
    let header = Int(bytes[0]) + 256 * Int(bytes[1])
    #expect(header % 8 == 0 && bytes.count == 8 + header + 4)
    #expect(bytes[8] == UInt8(ascii: "{"))
    let text = String(decoding: bytes[8..<(8 + header)], as: UTF8.self)
    #expect(text.trimmingCharacters(in: CharacterSet(charactersIn: " ")).hasSuffix("}"))
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
  }

  @Test("a file without tensors")
  func empty() throws {
    let file = try SafeTensors(bytes: SafeTensors.encode([]), file: "empty")
    #expect(file.entries.isEmpty && file.metadata.isEmpty)
  }

  @Test("a file is replaced as a whole, and nothing else is left in its directory")
  func writing() throws {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appendingPathComponent("weights é.safetensors").path
    try SafeTensors.write(
      [SafeTensors.Tensor("old", shape: [1000], [Float](repeating: 1, count: 1000))], toFile: path)
    try SafeTensors.write(Self.tensors, metadata: Self.metadata, toFile: path)
    let file = try SafeTensors(contentsOfFile: path)
    #expect(file.names == Self.tensors.map(\.name))
    #expect(file.file == path)
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(left == ["weights é.safetensors"])
  }

  @Test("a file that cannot be written is named and does not come to be")
  func unwritable() throws {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appendingPathComponent("absent/weights.safetensors").path
    let error = #expect(throws: SafeTensorsError.self) {
      try SafeTensors.write(Self.tensors, toFile: path)
    }
    #expect(error?.problem == .unwritable("there is no such directory"))
    #expect(error?.description == "\(path): cannot be written: there is no such directory")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test("a file that is missing and one that is a directory")
  func unreadable() throws {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appendingPathComponent("none.safetensors").path
    #expect(throws: SafeTensorsError(file: path, problem: .missing)) {
      try SafeTensors(contentsOfFile: path)
    }
    let error = #expect(throws: SafeTensorsError.self) {
      try SafeTensors(contentsOfFile: directory.path)
    }
    #expect(error?.problem == .unreadable("it is a directory"))
    #expect(error?.description == "\(directory.path): cannot be read: it is a directory")
  }

  @Test("a symbolic link is followed, and a directory is refused")
  func specialFiles() throws {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let target = directory.appendingPathComponent("target.safetensors").path
    let link = directory.appendingPathComponent("link.safetensors").path
    try SafeTensors.write([], toFile: target)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    try SafeTensors.write(Self.tensors, toFile: link)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    #expect(try SafeTensors(contentsOfFile: target).names == Self.tensors.map(\.name))

    let expected = SafeTensorsError(
      file: directory.path, problem: .unwritable("it is a directory"))
    #expect(throws: expected) { try SafeTensors.write(Self.tensors, toFile: directory.path) }
  }

  private func temporaryDirectory() throws -> URL {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("safetensors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }
}
