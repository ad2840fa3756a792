import Formats
import Tensors
import Testing

/// The error of reading a file with the given header and data, which must be one line.
private func fault(_ header: String, data: Int = 0) -> SafeTensorsError? {
  fault(bytes: safeTensorsFile(header: header, data: [UInt8](repeating: 0, count: data)))
}

private func fault(bytes: [UInt8]) -> SafeTensorsError? {
  let error = #expect(throws: SafeTensorsError.self) {
    try SafeTensors(bytes: bytes, file: "dir/bad.safetensors")
  }
  let line = error?.description ?? ""
  #expect(line.hasPrefix("dir/bad.safetensors: "))
  #expect(!line.contains("\n"))
  return error
}

/// An entry with the name of a tensor.
private func entry(
  _ name: String, _ type: String = "F32", _ shape: String = "[1]", _ offsets: String = "[0,4]"
) -> String {
  "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
}

@Suite("safetensors: errors")
struct SafeTensorsErrorTests {
  @Test("a file that ends within the length of the header", arguments: 0..<8)
  func tooShort(length: Int) {
    let error = fault(bytes: [UInt8](repeating: 1, count: length))
    #expect(error?.problem == .tooShort(bytes: length))
  }

  @Test("a header that is longer than the file or than anything sensible")
  func headerLength() {
    let whole = safeTensorsFile(header: "{\(entry("a"))}")
    #expect(
      fault(bytes: Array(whole[..<20]))?.problem
        == .headerTruncated(bytes: whole.count - 8, available: 12))
    let absurd = [0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0] as [UInt8]
    #expect(fault(bytes: absurd)?.problem == .headerTooLong(bytes: 100_000_001))
    let largest = [UInt8](repeating: 0xFF, count: 8)
    #expect(fault(bytes: largest)?.problem == .headerTooLong(bytes: .max))
  }

  @Test(
    "a header that is not a JSON object",
    arguments: [
      ("", 0), ("[]", 0), (" {}", 0), ("null", 0), ("{", 1), ("{]", 1), ("{}x", 2), ("{\"a\"}", 4),
      ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{\"a\":1 \"b\":2}", 7), ("{\"a", 3), ("{\"a\\", 4),
      ("{\"a\\x\":1}", 4), ("{\"a\\u12g4\":1}", 7), ("{\"\\ud800\":1}", 8), ("{\"\\udc00\":1}", 8),
      ("{\"a\":tru}", 5), ("{\"a\":-}", 6), ("{\"a\":01}", 6), ("{\"a\":1.}", 7),
      ("{\"a\":1e}", 7), ("{\"a\":[1,]}", 8), ("{\"a\":[1}", 7), ("{\"a\":\"\n\"}", 6),
      ("{'a':1}", 1),
    ])
  func notJSON(header: String, offset: Int) {
    let error = fault(header)
    guard case .malformedHeader(_, let found)? = error?.problem else {
      Issue.record("\(header): \(String(describing: error))")
      return
    }
    #expect(found == 8 + offset, "\(header)")
  }

  @Test("a name that is not UTF-8")
  func notUTF8() {
    var bytes = safeTensorsFile(header: "{\"ab\":1}")
    bytes[10] = 0xC3
    guard case .malformedHeader(_, offset: 9)? = fault(bytes: bytes)?.problem else {
      Issue.record("no error at byte 9")
      return
    }
  }

  @Test("a header that is nested too deeply is refused, not followed")
  func depth() {
    let open = String(repeating: "[", count: 1_000_000)
    guard case .malformedHeader(let text, _)? = fault("{\"a\":\(open)")?.problem else {
      Issue.record("no error")
      return
    }
    #expect(text == "nested too deeply")
  }

  @Test("a header within its bounds but behind it text of the data is not followed")
  func headerEndsWithinText() {
    var bytes = safeTensorsFile(header: "{\"a\":tr", data: Array("ue}".utf8))
    #expect(fault(bytes: bytes) != nil)
    bytes = safeTensorsFile(header: "{\"a", data: Array("\":1}".utf8))
    #expect(fault(bytes: bytes) != nil)
  }

  @Test("metadata that are not an object of texts", arguments: ["1", "[]", "{\"a\":1}", "null"])
  func metadata(value: String) {
    #expect(fault("{\"__metadata__\":\(value)}")?.problem == .malformedMetadata)
  }

  @Test("two tensors of one name")
  func duplicates() {
    let error = fault("{\(entry("a")),\(entry("a", "F32", "[1]", "[4,8]"))}", data: 8)
    #expect(error?.problem == .duplicateName)
    #expect(error?.tensor == "a")
    #expect(error?.description == #"dir/bad.safetensors: tensor "a": occurs twice"#)
  }

  @Test(
    "entries that lack something",
    arguments: [
      "1", "[]", "{}", #"{"dtype":1,"shape":[1],"data_offsets":[0,4]}"#,
      #"{"dtype":"F32","data_offsets":[0,4]}"#, #"{"dtype":"F32","shape":[1]}"#,
      #"{"dtype":"F32","shape":1,"data_offsets":[0,4]}"#,
      #"{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}"#,
      #"{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}"#,
      #"{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}"#,
      #"{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}"#,
      #"{"dtype":"F32","shape":[true],"data_offsets":[0,4]}"#,
      #"{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}"#,
      #"{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}"#,
      #"{"dtype":"F32","shape":[1],"data_offsets":[0]}"#,
      #"{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}"#,
      #"{"dtype":"F32","shape":[1],"data_offsets":[4,0]}"#,
      #"{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}"#,
      #"{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}"#,
    ])
  func malformedEntry(value: String) {
    let error = fault("{\"x.weight\":\(value)}", data: 4)
    #expect(error?.tensor == "x.weight")
    guard case .malformedEntry? = error?.problem else {
      Issue.record("\(value): \(String(describing: error))")
      return
    }
  }

  @Test(
    "element types that cannot be read are no matter until somebody asks for the numbers",
    arguments: ["F8_E4M3", "F4", "f32", "", "C64"])
  func elementType(name: String) throws {
    let file = try SafeTensors(
      bytes: safeTensorsFile(header: "{\(entry("a", name))}", data: [0, 0, 0, 0]), file: "file")
    #expect(file["a"]?.elementType == nil && file["a"]?.dtype == name)
    let error = #expect(throws: SafeTensorsError.self) { try file.floats("a") }
    #expect(error?.problem == .notFloatingPoint(name) && error?.tensor == "a")
    #expect(error?.description.contains("dtype \(name) where floating-point is needed") == true)
    #expect(throws: SafeTensorsError(file: "file", tensor: "a", problem: .notInteger(name))) {
      try file.integers("a")
    }
  }

  @Test("an element type that cannot be read does not hide what is wrong with the layout")
  func elementTypeLayout() {
    guard case .dataTruncated? = fault("{\(entry("a", "C64", "[1]", "[0,8]"))}", data: 4)?.problem
    else {
      Issue.record("a tensor that ends behind the file")
      return
    }
    #expect(
      fault("{\(entry("a", "C64", "[1]", "[0,2]"))}", data: 4)?.problem == .trailingBytes(2))
    #expect(
      fault("{\(entry("a", "F4", "[\(Int.max), 3]", "[0,4]"))}", data: 4)?.problem
        == .sizeOverflow(shape: [.max, 3]))
  }

  @Test(
    "shapes with too many elements",
    arguments: [[Int.max], [1 << 31, 1 << 31], [3, .max], [1 << 62, 1]])
  func overflow(shape: [Int]) {
    #expect(fault("{\(entry("a", "F32", "\(shape)"))}")?.problem == .sizeOverflow(shape: shape))
  }

  @Test("offsets that contradict shape and type")
  func mismatch() {
    #expect(
      fault("{\(entry("a", "F32", "[2]"))}", data: 4)?.problem
        == .sizeMismatch(expected: 8, found: 4))
    #expect(
      fault("{\(entry("a", "F32", "[0]"))}", data: 4)?.problem
        == .sizeMismatch(expected: 0, found: 4))
    #expect(
      fault("{\(entry("a", "F64", "[]"))}", data: 4)?.problem
        == .sizeMismatch(expected: 8, found: 4))
  }

  @Test("data that overlap, leave gaps, end too late or too early")
  func layout() {
    let overlap = fault("{\(entry("a")),\(entry("b", "I16", "[1]", "[2,4]"))}", data: 4)
    #expect(overlap?.problem == .overlap(with: "a"))
    #expect(overlap?.tensor == "b")
    #expect(fault("{\(entry("a")),\(entry("b"))}", data: 4)?.problem == .overlap(with: "a"))

    let gap = fault("{\(entry("b", "F32", "[1]", "[6,10]")),\(entry("a"))}", data: 10)
    #expect(gap?.problem == .gap(bytes: 2))
    #expect(gap?.tensor == "b")
    #expect(fault("{\(entry("a", "U8", "[1]", "[1,2]"))}", data: 2)?.problem == .gap(bytes: 1))

    let header = "{\(entry("b", "F32", "[1]", "[4,8]")),\(entry("a"))}"
    let start = 8 + header.utf8.count
    let truncated = fault(header, data: 7)
    #expect(truncated?.problem == .dataTruncated(end: start + 8, available: start + 7))
    #expect(truncated?.tensor == "b")
    #expect(fault(header, data: 3)?.tensor == "a")

    let trailing = fault(header, data: 9)
    #expect(trailing?.problem == .trailingBytes(1))
    #expect(trailing?.tensor == nil)
    #expect(fault("{}", data: 1)?.problem == .trailingBytes(1))
  }

  @Test("tensors that are absent or of another type than is asked for")
  func access() throws {
    let tensors = [
      SafeTensors.Tensor("f", shape: [1], [Float(1)]), .init("i", shape: [1], [Int32(1)]),
    ]
    let file = try SafeTensors(bytes: SafeTensors.encode(tensors), file: "good")
    #expect(throws: SafeTensorsError(file: "good", tensor: "g", problem: .noSuchTensor)) {
      try file.floats("g")
    }
    #expect(throws: SafeTensorsError(file: "good", tensor: "g", problem: .noSuchTensor)) {
      try file.integers("g")
    }
    #expect(
      throws: SafeTensorsError(file: "good", tensor: "i", problem: .notFloatingPoint("I32"))
    ) { try file.floats("i") }
    #expect(throws: SafeTensorsError(file: "good", tensor: "f", problem: .notInteger("F32"))) {
      try file.integers("f")
    }
    #expect(throws: SafeTensorsError(file: "good", tensor: "i", problem: .notFloatingPoint("I32")))
    { try file.requireFinite("i") }
    let truth = safeTensorsFile(header: "{\(entry("t", "BOOL", "[2]", "[0,2]"))}", data: [1, 2])
    #expect(
      throws: SafeTensorsError(
        file: "x", tensor: "t", problem: .notBoolean(value: 2, index: 1))
    ) { try SafeTensors(bytes: truth, file: "x").integers("t") }
  }

  @Test("long and strange names stay within one line")
  func printing() {
    let name = String(repeating: "x", count: 10_000)
    let long = SafeTensorsError(file: "f", tensor: name, problem: .noSuchTensor)
    #expect(long.description.count < 200)
    let strange = SafeTensorsError(file: "a\nb", tensor: "c\r\u{2028}d", problem: .duplicateName)
    #expect(strange.description == #"a\u{a}b: tensor "c\u{d}\u{2028}d": occurs twice"#)
  }

  @Test("tensors that contradict themselves cannot be made")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      _ = SafeTensors.Tensor("a", shape: [2, 2], [Float](repeating: 0, count: 3))
    }
    await #expect(processExitsWith: .failure) {
      _ = SafeTensors.Tensor("__metadata__", shape: [0], [Float]())
    }
    await #expect(processExitsWith: .failure) {
      let tensor = SafeTensors.Tensor("a", shape: [0], [Float]())
      _ = SafeTensors.encode([tensor, tensor])
    }
  }
}
