import Foundation
import Testing

@testable import Formats
@testable import Scoring

private func array(_ descriptor: String, _ shape: [Int], _ data: [UInt8]) throws -> NPY {
  try NPY(bytes: ArrayFiles.npy(descriptor, shape, data), file: "a.npy")
}

@Suite(".npy: values")
struct NPYTests {
  @Test(arguments: [false, true])
  func floatsKeepEveryBit(bigEndian: Bool) throws {
    let order = bigEndian ? ">" : "<"
    let singles: [UInt32] = [0, 0x8000_0000, 1, 0x3F80_0000, 0xFF80_0000, 0x7FC1_2345]
    let single = try array("\(order)f4", [6], ArrayFiles.bytes(singles, bigEndian: bigEndian))
    #expect(try single.floats().map(\.bitPattern) == singles)
    let doubles: [Double] = [0, -0.0, 1.5, 1 / 3, 1e300, -1e-300]
    let double = try array(
      "\(order)f8", [2, 3], ArrayFiles.bytes(doubles.map(\.bitPattern), bigEndian: bigEndian))
    #expect(try double.floats().map(\.bitPattern) == doubles.map { Float($0).bitPattern })
    let halves: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x7BFF, 0xFC00]
    let half = try array("\(order)f2", [5], ArrayFiles.bytes(halves, bigEndian: bigEndian))
    #expect(try half.floats() == [1, -2, 0x1p-24, 65_504, -.infinity])
  }

  @Test(arguments: [false, true])
  func integersKeepValueAndSign(bigEndian: Bool) throws {
    let order = bigEndian ? ">" : "<"
    func values<Word: FixedWidthInteger>(_ type: String, _ words: [Word]) throws -> [Int] {
      let data = ArrayFiles.bytes(words, bigEndian: bigEndian)
      return try array(order + type, [words.count], data).integers()
    }
    #expect(try values("i1", [.min, -1, .max] as [Int8]) == [-128, -1, 127])
    #expect(try values("u1", [0, 255] as [UInt8]) == [0, 255])
    #expect(try values("i2", [.min, 258] as [Int16]) == [-32_768, 258])
    #expect(try values("u2", [.max, 258] as [UInt16]) == [65_535, 258])
    #expect(try values("i4", [.min, 66_051] as [Int32]) == [-2_147_483_648, 66_051])
    #expect(try values("u4", [.max] as [UInt32]) == [4_294_967_295])
    #expect(try values("i8", [.min, .max] as [Int64]) == [.min, .max])
    #expect(try values("u8", [5, UInt64(Int.max)]) == [5, .max])
  }

  @Test func fortranOrderIsUndone() throws {
    // The same numbers in both orders: element [i, j, k] is 100 i + 10 j + k.
    let shape = [2, 3, 4]
    var rows: [Int16] = []
    for i in 0..<2 {
      for j in 0..<3 { for k in 0..<4 { rows.append(Int16(100 * i + 10 * j + k)) } }
    }
    var columns: [Int16] = []
    for k in 0..<4 {
      for j in 0..<3 { for i in 0..<2 { columns.append(Int16(100 * i + 10 * j + k)) } }
    }
    let file = try NPY(
      bytes: ArrayFiles.npy("<i2", shape, ArrayFiles.bytes(columns), columnMajor: true), file: "f")
    #expect(file.isColumnMajor && file.shape == shape)
    #expect(try file.integers() == rows.map { Int($0) })
  }

  @Test func extremeShapes() throws {
    #expect(try array("|i1", [], [7]).integers() == [7])
    #expect(try array("<f4", [0, 5], []).floats() == [])
    #expect(try array("<f4", [5, .max, 0, .max], []).count == 0)
    #expect(try array("|u1", [1, 1, 1, 1, 1], [3]).integers() == [3])
  }

  @Test func headersOfAnyFormOfTheLiteral() throws {
    let header =
      "{\"shape\" : (2L,3L),'fortran_order':False ,\n'descr':\"<i2\"}   \n"
    let data = ArrayFiles.bytes([1, 2, 3, 4, 5, 6] as [Int16])
    for version in 1...3 as ClosedRange<UInt8> {
      let file = try NPY(
        bytes: ArrayFiles.npy(header: header, data: data, version: version), file: "h")
      #expect(file.shape == [2, 3] && "\(file.elementType)" == "<i2")
      #expect(try file.integers() == [1, 2, 3, 4, 5, 6])
    }
  }
}

/// Arrays that NumPy wrote: `Golden/arrays/make_arrays.py`.
@Suite(".npy: arrays of NumPy")
struct NPYGoldenTests {
  private func bytes(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: "Golden/arrays", withExtension: nil))
    return [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
  }

  /// Element k of the row-major order is 3 k - 4.
  private func ramp(_ count: Int) -> [Int] { (0..<count).map { 3 * $0 - 4 } }

  @Test(arguments: ["little_f2", "little_f4", "little_f8", "big_f4", "big_f8"])
  func floats(name: String) throws {
    let array = try NPY(bytes: bytes("\(name).npy"), file: name)
    #expect(array.shape == [2, 3] && array.elementType.kind == .floating)
    #expect(try array.floats() == ramp(6).map { Float($0) })
  }

  @Test(arguments: [
    "i1", "little_i2", "big_i4", "little_i8", "u1", "little_u2", "big_u4", "little_u8",
  ])
  func integers(name: String) throws {
    let array = try NPY(bytes: bytes("\(name).npy"), file: name)
    #expect(array.shape == [2, 3])
    let isSigned = name.contains("i1") || name.contains("_i")
    #expect(try array.integers() == ramp(6).map { isSigned ? $0 : max(0, $0) })
  }

  @Test func ordersShapesAndVersions() throws {
    let fortran = try NPY(bytes: bytes("fortran.npy"), file: "fortran.npy")
    #expect(fortran.isColumnMajor && fortran.shape == [2, 3, 4])
    #expect(try fortran.floats() == ramp(24).map { Float($0) })
    let scalar = try NPY(bytes: bytes("scalar.npy"), file: "scalar.npy")
    #expect(scalar.shape == [])
    #expect(try scalar.floats() == [-4])
    #expect(try NPY(bytes: bytes("nothing.npy"), file: "nothing.npy").shape == [0, 3])
    for version in 2...3 {
      let array = try NPY(bytes: bytes("version\(version).npy"), file: "version.npy")
      #expect(try array.floats() == ramp(6).map { Float($0) })
    }
  }

  @Test(arguments: ["stored", "deflated"])
  func archives(name: String) throws {
    let archive = try NPZ(bytes: bytes("\(name).npz"), file: name)
    #expect(archive.names == ["images", "labels"])
    let images = try archive.array("images")
    #expect(images.shape == [2, 8, 8, 3] && images.array == "images")
    #expect(try images.integers() == (0..<384).map { $0 % 256 / 3 })
    #expect(try archive.array("labels").integers() == [1, 0])
  }

  @Test func equalImagesOfTwoArchivesAreOne() throws {
    let settings = try ["stored", "deflated"].map { name in
      try LabelledImages([ImageArray(bytes: bytes("\(name).npz"), file: name)]).settings
    }
    #expect(settings[0] == settings[1])
  }
}
