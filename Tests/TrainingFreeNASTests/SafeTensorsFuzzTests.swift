import Formats
import Studies
import Tensors
import Testing

/// Reads damaged bytes: either the tensors or one line that names the file, never a crash.
private func read(_ bytes: [UInt8], _ comment: String) -> SafeTensors? {
  do throws(SafeTensorsError) {
    let file = try SafeTensors(bytes: bytes, file: "fuzz")
    for entry in file.entries {
      // Whatever the header says now, the values have to be within the file.
      guard let type = entry.elementType else { continue }
      if type.isFloatingPoint {
        #expect(try file.floats(entry.name).count == entry.count, "\(comment)")
      } else if type != .boolean, type != .uint64 {
        #expect(try file.integers(entry.name).count == entry.count, "\(comment)")
      }
    }
    return file
  } catch {
    let line = error.description
    #expect(line.hasPrefix("fuzz: ") && !line.contains("\n") && line.count < 1000, "\(comment)")
    return nil
  }
}

@Suite("safetensors: fuzzed files")
struct SafeTensorsFuzzTests {
  private static let whole = SafeTensors.encode(
    [
      SafeTensors.Tensor("a.weight", shape: [2, 3], [1, 2, 3, 4, 5, 6] as [Float]),
      SafeTensors.Tensor("labels", shape: [4], [1, 2, 3, 4] as [Int32]),
      SafeTensors.Tensor("é\n", shape: [], [Float(1)]),
    ], metadata: ["format": "pt"])

  @Test("a file cut off anywhere is refused")
  func truncation() {
    #expect(read(Self.whole, "whole") != nil)
    for length in 0..<Self.whole.count {
      #expect(read(Array(Self.whole[..<length]), "length \(length)") == nil)
    }
  }

  @Test("changed bytes of length and header", arguments: [1, 2, 3] as [UInt64])
  func flips(seed: UInt64) {
    let random = PortableGenerator(stream: seed)
    let header = 8 + Int(Self.whole[0]) + 256 * Int(Self.whole[1])
    var accepted = 0
    for trial in 0..<1000 as Range<UInt64> {
      var bytes = Self.whole
      for change in 0...(random.raw(trial * 20 + 1) % 3) {
        let place = Int(random.raw(trial * 20 + 2 * change + 2) % UInt64(header))
        let word = random.raw(trial * 20 + 2 * change + 3)
        // Half of the changes flip one bit, the others put in a character that means something.
        bytes[place] =
          word >> 63 == 0
          ? bytes[place] ^ (1 << UInt8(word % 8))
          : Array("{}[]:,\"\\0123456789-.eEtu \n".utf8)[Int(word % 26)]
      }
      if read(bytes, "seed \(seed), trial \(trial)") != nil { accepted += 1 }
    }
    // A change within a name is no fault, most others are.
    #expect(accepted > 0 && accepted < 500)
  }

  @Test("headers put together at random from the words of the format", arguments: [4, 5, 6])
  func headers(seed: UInt64) {
    let random = PortableGenerator(stream: seed)
    let words = [
      "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"b\"", "\"dtype\":", "\"F32\"", "\"BF16\"",
      "\"shape\":", "\"data_offsets\":", "[0,4]", "[4,8]", "[1]", "[]", "0", "-1", "1e999", "\\u",
      "18446744073709551616", "9223372036854775807", "null", "true", "\"__metadata__\":", " ",
      "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}",
      "\"b\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[4,8]}", "\u{0}", "é",
    ]
    var accepted = 0
    for trial in 0..<1500 as Range<UInt64> {
      let count = random.raw(trial * 40 + 1) % 12
      var header = "{"
      for word in 0..<count {
        header += words[Int(random.raw(trial * 40 + word + 2) % UInt64(words.count))]
      }
      header += "}"
      let data = [UInt8](repeating: 0, count: Int(random.raw(trial * 40 + 39) % 3) * 4)
      let bytes = safeTensorsFile(header: header, data: data)
      if read(bytes, "seed \(seed), trial \(trial): \(header)") != nil { accepted += 1 }
    }
    // The empty object is among them, so the counter sees both outcomes.
    #expect(accepted > 0 && accepted < 750)
  }

  @Test("random bytes", arguments: [7, 8] as [UInt64])
  func noise(seed: UInt64) {
    let random = PortableGenerator(stream: seed)
    for trial in 0..<500 as Range<UInt64> {
      let count = random.raw(trial * 200 + 1) % 100
      var bytes = (0..<count).map { UInt8(truncatingIfNeeded: random.raw(trial * 200 + $0 + 2)) }
      // A believable length, so that the header itself is reached.
      if bytes.count > 8 {
        bytes.replaceSubrange(0..<8, with: [UInt8(bytes.count - 8), 0, 0, 0, 0, 0, 0, 0])
        bytes[8] = UInt8(ascii: "{")
      }
      #expect(read(bytes, "seed \(seed), trial \(trial)") == nil)
    }
  }
}
