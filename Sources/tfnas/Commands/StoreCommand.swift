internal import ArgumentParser
internal import Foundation
internal import Reports
internal import ResultStore

/// `tfnas store`: looks for damage in a store of results, and mends it.
struct StoreCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "store", "Checks every record of a store of results, or keeps those that are sound.",
    arguments: "<action> <file>",
    discussion: """
      check reads every page and record, changes nothing, and ends with 65 where something is damaged.
      repair copies what is sound into a store that takes the place of the damaged one, which is kept \
      as FILE.damaged; it ends with 0. A sound store is left as it is.
      """,
    examples: ["tfnas store check results.sqlite", "tfnas store repair results.sqlite"])

  /// What is done with the store.
  enum Action: String, CaseIterable, ExpressibleByArgument {
    case check
    case repair
  }

  @Argument(help: "check or repair.") var action: Action

  @Argument(help: "The store.", completion: .file(extensions: ["sqlite"])) var file: String

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    switch action {
    case .check:
      let check = try ResultStore.check(file)
      let report = StoreReport(path: file, sound: check.sound, problems: check.problems)
      try output.check(header: report.header)
      try output.write(report)
      guard check.problems.isEmpty else {
        throw CommandError(
          .badData,
          "\(file): is damaged in \(counted(check.problems.count, "place")); 'tfnas store repair' keeps "
            + counted(check.sound, "record"))
      }
    case .repair: try repair()
    }
  }

  private func repair() throws {
    let check = try ResultStore.check(file)
    if check.problems.isEmpty {
      try output.write(StoreReport(path: file, sound: check.sound, problems: []))
      return
    }
    let kept = file + ".damaged"
    let sound = file + ".repaired"
    for path in [kept, sound] where FileManager.default.fileExists(atPath: path) {
      throw CommandError(.cannotWrite, "\(path): exists already, and nothing is replaced")
    }
    let repaired = try ResultStore.repair(file, into: sound)
    do {
      // A log belongs to its file and goes with it.
      for ending in ["-wal", "-shm", "-journal"]
      where FileManager.default.fileExists(atPath: file + ending) {
        try FileManager.default.moveItem(atPath: file + ending, toPath: kept + ending)
      }
      try FileManager.default.moveItem(atPath: file, toPath: kept)
      try FileManager.default.moveItem(atPath: sound, toPath: file)
    } catch {
      throw CommandError(
        .cannotWrite,
        "\(file): cannot be replaced; the sound records are in \(sound), what is damaged in "
          + "\(file) or \(kept)")
    }
    let report = StoreReport(
      path: file, sound: repaired.sound, problems: repaired.problems, damagedCopy: kept)
    try output.check(header: report.header)
    try output.write(report)
  }
}
