import Testing

@testable import Formats

/// The message of an error, which must be one line that names the file.
func imageFault(
  _ file: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) throws -> String {
  let error = #expect(throws: ImageFileError.self, sourceLocation: sourceLocation) { try body() }
  let line = try #require(error, sourceLocation: sourceLocation).description
  #expect(
    line.hasPrefix("\(file): ") && !line.contains("\n"), "\(line)", sourceLocation: sourceLocation)
  return String(line.dropFirst(file.utf8.count + 2))
}

@Suite(".npy: errors")
struct NPYErrorTests {
  private func fault(_ bytes: [UInt8]) throws -> String {
    try imageFault("dir/a.npy") { _ = try NPY(bytes: bytes, file: "dir/a.npy") }
  }

  private func fault(header: String) throws -> String {
    try fault(ArrayFiles.npy(header: header, data: []))
  }

  private static let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }"

  @Test func aFileThatIsNone() throws {
    for bytes in [[], Array("NUMPY".utf8), [0x93] + Array("NUMPX".utf8)] as [[UInt8]] {
      #expect(try fault(bytes).hasPrefix("not a .npy array"))
    }
  }

  @Test func aHeaderThatIsCutOff() throws {
    let whole = ArrayFiles.npy(header: Self.good, data: [])
    for length in 6..<10 {
      #expect(
        try fault(Array(whole[..<length]))
          == "truncated: the header ends at byte 10, the array at byte \(length)")
    }
    for length in 10..<whole.count {
      #expect(
        try fault(Array(whole[..<length]))
          == "truncated: the header ends at byte \(whole.count), the array at byte \(length)")
    }
    let second = ArrayFiles.npy(header: Self.good, data: [], version: 2)
    #expect(
      try fault(Array(second[..<11]))
        == "truncated: the header ends at byte 12, the array at byte 11"
    )
  }

  @Test func versionsThatDoNotExist() throws {
    for (version, minor) in [(0, 0), (4, 0), (1, 1)] as [(UInt8, UInt8)] {
      var bytes = ArrayFiles.npy(header: Self.good, data: [])
      bytes[6] = version
      bytes[7] = minor
      #expect(
        try fault(bytes)
          == "at byte 6: version \(version).\(minor) of the .npy format, not 1.0, 2.0 or 3.0")
    }
  }

  @Test(arguments: [
    ("", 10, "a dictionary must begin here"), ("[]", 10, "a dictionary must begin here"),
    ("{", 11, "a text in quotes must stand here"), ("{'descr}", 11, "a text that does not end"),
    ("{'descr' '<f4'}", 19, "a colon must stand here"),
    ("{'descr': '<f4' 'shape': ()}", 26, "a comma or closing brace must stand here"),
    ("{'descr': '<f4', 'descr': '<f4'}", 27, "the key 'descr' occurs twice"),
    ("{'other': 1}", 11, "an unknown key 'other'"),
    ("{'descr': [('a', '<f4')]}", 20, "arrays of records are not read"),
    ("{'descr': 3}", 20, "a text in quotes must stand here"),
    ("{'fortran_order': 0}", 28, "True or False must stand here"),
    ("{'shape': 3}", 20, "a tuple must begin here"),
    ("{'shape': (3)}", 23, "a comma belongs to a tuple of one"),
    ("{'shape': (-1,)}", 21, "an integer from 0 to 2^63 - 1 must stand here"),
    ("{'shape': (9223372036854775808,)}", 21, "an integer from 0 to 2^63 - 1 must stand here"),
    ("{'shape': (1 2)}", 23, "a comma or closing parenthesis must stand here"),
    ("{'shape': ()}", 23, "the key 'descr' is missing"),
    ("{'descr': '<f4', 'shape': ()}", 39, "the key 'fortran_order' is missing"),
    ("{'descr': '<f4', 'fortran_order': True}", 49, "the key 'shape' is missing"),
    (NPYErrorTests.good + "x", 67, "unexpected text behind the dictionary"),
  ])
  func malformedHeaders(header: String, offset: Int, explanation: String) throws {
    #expect(
      try fault(header: header) == "at byte \(offset): malformed header: \(explanation)")
  }

  @Test func aHeaderThatIsNotUTF8() throws {
    var bytes = ArrayFiles.npy(header: "{'descr'}", data: [])
    bytes[12] = 0xFF
    #expect(try fault(bytes) == "at byte 11: malformed header: a text that is not UTF-8")
  }

  @Test(arguments: ["|b1", "<c8", "|S3", "<f1", "|f4", "=f4", "<f3", "f4", "<f16", "<U1", "|O"])
  func unknownElementTypes(type: String) throws {
    #expect(
      try fault(ArrayFiles.npy(type, [], [0, 0, 0, 0]))
        == "dtype '\(type)' is none of u1, u2, u4, u8, i1, i2, i4, i8, f2, f4, f8")
  }

  @Test func sizes() throws {
    let place = ArrayFiles.npy("<f4", [2], []).count
    #expect(
      try fault(ArrayFiles.npy("<f4", [2], [0, 0, 0, 0, 0, 0, 0]))
        == "at byte \(place): 7 bytes of data, shape and dtype need 8")
    #expect(try fault(ArrayFiles.npy("<f4", [2], [UInt8](repeating: 0, count: 9))).contains("9 b"))
    #expect(
      try fault(ArrayFiles.npy("<f4", [.max, 2], []))
        == "shape [\(Int.max), 2] has too many elements"
    )
  }

  @Test func otherElementsThanAreAskedFor() throws {
    let floats = try NPY(bytes: ArrayFiles.npy("<f4", [1], [0, 0, 0, 0]), file: "a")
    #expect(
      try imageFault("a") { _ = try floats.integers() } == "dtype <f4 where integers are needed")
    let integers = try NPY(bytes: ArrayFiles.npy("|u1", [1], [0]), file: "a", array: "x\n")
    #expect(
      try imageFault("a") { _ = try integers.floats() }
        == #"array "x\u{a}": dtype |u1 where floating-point numbers are needed"#)
    let data = ArrayFiles.bytes([1, UInt64(1) << 63])
    let large = try NPY(bytes: ArrayFiles.npy("<u8", [2], data), file: "a")
    let place = ArrayFiles.npy("<u8", [2], []).count + 8
    #expect(
      try imageFault("a") { _ = try large.integers() }
        == "at byte \(place): value 9223372036854775808 at index 1 is too large")
  }
}
