import SpaceFiles
import Testing

@Suite struct BrokenFileTests {
  @Test(arguments: BrokenFile.all)
  func oneLineNamesThePlace(_ broken: BrokenFile) throws {
    let error = try #require(throws: SpaceFileError.self) {
      _ = try SpaceFile(parsing: Array(broken.text.utf8), file: "f.yaml")
    }
    let line = "\(error)"
    #expect(line.hasPrefix("f.yaml:\(broken.place): "), "\(line)")
    #expect(line.contains(broken.words), "\(line)")
    #expect(!line.contains { $0.isNewline })
  }

  @Test func thereAreEnough() { #expect(BrokenFile.all.count >= 50) }

  @Test func bytesThatAreNoText() throws {
    let error = try #require(throws: SpaceFileError.self) {
      _ = try SpaceFile(parsing: Array("name: a\nx".utf8) + [0xFF, 0x41], file: "f.yaml")
    }
    #expect("\(error)" == "f.yaml:2:2: a byte that is not UTF-8; expected a text in UTF-8")
  }

  /// Every example with one byte removed, doubled or replaced: an error with a place, or a space.
  @Test(arguments: Examples.names)
  func damagedFilesAreReadOrRefused(_ name: String) throws {
    let bytes = try Examples.bytes(name)
    let marks = Array("{}[]:,-'\"&*\t #0".utf8)
    var state: UInt64 = 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    // Every reading builds a network for every option, so that small spaces are damaged more often.
    for _ in 0..<(name == "resnet" || name == "microcontroller" ? 60 : 15) {
      var damaged = bytes
      let place = random(bytes.count)
      switch random(3) {
      case 0: damaged.remove(at: place)
      case 1: damaged.insert(marks[random(marks.count)], at: place)
      default: damaged[place] = marks[random(marks.count)]
      }
      do throws(SpaceFileError) {
        _ = try SpaceFile(parsing: damaged, file: "f.yaml")
      } catch {
        let lines = damaged.count { $0 == 10 } + 2
        #expect((1...lines).contains(error.place.line) && error.place.column > 0)
        let line = "\(error)"
        #expect(!line.contains { $0.isNewline })
      }
    }
  }
}
