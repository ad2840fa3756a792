import Foundation
import TestSupport
import Testing
import TrainingFreeNAS

/// Inputs and outputs of every kind, through the command.
@Suite struct FileKindTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private static let search =
    ["search", "nas-bench-201", "--width", "4", "--cells", "1", "--batch", "2"]
    + ["--evaluations", "8", "--population", "4", "--generation", "4", "--inits", "0"]
    + ["--no-baselines", "--format", "json"]
  private static let training = [
    "train-ranking", "--features", "graf", "--trees", "2", "--seeds", "1", "--sample", "40",
    "--train", "20", "--format", "json",
  ]

  /// The commands that write a file beside what they print.
  private static let writers: [(arguments: [String], option: String)] = [
    (search, "--figure"), (training, "--save"), (["score", "1462"] + smallImage, "--save-weights"),
  ]

  private func quoted(_ arguments: [String]) -> String { ShellText.quoted(arguments) }

  // MARK: Outputs

  @Test(arguments: writers.indices)
  func aSideFileThatCannotBeWrittenIsRefusedBeforeTheWork(writer: Int) throws {
    let (arguments, option) = Self.writers[writer]
    for path in ["no/such/x", directory.path, "/proc/x"] {
      let result = try Tool.run(arguments + [option, path])
      #expect(result.status == 73 && result.output.isEmpty, "\(result.errors)")
      #expect(result.errorLines.count == 1, "\(result.errors)")
      #expect(result.errors.contains("\(path): cannot be written: "), "\(result.errors)")
    }
  }

  @Test(arguments: writers.indices)
  func aFileThatIsThereIsReplacedByForceAlone(writer: Int) throws {
    let (arguments, option) = Self.writers[writer]
    let file = URL(fileURLWithPath: directory.file("mine"))
    try Data("not to be lost".utf8).write(to: file)
    let refused = try Tool.run(arguments + [option, file.path])
    #expect(refused.status == 73 && refused.output.isEmpty, "\(refused.errors)")
    #expect(
      refused.errors
        == "tfnas: \(file.path): cannot be written: there is a file already; --force replaces it\n")
    #expect(try Data(contentsOf: file) == Data("not to be lost".utf8))
    let forced = try Tool.run(arguments + [option, file.path, "--force"])
    #expect(forced.status == 0, "\(forced.errors)")
    let written = try Data(contentsOf: file)
    #expect(written.count > 100)
    // What holds nothing is as good as none.
    let empty = URL(fileURLWithPath: directory.file("empty"))
    try Data().write(to: empty)
    #expect(try Tool.run(arguments + [option, empty.path]).status == 0)
    #expect(try Data(contentsOf: empty) == written)
    let idle = try Tool.run(arguments + ["--force"])
    #expect(idle.status == 64 && idle.errors.contains("--force belongs to "), "\(idle.errors)")
  }

  @Test(arguments: writers.indices)
  func theReportIsPrintedThoughASideFileFails(writer: Int) throws {
    let (arguments, option) = Self.writers[writer]
    let plain = try Tool.run(arguments)
    let result = try Tool.run(arguments + [option, "/dev/full"])
    #expect(result.status == 73 && result.output == plain.output && !result.output.isEmpty)
    #expect(
      result.errorLines.last == "tfnas: /dev/full: cannot be written: no space left",
      "\(result.errors)")
  }

  @Test(arguments: writers.indices)
  func aSideFileIsWrittenThoughNobodyReadsTheReport(writer: Int) throws {
    let (arguments, option) = Self.writers[writer]
    let file = directory.file("side")
    let (status, _) = try Tool.shell(
      "\"$TFNAS\" \(quoted(arguments + [option, file])) 2>/dev/null | true")
    #expect(status == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count > 100)
  }

  @Test(arguments: writers.indices)
  func aSideFileGoesToAPipe(writer: Int) throws {
    let (arguments, option) = Self.writers[writer]
    let fifo = directory.file("fifo")
    let (_, output) = try Tool.shell(
      "mkfifo \(fifo); \"$TFNAS\" \(quoted(arguments + [option, fifo])) >/dev/null 2>&1 & "
        + "cat \(fifo) | wc -c; test -p \(fifo) && echo pipe")
    let words = output.split(whereSeparator: \.isWhitespace)
    #expect(words.count == 2 && (Int(words[0]) ?? 0) > 100 && words[1] == "pipe", "\(output)")
  }

  @Test func standardOutputIsWrittenToWhereItStands() throws {
    let file = directory.file("all")
    let link = directory.file("link")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "/proc/self/fd/1")
    let toy = try Tool.run(["figure", "2"])
    for path in ["/dev/stdout", link] {
      let (status, _) = try Tool.shell(
        "{ echo first; \"$TFNAS\" figure 2 --out \(path) 2>/dev/null; echo last; } > \(file)")
      #expect(status == 0)
      #expect(
        try String(contentsOfFile: file, encoding: .utf8) == "first\n\(toy.output)last\n")
      let (_, piped) = try Tool.shell("\"$TFNAS\" figure 2 --out \(path) 2>/dev/null | cat")
      #expect(piped == toy.output)
    }
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func anOutputThatIsAnInputIsRefused() throws {
    let store = directory.file("s.sqlite")
    let before = Data("not to be lost".utf8)
    try before.write(to: URL(fileURLWithPath: store))
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: store)
    for arguments in [
      Self.search + ["--store", store, "--figure", directory.file("link")],
      Self.training + ["--store", store, "--save", store],
      ["figure", "2", "--store", store, "--out", store],
      ["figure", "2", "--out", directory.file("x"), "--png", directory.file("./x")],
      ["score", "1", "--weights", store, "--save-weights", store] + smallImage,
    ] {
      let result = try Tool.run(arguments)
      #expect(result.status == 64 && result.errors.contains("name the same file"), "\(result)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == before)
    }
  }

  @Test func aLimitOfTheSizeOfFilesIsAFullDisk() throws {
    let file = directory.file("a.svg")
    try "before".write(toFile: file, atomically: false, encoding: .utf8)
    let (_, output) = try Tool.shell(
      "ulimit -f 1; \"$TFNAS\" figure 2 --out \(file) --force 2>&1; echo $?")
    #expect(
      output
        == "tfnas: \(file): cannot be written: the limit of the size of files is reached\n73\n")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "before")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a.svg"])
    let (_, whole) = try Tool.shell(
      "ulimit -f 1; \"$TFNAS\" figure 2 2>&1 > \(directory.file("out")); echo $?")
    #expect(whole.hasSuffix("the limit of the size of files is reached\n73\n"), "\(whole)")
  }

  @Test func directoriesWithSomethingInThemAreLeftAlone() throws {
    let out = directory.file("out")
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: false)
    try "mine".write(toFile: out + "/notes", atomically: false, encoding: .utf8)
    let export = ["export", "nas-bench-201", "1462", "--width", "4", "--cells", "1", "--directory"]
    let refused = try Tool.run(export + [out])
    #expect(refused.status == 73 && refused.errors.contains("--force"), "\(refused.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["notes"])
    let search = try Tool.run(Self.search + ["--export", out])
    #expect(search.status == 73 && search.output.isEmpty && search.errorLines.count == 1)
    // Whatever is in the way is found before anything is written.
    try FileManager.default.createSymbolicLink(
      atPath: out + "/weights.safetensors", withDestinationPath: "missing/x")
    let dangling = try Tool.run(export + [out, "--force"])
    #expect(dangling.status == 73 && dangling.errors.contains("weights.safetensors"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: out).count == 2)
    try FileManager.default.removeItem(atPath: out + "/weights.safetensors")
    try FileManager.default.createSymbolicLink(
      atPath: out + "/network.json", withDestinationPath: "../elsewhere")
    #expect(try Tool.run(export + [out, "--force"]).status == 0)
    #expect(FileManager.default.fileExists(atPath: directory.file("elsewhere")))
    let report = try Tool.run(["report", "--store", directory.file("none"), "--out", out])
    #expect(report.status == 66)
  }

  // MARK: Inputs

  /// Files of each kind that is read, with commands in which `@` stands for the path.
  private func readers() throws -> [(file: String, command: [String])] {
    let weights = directory.file("w.safetensors")
    let model = directory.file("m.json")
    let images = directory.file("i.npy")
    let labels = directory.file("l.npy")
    let table = directory.file("t.csv")
    let list = directory.file("list")
    try "\u{FEFF}acc,a\n1,2\n2,3\n3,5\n".write(toFile: table, atomically: false, encoding: .utf8)
    try "\u{FEFF}1462\r\n2506\r\n".write(toFile: list, atomically: false, encoding: .utf8)
    try Data(numpy("|u1", shape: [4, 3, 8, 8], [UInt8](repeating: 7, count: 768)))
      .write(to: URL(fileURLWithPath: images))
    try Data(numpy("<u2", shape: [4], [0, 0, 1, 0, 2, 0, 3, 0]))
      .write(to: URL(fileURLWithPath: labels))
    try #require(
      try Tool.run(["score", "2506", "--save-weights", weights] + smallImage).status == 0)
    try #require(try Tool.run(Self.training + ["--save", model]).status == 0)
    let sized = smallImage + ["--proxies", "jacov", "--image-stats", "none"]
    let network = ["score", "2506", "--width", "4", "--cells", "1", "--resolution", "8"]
    return [
      (table, ["rank", "@", "--accuracy", "acc"]), (list, Self.search + ["--beside", "@"]),
      (list, ["query", "-"]), (model, ["predict", "@", "1462"]),
      (images, ["score", "1462", "--images", "@"] + sized),
      (
        labels,
        ["score", "1462", "--images", images, "--labels", "@", "--proxies", "gradsign"]
          + smallImage + ["--image-stats", "none"]
      ),
      (weights, network + ["--batch", "2", "--weights", "@"]),
      (weights, network + ["--proxies", "jacov", "--input", "@"]),
      (weights, network + ["--weights", "@", "--input", "@"]),
    ]
  }

  @Test func everyReaderTakesPipesAndFIFOs() throws {
    for (file, command) in try readers() {
      let isList = command.contains("-")
      func line(_ path: String) -> String {
        "\"$TFNAS\" " + quoted(command.map { $0 == "@" ? path : $0 })
      }
      let (status, plain) = try Tool.shell("\(line(file)) < \(file) 2>/dev/null")
      #expect(status == 0 && !plain.isEmpty, "\(command)")
      let (_, piped) = try Tool.shell("cat \(file) | \(line("/dev/stdin")) 2>/dev/null")
      #expect(withoutPaths(piped) == withoutPaths(plain), "\(command)")
      let (_, passed) = try Tool.shell("\(line("/dev/fd/7")) 7< \(file) < \(file) 2>/dev/null")
      #expect(withoutPaths(passed) == withoutPaths(plain), "\(command)")
      if isList || command.count(where: { $0 == "@" }) > 1 { continue }
      let fifo = directory.file("fifo-\(UUID().uuidString)")
      let (_, through) = try Tool.shell(
        "mkfifo \(fifo); cat \(file) > \(fifo) & \(line(fifo)) 2>/dev/null")
      #expect(withoutPaths(through) == withoutPaths(plain), "\(command)")
    }
  }

  /// What names a file differs with its path.
  private func withoutPaths(_ text: String) -> String {
    text.split(separator: "\n").filter { !$0.contains("/") }.joined(separator: "\n")
  }

  @Test func everyReaderSaysTheTrueReason() throws {
    for (_, command) in try readers() where command.contains("@") {
      for (path, status, reason) in [
        ("/dev/zero", 66, "a device without an end"), (directory.path, 66, "it is a directory"),
        (directory.file("missing"), 66, "no such file"),
        (directory.file("t.csv") + "/x", 66, "a part of the path is no directory"),
      ] {
        let result = try Tool.run(command.map { $0 == "@" ? path : $0 })
        #expect(Int(result.status) == status && result.errorLines.count == 1, "\(result)")
        #expect(result.errors.contains(reason), "\(command) \(path): \(result.errors)")
      }
    }
  }

  @Test func aFIFOIsNoStore() throws {
    let fifo = directory.file("fifo")
    try #require(mkfifo(fifo, 0o600) == 0)
    let result = try Tool.run(["evaluate", "--sample", "2", "--store", fifo] + small)
    #expect(result.status == 73 && result.errors.contains("a store is a plain file"), "\(result)")
  }

  // MARK: Files of PyTorch

  @Test func aPyTorchFileIsAnsweredWithTheLineThatConvertsIt() throws {
    let pickle = directory.file("old model.pth")
    try Data([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8])
      .write(to: URL(fileURLWithPath: pickle))
    let result = try Tool.run(["score", "1", "--weights", pickle] + smallImage)
    #expect(result.status == 65 && result.errorLines.count == 1)
    #expect(
      result.errors.contains(": a PyTorch file, not safetensors; convert it with: python3 -c "))
    #expect(result.errors.hasSuffix("'\(pickle)' '\(directory.file("old model.safetensors"))'\n"))
    let images = try Tool.run(
      ["score", "1", "--proxies", "jacov", "--images", pickle] + smallImage)
    #expect(images.status == 65 && images.errors.contains("numpy.save"), "\(images.errors)")
  }

  @Test func aPrefixIsNamedAndTakenOff() throws {
    let plain = directory.file("plain.safetensors")
    let arguments =
      ["score", "2506", "--width", "4", "--cells", "1", "--resolution", "8", "--batch", "2"]
      + ["--format", "json"]
    try #require(try Tool.run(arguments + ["--save-weights", plain]).status == 0)
    let file = try SafeTensors(contentsOfFile: plain)
    let prefixed = directory.file("prefixed.safetensors")
    try SafeTensors.write(
      try file.names.map { name in
        SafeTensors.Tensor(
          "module.\(name)", shape: try #require(file[name]).shape, try file.floats(name))
      }, toFile: prefixed)
    let refused = try Tool.run(arguments + ["--weights", prefixed])
    #expect(refused.status == 65 && refused.errorLines.count == 1)
    #expect(
      refused.errors.contains(
        "in the file it is \"module.stem.0.weight\"; --strip-prefix module. "),
      "\(refused.errors)")
    let taken = try Tool.run(arguments + ["--weights", prefixed, "--strip-prefix", "module."])
    #expect(taken.status == 0)
    #expect(taken.output == (try Tool.run(arguments + ["--weights", plain]).output))
    let none = try Tool.run(arguments + ["--weights", plain, "--strip-prefix", "x."])
    #expect(none.status == 65 && none.errors.contains("no tensor has the prefix \"x.\""))
    let alone = try Tool.run(arguments + ["--strip-prefix", "x."])
    #expect(alone.status == 64 && alone.errors.contains("--strip-prefix belongs to --weights"))
  }

  @Test func namesWithCommasStandInQuotes() throws {
    let images = directory.file("a,b.npy")
    try Data(numpy("|u1", shape: [4, 3, 8, 8], [UInt8](repeating: 7, count: 768)))
      .write(to: URL(fileURLWithPath: images))
    let arguments =
      ["score", "1462", "--proxies", "jacov", "--image-stats", "none"] + smallImage
    #expect(try Tool.run(arguments + ["--images", "\"\(images)\""]).status == 0)
    #expect(try Tool.run(arguments + ["--images", "\"\(images)\",\"\(images)\""]).status == 0)
    let open = try Tool.run(arguments + ["--images", "\"\(images)"])
    #expect(open.status == 64 && open.errors.contains("is not closed"), "\(open.errors)")
  }
}

/// The bytes of a NumPy array.
private func numpy(_ type: String, shape: [Int], _ data: [UInt8]) -> [UInt8] {
  let extents = shape.map { "\($0)," }.joined(separator: " ")
  var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
  header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
  let length = header.utf8.count
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
    + Array(header.utf8) + data
}
