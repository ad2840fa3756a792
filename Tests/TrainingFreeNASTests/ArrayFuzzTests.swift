import Testing

@testable import Formats
@testable import Scoring
@testable import Studies

/// Damaged bytes: either numbers or one line that names the file, never a crash.
@Suite("arrays and images: fuzzed files")
struct ArrayFuzzTests {
  /// Reads everything that a file holds; whether it could be read.
  private func read(_ bytes: [UInt8], _ comment: String) -> Bool {
    do throws(ImageFileError) {
      if bytes.starts(with: [0x50, 0x4b]) {
        let archive = try NPZ(bytes: bytes, file: "fuzz")
        for name in archive.names { try values(archive.array(name), comment) }
      } else {
        try values(NPY(bytes: bytes, file: "fuzz"), comment)
      }
      return true
    } catch {
      let line = error.description
      #expect(line.hasPrefix("fuzz: ") && !line.contains("\n") && line.count < 1000, "\(comment)")
      return false
    }
  }

  private func values(_ array: NPY, _ comment: String) throws(ImageFileError) {
    let count =
      array.elementType.kind == .floating ? try array.floats().count : try array.integers().count
    #expect(count == array.count, "\(comment)")
  }

  private static let array = ArrayFiles.npy(
    "<i4", [2, 3], ArrayFiles.bytes([1, -2, 3, -4, 5, -6] as [Int32]), columnMajor: true)
  private static let archive: [UInt8] = {
    var members = [ArrayFiles.Member("images.npy", array), ArrayFiles.Member("y.npy", array)]
    members[1].method = 8
    members[1].isWide = true
    return ArrayFiles.npz(members, isWide: true)
  }()

  @Test func aFileCutOffAnywhereIsRefused() {
    #expect(read(Self.array, "whole") && read(Self.archive, "whole"))
    for length in 0..<Self.array.count {
      #expect(!read(Array(Self.array[..<length]), "length \(length)"))
    }
    for length in 2..<Self.archive.count {
      #expect(!read(Array(Self.archive[..<length]), "length \(length)"))
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func changedBytes(seed: UInt64) {
    let random = PortableGenerator(stream: seed)
    for (number, whole) in [Self.array, Self.archive].enumerated() {
      var accepted = 0
      for trial in 0..<1000 as Range<UInt64> {
        var bytes = whole
        for change in 0...(random.raw(trial * 20 + 1) % 3) {
          let place = Int(random.raw(trial * 20 + 2 * change + 2) % UInt64(whole.count))
          let word = random.raw(trial * 20 + 2 * change + 3)
          // Half of the changes flip one bit, the others put in a byte that means something.
          bytes[place] =
            word >> 63 == 0
            ? bytes[place] ^ (1 << UInt8(word % 8))
            : Array("{}(),:'\"<>|=0123456789fiuTF \n\u{0}\u{1}PK".utf8)[Int(word % 33)]
        }
        if bytes.starts(with: whole.prefix(2)),
          read(bytes, "file \(number), seed \(seed), trial \(trial)")
        {
          accepted += 1
        }
      }
      // A change of the data of an array, or of a date of an archive, is no fault; most others are.
      #expect(accepted > 0 && accepted < 500, "file \(number): \(accepted)")
    }
  }

  @Test(arguments: [4, 5] as [UInt64])
  func headersPutTogetherAtRandom(seed: UInt64) {
    let random = PortableGenerator(stream: seed)
    let words = [
      "{", "}", "(", ")", ",", ":", "'descr'", "'<f4'", "'|u1'", "'fortran_order'", "True", "False",
      "'shape'", "(2,)", "()", "3", "99999999999999999999", "-1", " ", "\n", "'", "\u{0}", "é",
      "'descr':'<f4',", "'fortran_order':False,", "'shape':(1,)", "'shape':(2,0),",
    ]
    var accepted = 0
    for trial in 0..<3000 as Range<UInt64> {
      let count = random.raw(trial * 40 + 1) % 6
      var header = "{"
      for word in 0..<count {
        header += words[Int(random.raw(trial * 40 + word + 2) % UInt64(words.count))]
      }
      header +=
        random.raw(trial * 40 + 30) % 4 == 0
        ? "'descr':'<f4','fortran_order':False,'shape':()}" : "}"
      let data = [UInt8](repeating: 0, count: Int(random.raw(trial * 40 + 39) % 2) * 4)
      if read(
        ArrayFiles.npy(header: header, data: data), "seed \(seed), trial \(trial): \(header)")
      {
        accepted += 1
      }
    }
    #expect(accepted > 0 && accepted < 1500, "\(accepted)")
  }

  @Test(arguments: [6, 7] as [UInt64])
  func noise(seed: UInt64) {
    let random = PortableGenerator(stream: seed)
    for trial in 0..<500 as Range<UInt64> {
      let count = random.raw(trial * 200 + 1) % 100
      let tail = (0..<count).map { UInt8(truncatingIfNeeded: random.raw(trial * 200 + $0 + 2)) }
      // Beginnings that lead into the readers.
      for head in [[0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count), 0], [0x50, 0x4b, 3, 4]] {
        #expect(!read(head + tail, "seed \(seed), trial \(trial)"))
      }
      let end =
        ArrayFiles.bytes([0x0605_4b50 as UInt32]) + [0, 0, 0, 0] + tail.prefix(12) + [0, 0]
      _ = read([0x50, 0x4b, 3, 4] + tail + end, "seed \(seed), trial \(trial)")
      // Any bytes at all are images, or a line.
      let error = #expect(throws: ImageFileError.self) {
        try ImageArray(bytes: tail, file: "fuzz")
      }
      #expect(error?.file == "fuzz")
    }
  }
}
