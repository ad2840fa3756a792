import Foundation
import TestSupport
import Testing
import TrainingFreeNAS

@testable import tfnas

/// The commands that README and guides promise.
///
/// Each is run here, or says behind it in a comment how long it takes (`# long: 10 s`), or that it needs
/// `# your files`. With `TFNAS_SLOW=1` those that take seconds are run too.
@Suite struct DocumentTests {
  /// A command of a document.
  struct Command: Sendable, CustomTestStringConvertible {
    let file: String
    let line: Int
    /// The line for a shell, with those that it goes on in.
    let text: String
    /// Lines before it in its block that give variables a value.
    let assignments: [String]
    /// What is shown below it, in a block that shows output.
    let shown: [String]

    /// The comment behind it.
    var mark: String? {
      text.firstRange(of: "  # ").map { String(text[$0.upperBound...]) }
        .flatMap { $0.hasPrefix("long: ") || $0.hasPrefix("your files") ? $0 : nil }
    }

    /// Seconds that it says it takes.
    var seconds: Int? {
      mark?.firstMatch(of: #/long: (\d+) s\b/#).flatMap { Int($0.1) }
    }

    /// The message that it is shown to end with.
    var message: String? { shown.first.flatMap { $0.hasPrefix("tfnas: ") ? $0 : nil } }

    var testDescription: String { "\(file):\(line) \(text.prefix(60))" }
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let commands: [Command] = {
    let guides = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/Guides")) ?? []
    let files =
      ["README.md"] + guides.filter { $0.hasSuffix(".md") }.sorted().map { "Guides/" + $0 }
    return files.flatMap { file in
      commands(
        of: (try? String(contentsOfFile: root.path + "/" + file, encoding: .utf8)) ?? "", in: file)
    }
  }()

  private static func commands(of text: String, in file: String) -> [Command] {
    var found: [Command] = []
    var language: String?
    var assignments: [String] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    var number = 0
    func next() -> String? {
      number += 1
      return lines.popFirst()
    }
    while let line = next() {
      if line.hasPrefix("```") {
        language = language == nil ? String(line.dropFirst(3)) : nil
        assignments = []
        continue
      }
      guard let language, ["", "sh", "console"].contains(language) else { continue }
      let isConsole = language == "console"
      var command = isConsole ? String(line.drop { $0 == "$" || $0 == " " }) : line
      let start = number
      if isConsole, !line.hasPrefix("$ ") { continue }
      while command.hasSuffix("\\"), let more = next() {
        command = String(command.dropLast()) + String(more.drop { $0 == " " })
      }
      if command.wholeMatch(of: #/[a-z]+=\S+/#) != nil { assignments.append(command) }
      let first = command.drop { $0 == " " }
      guard first.hasPrefix("tfnas ") || command.contains("| tfnas ") else { continue }
      let shown = isConsole ? lines.prefix { !$0.hasPrefix("$ ") && !$0.hasPrefix("```") } : []
      found.append(
        Command(
          file: file, line: start, text: command, assignments: assignments, shown: Array(shown)))
    }
    return found
  }

  @Test func documentsHaveCommands() {
    #expect(Self.commands.count > 60)
    #expect(Set(Self.commands.map(\.file)).count > 8)
  }

  /// Files that the lines of documents name.
  private func prepare() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let cells = NASBench201Population.live.sample(count: 12, seed: 0).map(\.benchmarkIndex)
    var scores = "name,acc,mine,size,layers\n"
    for (number, index) in cells.enumerated() {
      scores += "n\(number),\(80 + number % 7),\(index % 13),\(number * 3 % 11),\(number % 4)\n"
    }
    let texts = [
      "cells.txt": cells.map { "\($0)\n" }.joined(), "scores.csv": scores,
      "chains.txt": "SuperConvK3BNRELU(3,8,2,1)SuperConvK1BNRELU(8,64,1,1)\n",
      "winner.txt": "SuperConvK3BNRELU(3,8,2,1)SuperConvK1BNRELU(8,64,1,1)\n",
      "trained.csv": "architecture,top1\n"
        + ["8,16", "16,32", "24,64"].enumerated().map { number, sizes in
          let width = sizes.prefix { $0 != "," }
          return
            "\"SuperConvK3BNRELU(3,\(width),2,1)SuperConvK1BNRELU(\(sizes),1,1)\",\(60 + number)\n"
        }.joined(),
      "mine.csv":
        "network,loss,size,accuracy\na,0.71,1.2,91.5\nb,0.64,0.9,92.8\nc,0.80,,88.1\nd,0.55,3.1,93.9\n",
    ]
    for (name, text) in texts {
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file(name)))
    }
    // A copy: a store may be opened for writing.
    try FileManager.default.copyItem(
      atPath: Self.root.path + "/Results", toPath: directory.file("Results"))
    try FileManager.default.copyItem(
      atPath: Self.root.path + "/Examples", toPath: directory.file("Examples"))
    return directory
  }

  private func run(_ command: Command, in directory: TemporaryDirectory) throws {
    // Several lines write into a directory or drawing of one name, each as if it were the first.
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.path)
    where name == "out" || name.hasSuffix(".svg") {
      try FileManager.default.removeItem(atPath: directory.file(name))
    }
    let script =
      (["cd '\(directory.path)'", "tfnas() { \"$TFNAS\" \"$@\"; }"] + command.assignments
      + ["{ " + command.text, "} 2>errors"]).joined(separator: "\n")
    let (status, _) = try Tool.shell(script)
    let errors = try String(contentsOfFile: directory.file("errors"), encoding: .utf8)
    if let message = command.message, !errors.hasPrefix("tfnas: scored") {
      #expect(errors.split(separator: "\n").contains { $0 == message }, "\(command): \(errors)")
    } else {
      #expect(status == 0, "\(command.testDescription): \(errors)")
    }
  }

  /// Words as the command gets them, with something in the place of what a shell would put there.
  private func words(of command: Command) throws -> [String] {
    let text =
      command.text.components(separatedBy: "| tfnas ").last.map {
        command.text.contains("| tfnas ") ? "tfnas " + $0 : $0
      } ?? command.text
    let chain = "SuperConvK3BNRELU(3,8,2,1)"
    return try ShellLine.words(
      of: text.replacing("$(cat winner.txt)", with: chain).replacing("$seed", with: "1")
        .replacing("$store", with: "store.sqlite")
        .trimmingCharacters(in: .whitespaces))
  }

  /// Whatever is not run has arguments that the command takes.
  @Test(arguments: commands.filter { $0.message == nil })
  func everyLineIsUnderstood(command: Command) throws {
    let words = Array(try words(of: command).dropFirst())
    // What is asked for help, a script or versions is no error, but nothing to be run either.
    if !["--generate-completion-script", "--help", "--version"].filter(words.contains).isEmpty {
      return
    }
    #expect(throws: Never.self, "\(command.testDescription)") { _ = try TFNAS.parseAsRoot(words) }
  }

  /// A line is run, or says how long it takes.
  @Test func everyLineRunsOrSaysHowLong() throws {
    let directory = try prepare()
    let isSlow = ProcessInfo.processInfo.environment["TFNAS_SLOW"] == "1"
    for command in Self.commands {
      if command.mark?.hasPrefix("your files") == true { continue }
      if command.mark != nil, !(isSlow && command.seconds != nil) { continue }
      try run(command, in: directory)
    }
  }
}
