internal import ArgumentParser
internal import Distribution
internal import Formats
internal import Ranking
internal import Reports
internal import SpaceFiles

/// `tfnas study`: rankings on the tasks of several spaces by one protocol.
struct StudyCommand: DividedCommand {
  static let configuration = CommandConfiguration(
    "study", "Measures rankings on the tasks of several spaces, as a YAML file says.",
    arguments: "<file>",
    discussion: """
      The file lists rankings, settings and tasks; settings and tasks are options of tfnas evaluate \
      without their hyphens, and a row of the study is what that command prints. With --store a study \
      that was stopped goes on where it was. With choose: the products of some ranks are compared too, by \
      the mean over spaces, and the shortest near the best is chosen. A task that fails is named with its reason, and the others \
      are measured.
      """,
    examples: [
      "tfnas study study.yaml --store study.sqlite --format json",
      "tfnas study study.yaml --store study.sqlite --page study.html",
    ])

  @Argument(help: "A YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var stored: StoreOptions
  @OptionGroup(title: "Many processes") var sharing: SharingOptions

  @Option(help: "The coefficient of the table and of mean places.")
  var coefficient = StudyReport.Coefficient.spearman

  @OptionGroup(title: "Run") var processor: ProcessorOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Writes all tables with their intervals to a page for a browser.", valueName: "file.html"),
    completion: .file(extensions: ["html"]))
  var page: String?

  @OptionGroup(title: "Output") var replacement: ReplacementOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try sharing.checkStore(stored)
    try replacement.check([("--page", page)])
  }

  func run() throws {
    let text = String(decoding: try Input.bytes(of: file), as: UTF8.self)
    let study = try StudyFile(parsing: text, file: Input.name(of: file))
    let members = study.choice?.members ?? []
    let evaluations = try study.tasks.enumerated().map { number, task in
      (title: task.title, command: try command(of: task, number: number + 1, in: study))
    }
    let drawn = try joining.unlessWritten {
      try NamedOutput(
        "--page", page, isForced: replacement.force,
        besides: [("<file>", file), ("--store", stored.path)]
          + evaluations.map { ("accuracies of \($0.title)", $0.command.collection.file.accuracies) }
      )
    }
    let worker = try takePart(in: evaluations)
    if sharing.shard != nil { return }
    var tasks: [StudyReport.Task] = []
    var names: [String] = []
    var choices: [RankProductChoice.Task] = []
    for (title, command) in evaluations {
      Diagnostics.say("task \(tasks.count + 1) of \(evaluations.count): \(title)")
      do {
        let part = try command.part(members: members)
        // What stands there for the choice alone has no row.
        let rows = part.rows.filter {
          study.rankings.contains($0.name) || !members.contains($0.name)
        }
        names = rows.map(\.name)
        tasks.append(StudyReport.Task(title: title, rows: rows))
        choices.append(part.task)
      } catch let error as CommandError where error.status == .incomplete {
        throw error
      } catch let error as SharedRunError {
        throw error
      } catch {
        let reason = CommandError(error).message
        Diagnostics.say("\(title): \(reason)")
        tasks.append(StudyReport.Task(title: title, rows: [], failure: reason))
      }
    }
    if let folder = sharing.join, let worker,
      let printer = try SharedFolder.printer(worker, in: folder)
    {
      Diagnostics.say(SharedWords.printed(by: printer, in: folder))
      return
    }
    var choice: RankProductChoice?
    if let asked = study.choice, !choices.isEmpty {
      choice = RankProductChoice(choices, atMost: asked.atMost, margin: asked.margin)
    }
    let report = StudyReport(
      tasks, rankings: names, by: coefficient,
      choice: choice.map { StudyReport.Choice($0, members: members) })
    try output.check(header: report.header)
    var steps = Steps()
    steps.take { try output.write(report) }
    if let drawn {
      steps.take {
        let page = report.page(
          title: "Rankings on \(counted(tasks.count, "task"))",
          command: ShellText.quoted(["tfnas"] + CommandLine.arguments.dropFirst()))
        try drawn.file.write(page.html)
        Diagnostics.say("\(drawn.file.path): \(counted(page.sections.count, "part"))")
      }
    }
    try steps.finish()
    if let failed = tasks.first(where: { $0.failure != nil }) {
      let count = tasks.count { $0.failure != nil }
      throw CommandError(
        .badData, "\(counted(count, "task")) of \(tasks.count) failed, the first is \(failed.title)"
      )
    }
  }

  /// Computes what is to be computed of every task where the study is shared, before any task is waited for.
  ///
  /// - Returns: the name of this process among the workers, `nil` where it computed nothing in a folder.
  /// - Throws: 75 where it was interrupted, 65 where the folder belongs to another study; what else is wrong
  ///   with a task is said where its rows are asked for.
  private func takePart(
    in evaluations: [(title: String, command: EvaluateCommand)]
  ) throws -> String? {
    if case .none = sharing.sharing { return nil }
    var worker: String?
    for (number, (title, command)) in evaluations.enumerated() {
      Diagnostics.say("task \(number + 1) of \(evaluations.count): \(title)")
      do { worker = try command.takePart() ?? worker } catch let error as CommandError
        where error.status == .incomplete
      {
        throw error
      } catch let error as SharedRunError {
        throw error
      } catch {
        if sharing.shard != nil { throw error }
        Diagnostics.say("\(title): \(CommandError(error).message)")
      }
    }
    return worker
  }

  /// The evaluation of a task; all are read before the first one is begun.
  private func command(
    of task: StudyFile.Task, number: Int, in study: StudyFile
  ) throws -> EvaluateCommand {
    var arguments =
      [
        "--proxies",
        (study.rankings + (study.choice?.members ?? [])).joined(separator: ","),
      ] + task.arguments
    if let path = stored.path { arguments += ["--store", path] }
    if stored.mix { arguments.append("--mix") }
    if let shard = sharing.shard { arguments += ["--shard", "\(shard)"] }
    if let folder = sharing.join {
      arguments += ["--join", SharedRuns.task(number, in: folder)]
      if let lease = sharing.joining.lease { arguments += ["--lease", "\(lease)"] }
    }
    if let threads = processor.threads { arguments += ["--threads", "\(threads)"] }
    do { return try EvaluateCommand.parse(arguments) } catch {
      throw CommandError(.badData, "\(task.place): \(EvaluateCommand.message(for: error))")
    }
  }
}
