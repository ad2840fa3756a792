import Foundation
import TestSupport
import Testing

@testable import Derivatives
@testable import Formats
@testable import Operators
@testable import Scoring
@testable import Search
@testable import Spaces
@testable import Studies

/// Inputs at paths of every kind.
@Suite struct InputFileTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func file(_ name: String) -> String { directory.file(name) }

  private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  @Test func filesAndLinks() throws {
    try Data(Self.bytes).write(to: URL(fileURLWithPath: file("a")))
    try FileManager.default.createSymbolicLink(atPath: file("l"), withDestinationPath: "a")
    try Data().write(to: URL(fileURLWithPath: file("empty")))
    #expect(try InputFile.bytes(of: file("a")) == Self.bytes)
    #expect(try InputFile.bytes(of: file("l")) == Self.bytes)
    #expect(try InputFile.bytes(of: file("empty")).isEmpty)
    #expect(try InputFile.bytes(of: "/dev/null").isEmpty)
    // Its size is said to be zero.
    #expect(try !InputFile.bytes(of: "/proc/self/status").isEmpty)
  }

  @Test func pipesAndFIFOs() throws {
    let pipe = Pipe()
    Thread {
      try? pipe.fileHandleForWriting.write(contentsOf: Data(Self.bytes))
      try? pipe.fileHandleForWriting.close()
    }.start()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(try InputFile.bytes(of: path) == Self.bytes)

    try #require(mkfifo(file("fifo"), 0o600) == 0)
    let fifo = file("fifo")
    Thread { try? Data(Self.bytes).write(to: URL(fileURLWithPath: fifo)) }.start()
    #expect(try InputFile.bytes(of: fifo) == Self.bytes)
  }

  @Test func theTrueReason() throws {
    try "x".write(toFile: file("plain"), atomically: false, encoding: .utf8)
    try FileManager.default.createSymbolicLink(
      atPath: file("circle"), withDestinationPath: "circle")
    for (path, reason) in [
      (directory.path, "it is a directory"), (file("circle"), "its links go round in a circle"),
      (file("plain/x"), "a part of the path is no directory"),
      ("/dev/zero", "it is a device without an end: 256 MB were read"),
      (file(String(repeating: "n", count: 300)), "the name is too long"),
      ("/dev/fd/99", "it is closed"),
    ] {
      let error = #expect(throws: FileError.self, "\(path)") { try InputFile.bytes(of: path) }
      #expect(error?.problem == .unreadable(reason), "\(path): \(String(describing: error))")
    }
    for path in [file("missing"), file("missing/x")] {
      let error = #expect(throws: FileError.self) { try InputFile.bytes(of: path) }
      #expect(error?.description == "\(path): no such file")
    }
    let error = #expect(throws: FileError.self) {
      try InputFile.bytes(of: file("two\nlines\u{1b}"))
    }
    #expect(error?.description.contains("two\\u{a}lines\\u{1b}: no such file") == true)
  }

  @Test func aByteOrderMarkIsPassedOver() {
    #expect(InputFile.passingOverByteOrderMark([0xEF, 0xBB, 0xBF, 1, 2]) == [1, 2])
    #expect(InputFile.passingOverByteOrderMark([0xEF, 0xBB, 1]) == [0xEF, 0xBB, 1])
  }
}
