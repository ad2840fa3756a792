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

/// Outputs at paths of every kind.
@Suite struct OutputFileTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func file(_ name: String) -> String { directory.file(name) }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  private func mode(_ name: String) throws -> mode_t {
    var status = stat()
    try #require(lstat(file(name), &status) == 0)
    return status.st_mode
  }

  private func inode(_ name: String) throws -> UInt64 {
    var status = stat()
    try #require(stat(file(name), &status) == 0)
    return UInt64(status.st_ino)
  }

  /// Nothing else may be left behind.
  private func expectFiles(
    _ names: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        == names.sorted(),
      sourceLocation: sourceLocation)
  }

  @Test func aNewFileHasTheModeThatOthersHave() throws {
    let output = try OutputFile(file("new"), isForced: true)
    try expectFiles()
    try output.write("one")
    #expect(FileManager.default.createFile(atPath: file("other"), contents: Data()))
    #expect(try text("new") == "one")
    #expect(try mode("new") & 0o777 == mode("other") & 0o777)
    try expectFiles("new", "other")
  }

  @Test(arguments: [0o600, 0o640, 0o755] as [mode_t])
  func aPlainFileIsReplacedAndKeepsItsMode(permissions: mode_t) throws {
    try "before".write(toFile: file("a"), atomically: false, encoding: .utf8)
    try #require(chmod(file("a"), permissions) == 0)
    let before = try inode("a")
    let reader = try #require(FileHandle(forReadingAtPath: file("a")))
    try OutputFile(file("a"), isForced: true).write("after")
    #expect(try text("a") == "after")
    #expect(try mode("a") & 0o7777 == permissions)
    // Whoever reads the old one reads it to its end.
    #expect(try inode("a") != before)
    #expect(try reader.readToEnd() == Data("before".utf8))
    try expectFiles("a")
  }

  @Test func linksAreFollowedAndStay() throws {
    try FileManager.default.createDirectory(
      atPath: file("sub"), withIntermediateDirectories: false)
    for (link, target) in [("one", "two"), ("two", "sub/three"), ("dangling", "sub/new")] {
      try FileManager.default.createSymbolicLink(
        atPath: file(link), withDestinationPath: target)
    }
    try "before".write(toFile: file("sub/three"), atomically: false, encoding: .utf8)
    try OutputFile(file("one"), isForced: true).write("after")
    try OutputFile(file("dangling"), isForced: true).write("made")
    #expect(try text("sub/three") == "after" && text("sub/new") == "made")
    for link in ["one", "two", "dangling"] { #expect(try mode(link) & S_IFMT == S_IFLNK) }
    try expectFiles("dangling", "one", "sub", "two")
  }

  @Test func aFIFOIsWrittenTo() throws {
    try #require(mkfifo(file("pipe"), 0o600) == 0)
    let path = file("pipe")
    let output = try OutputFile(path, isForced: true)
    Thread {
      do { try output.write(String(repeating: "x", count: 200_000)) } catch {
        Issue.record("\(error)")
      }
    }.start()
    #expect(try InputFile.bytes(of: path).count == 200_000)
    #expect(try mode("pipe") & S_IFMT == S_IFIFO)
    try expectFiles("pipe")
  }

  @Test func aReaderThatHasSeenEnoughIsNoFailure() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = Pipe()
    let output = try OutputFile(
      "/dev/fd/\(pipe.fileHandleForWriting.fileDescriptor)", isForced: true)
    try pipe.fileHandleForReading.close()
    try output.write(String(repeating: "x", count: 1 << 20))
  }

  @Test func descriptorsAreWrittenToWhereTheyStand() throws {
    let handle = try #require(
      FileManager.default.createFile(atPath: file("log"), contents: nil)
        ? FileHandle(forWritingAtPath: file("log")) : nil)
    try handle.write(contentsOf: Data("first ".utf8))
    let path = "/dev/fd/\(handle.fileDescriptor)"
    try FileManager.default.createSymbolicLink(
      atPath: file("link"), withDestinationPath: path)
    try OutputFile(path, isForced: true).write("second ")
    try OutputFile(file("link"), isForced: true).write("third")
    #expect(try text("log") == "first second third")
    try handle.close()
    let error = #expect(throws: FileError.self) { try OutputFile(path, isForced: true) }
    #expect(error?.description == "\(path): cannot be written: it is closed")
  }

  @Test func aDeviceIsWrittenTo() throws {
    try OutputFile("/dev/null", isForced: true).write("nothing")
    let full = try OutputFile("/dev/full", isForced: true)
    let error = #expect(throws: FileError.self) { try full.write("something") }
    #expect(error?.description == "/dev/full: cannot be written: no space left")
  }

  @Test func whatCannotBeWrittenIsRefusedAtOnce() throws {
    try "text".write(toFile: file("plain"), atomically: false, encoding: .utf8)
    try FileManager.default.createSymbolicLink(
      atPath: file("circle"), withDestinationPath: "circle")
    try FileManager.default.createSymbolicLink(
      atPath: file("nowhere"), withDestinationPath: "missing/x")
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = file("socket")
    try #require(name.utf8.count < 100)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    for (path, reason) in [
      ("", "its name is empty"), (directory.path, "it is a directory"),
      (file("missing/x"), "there is no such directory"),
      (file("plain/x"), "a part of the path is no directory"),
      (file("circle"), "its links go round in a circle"),
      (file("nowhere"), "there is no such directory"), (file("socket"), "it is a socket"),
      (file(String(repeating: "n", count: 300)), "the name is too long"),
      ("/proc/x", "there is no such directory"),
    ] {
      let error = #expect(throws: FileError.self, "\(path)") {
        try OutputFile(path, isForced: true)
      }
      #expect(error?.problem == .unwritable(reason), "\(path): \(String(describing: error))")
    }
    #expect(try text("plain") == "text")
    try expectFiles("circle", "nowhere", "plain", "socket")
  }

  @Test func whatIsTheSameFile() throws {
    try "x".write(toFile: file("a"), atomically: false, encoding: .utf8)
    try FileManager.default.createSymbolicLink(atPath: file("l"), withDestinationPath: "a")
    try #require(link(file("a"), file("hard")) == 0)
    let a = try OutputFile(file("a"), isForced: true)
    for name in ["a", "l", "hard", "./a"] { #expect(a.isSame(as: file(name)), "\(name)") }
    #expect(!a.isSame(as: file("b")) && !a.isSame(as: "/dev/null"))
    let new = try OutputFile(file("b"), isForced: true)
    #expect(new.isSame(as: file("./b")) && !new.isSame(as: file("c")))
    // Two outputs may go to one device.
    #expect(try !OutputFile("/dev/null", isForced: true).isSame(as: "/dev/null"))
  }

  // MARK: Directories

  @Test func directoriesAreMadeAndMayNotHoldAnything() throws {
    let made = try OutputDirectory(file("a/b"), isForced: false)
    #expect(made.file("x") == file("a/b/x"))
    _ = try OutputDirectory(file("a/b/"), isForced: false)
    try "x".write(toFile: file("a/b/x"), atomically: false, encoding: .utf8)
    let error = #expect(throws: FileError.self) {
      try OutputDirectory(file("a/b"), isForced: false)
    }
    #expect(error?.description.contains("there is something in it already; --force") == true)
    _ = try OutputDirectory(file("a/b"), isForced: true)
    for (path, reason) in [
      (file("a/b/x"), "it is no directory"),
      (file("a/b/x/y"), "a part of the path is no directory"),
      ("/proc/x", "there is no such directory"), ("", "its name is empty"),
    ] {
      let error = #expect(throws: FileError.self) { try OutputDirectory(path, isForced: true) }
      #expect(error?.problem == .unwritable(reason), "\(path): \(String(describing: error))")
    }
  }
}
