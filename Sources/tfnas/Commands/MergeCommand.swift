internal import ArgumentParser
internal import Distribution
internal import Formats
internal import Foundation
internal import Reports
internal import ResultStore
internal import Scoring

/// `tfnas merge`: one store of several.
struct MergeCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "merge", "Puts stores of results together, and says what is missing.",
    arguments: "<out> <in> ...",
    discussion: """
      The stores may be parts of one run, made with --shard, and folders of --join; they are left as they \
      are. All of their records are added or none: two different scores of one network end with 65 and \
      both records. What is there already is passed over, so that merging again changes nothing. Scores \
      of different processors lie side by side. Where networks of a run are missing it ends with 75.
      """,
    examples: ["tfnas merge all.sqlite part-1.sqlite part-2.sqlite", "tfnas merge all.sqlite run/"])

  @Argument(help: "The store that gets the records.", completion: .file(extensions: ["sqlite"]))
  var out: String

  @Argument(
    help: ArgumentHelp("Stores, and folders of --join.", valueName: "in"), completion: .file())
  var inputs: [String]

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let file = try OutputFile(out, isForced: true)
    let others = inputs.filter { !file.isSame(as: $0) }
    if others.count < inputs.count { Diagnostics.say("\(out): is the store that gets the records") }
    guard !others.isEmpty else {
      throw CommandError(.usage, "there is no store besides \(out)")
    }
    try output.check(header: MergeReport.header)
    var sources: [any RecordSource] = []
    var plans: [RunPlan] = []
    for input in others {
      if isDirectory(input) {
        for folder in try SharedFolders.runs(in: input) {
          sources.append(FolderRecords(folder: folder))
          plans.append(folder.plan)
        }
      } else {
        sources.append(try ResultStore(readingFrom: input))
        plans += try SharedWords.plans(beside: input)
      }
    }
    let merge = try ResultStore.merge(sources, into: out)
    let store = try ResultStore(readingFrom: out)
    let gaps = try RunGap.gaps(of: plans, in: store)
    let series = try store.series()
    try store.close()
    try output.write(
      MergeReport(
        store: out, records: series.reduce(0) { $0 + $1.count },
        parts: merge.parts.map { .init(path: $0.path, records: $0.records, added: $0.added) },
        kernels: Dictionary(
          grouping: series.filter { !$0.series.kernels.isEmpty }, by: \.series.kernels
        ).mapValues { $0.reduce(0) { $0 + $1.count } },
        runs: gaps.map(\.run)))
    if let gap = gaps.first(where: { $0.run.missing > 0 }) {
      let word = ShellText.quoted(gap.command)
      throw CommandError(
        .incomplete,
        "\(out): of \(counted(gap.run.networks, "network")) of the run \(grouped(gap.run.missing)) are "
          + "missing\(gap.run.shards.isEmpty ? "" : ": shards \(gap.run.shards.joined(separator: ", "))"); "
          + "compute them with: \(word)")
    }
  }

  private func isDirectory(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/.")
  }
}

/// The records of a folder that several workers share.
private struct FolderRecords: RecordSource {
  let folder: SharedFolder

  var path: String { folder.path }

  func forEachRecord(_ body: (Evaluation) throws -> Void) throws {
    for (number, cells) in try folder.recorded().enumerated() {
      guard let cells else { continue }
      for evaluation in folder.evaluations(cells, of: number) { try body(evaluation) }
    }
  }
}

/// What a store lacks of a run.
private struct RunGap {
  let run: MergeReport.Run
  /// The command that computes what is missing.
  let command: [String]

  /// What a store lacks of the runs of some plans.
  static func gaps(of plans: [RunPlan], in store: ResultStore) throws -> [RunGap] {
    var seen: Set<String> = []
    return try plans.filter { seen.insert($0.digest).inserted }.map { plan in
      let held = try plan.columns.map { column in
        try store.evaluations(
          space: plan.space, proxy: column.proxy, settings: column.settings, seed: plan.seed)
      }
      let missing = plan.networks.indices.filter { number in
        held.contains { $0[plan.networks[number]] == nil }
      }
      let count = plan.shard?.count
      let shards = count.map { count in
        Set(missing.map { $0 % count + 1 }).sorted().map { "\($0)/\(count)" }
      }
      return RunGap(
        run: MergeReport.Run(
          space: plan.space, networks: plan.networks.count, missing: missing.count,
          shards: shards ?? []),
        command: plan.shard == nil ? plan.command : plan.command + ["--store", store.path])
    }
  }
}
