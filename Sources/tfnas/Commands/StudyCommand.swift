internal import ArgumentParser
internal import Distribution
internal import Figures
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
      the mean over spaces, and the shortest near the best is chosen. With points: every task is measured at each of \
      several settings, and quality stands beside time. A task that fails is named with its reason, and the others \
      are measured.
      """,
    examples: [
      "tfnas study study.yaml --store study.sqlite --format json",
      "tfnas study study.yaml --store study.sqlite --page study.html",
      "tfnas study points.yaml --store points.sqlite --figure front.svg",
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

  @Option(
    help: ArgumentHelp(
      "Draws quality against time, for a study with points.", valueName: "file.svg"),
    completion: .file(extensions: ["svg"]))
  var figure: String?

  @OptionGroup(title: "Output") var replacement: ReplacementOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try sharing.checkStore(stored)
    try replacement.check([("--page", page), ("--figure", figure)])
  }

  func run() throws {
    let text = String(decoding: try Input.bytes(of: file), as: UTF8.self)
    let study = try StudyFile(parsing: text, file: Input.name(of: file))
    if page != nil, !study.points.isEmpty {
      throw ValidationError("--page belongs to a study without points")
    }
    if figure != nil, study.points.isEmpty {
      throw ValidationError("--figure belongs to a study with points")
    }
    try output.check(header: study.points.isEmpty ? StudyReport.header : StudyFront.header)
    let evaluations = try evaluations(of: study)
    let page = try named("--page", page, evaluations)
    let figure = try named("--figure", figure, evaluations)
    let worker = try takePart(in: evaluations)
    if sharing.shard != nil { return }
    let parts = try parts(of: evaluations, members: study.choice?.members ?? [])
    if let folder = sharing.join, let worker,
      let printer = try SharedFolder.printer(worker, in: folder)
    {
      Diagnostics.say(SharedWords.printed(by: printer, in: folder))
      return
    }
    if study.points.isEmpty {
      try write(report(of: study, evaluations, parts), page)
    } else {
      try write(front(of: study, evaluations, parts), figure)
    }
    if let failed = zip(evaluations, parts).first(where: { $1.failure != nil }) {
      let count = parts.count { $0.failure != nil }
      throw CommandError(
        .badData,
        "\(counted(count, "task")) of \(parts.count) failed, the first is \(failed.0.title)"
      )
    }
  }

  /// A task, at one point where the study has points.
  private typealias Evaluation = (title: String, command: EvaluateCommand)

  /// What a task gave, or why it gave nothing.
  private struct Part {
    var measured: EvaluateCommand.StudyPart?
    var failure: String?
  }

  /// The evaluations, the tasks of the first point first; all are read before the first one is begun.
  private func evaluations(of study: StudyFile) throws -> [Evaluation] {
    let settings: [StudyFile.Point?] = study.points.isEmpty ? [nil] : study.points
    var evaluations: [Evaluation] = []
    for point in settings {
      for task in study.tasks {
        evaluations.append(
          (
            title: [task.title, point?.title].compactMap(\.self).joined(separator: ", "),
            command: try command(of: task, at: point, number: evaluations.count + 1, in: study)
          ))
      }
    }
    return evaluations
  }

  /// A side file, which is none of those that are read.
  private func named(
    _ option: String, _ path: String?, _ evaluations: [Evaluation]
  ) throws -> NamedOutput? {
    try joining.unlessWritten {
      try NamedOutput(
        option, path, isForced: replacement.force,
        besides: [("<file>", file), ("--store", stored.path)]
          + evaluations.map { ("accuracies of \($0.title)", $0.command.collection.file.accuracies) }
      )
    }
  }

  /// What each evaluation gives; one that fails is told, and the others go on.
  private func parts(of evaluations: [Evaluation], members: [String]) throws -> [Part] {
    var parts: [Part] = []
    for (title, command) in evaluations {
      Diagnostics.say("task \(parts.count + 1) of \(evaluations.count): \(title)")
      do {
        parts.append(Part(measured: try command.part(members: members)))
      } catch let error as CommandError where error.status == .incomplete {
        throw error
      } catch let error as SharedRunError {
        throw error
      } catch {
        let reason = CommandError(error).message
        Diagnostics.say("\(title): \(reason)")
        parts.append(Part(failure: reason))
      }
    }
    return parts
  }

  /// The rankings on the tasks, and the choice if there is one.
  private func report(
    of study: StudyFile, _ evaluations: [Evaluation], _ parts: [Part]
  ) -> StudyReport {
    let members = study.choice?.members ?? []
    let tasks = zip(evaluations, parts).map { evaluation, part in
      StudyReport.Task(
        title: evaluation.title,
        // What stands there for the choice alone has no row.
        rows: part.measured?.rows.filter {
          study.rankings.contains($0.name) || !members.contains($0.name)
        } ?? [], failure: part.failure)
    }
    let choices = parts.compactMap(\.measured?.task)
    return StudyReport(
      tasks, rankings: tasks.last { $0.failure == nil }?.rows.map(\.name) ?? [], by: coefficient,
      choice: study.choice.flatMap { asked in
        choices.isEmpty
          ? nil
          : StudyReport.Choice(
            RankProductChoice(choices, atMost: asked.atMost, margin: asked.margin),
            members: members)
      })
  }

  /// The rankings at every point that was measured on all tasks.
  private func front(
    of study: StudyFile, _ evaluations: [Evaluation], _ parts: [Part]
  ) throws -> StudyFront {
    let count = study.tasks.count
    let settings = study.points.enumerated().compactMap { number, point in
      let measured = parts[number * count..<(number + 1) * count].compactMap(\.measured)
      return measured.count == count
        ? StudyFront.Setting(title: point.title, tasks: measured.map(\.measurements)) : nil
    }
    guard let first = settings.first, let metrics = evaluations.first?.command.metrics else {
      throw CommandError(.badData, "no point was measured on all tasks")
    }
    if first.title != study.points[0].title {
      Diagnostics.say("the first point failed: differences are from \(first.title)")
    }
    return StudyFront(
      settings, tasks: study.tasks.map(\.title), by: coefficient, cutoff: metrics.at,
      bootstrap: metrics.bootstrap)
  }

  private func write(_ report: StudyReport, _ file: NamedOutput?) throws {
    var steps = Steps()
    steps.take { try output.write(report) }
    if let file {
      steps.take {
        let page = report.page(
          title: "Rankings on \(counted(report.tasks.count, "task"))",
          command: ShellText.quoted(["tfnas"] + CommandLine.arguments.dropFirst()))
        try file.file.write(page.html)
        Diagnostics.say("\(file.file.path): \(counted(page.sections.count, "part"))")
      }
    }
    try steps.finish()
  }

  private func write(_ front: StudyFront, _ file: NamedOutput?) throws {
    var steps = Steps()
    steps.take { try output.write(front) }
    if let file {
      steps.take {
        guard let figure = front.figure else {
          throw CommandError(.badData, "no ranking took time, so there is nothing to draw")
        }
        try file.file.write(figure.scene.svg)
        Diagnostics.say("\(file.file.path): \(figure.title). \(figure.caption)")
      }
    }
    try steps.finish()
  }

  /// Computes what is to be computed of every task where the study is shared, before any task is waited for.
  ///
  /// - Returns: the name of this process among the workers, `nil` where it computed nothing in a folder.
  /// - Throws: 75 where it was interrupted, 65 where the folder belongs to another study; what else is wrong
  ///   with a task is said where its rows are asked for.
  private func takePart(
    in evaluations: [Evaluation]
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

  /// The evaluation of a task, at a point where there are some.
  private func command(
    of task: StudyFile.Task, at point: StudyFile.Point?, number: Int, in study: StudyFile
  ) throws -> EvaluateCommand {
    var arguments =
      [
        "--proxies",
        (study.rankings + (study.choice?.members ?? [])).joined(separator: ","),
      ] + task.arguments + (point?.arguments ?? [])
    if let path = stored.path { arguments += ["--store", path] }
    if stored.mix { arguments.append("--mix") }
    if let shard = sharing.shard { arguments += ["--shard", "\(shard)"] }
    if let folder = sharing.join {
      arguments += ["--join", SharedRuns.task(number, in: folder)]
      if let lease = sharing.joining.lease { arguments += ["--lease", "\(lease)"] }
    }
    if let threads = processor.threads { arguments += ["--threads", "\(threads)"] }
    do { return try EvaluateCommand.parse(arguments) } catch {
      throw CommandError(
        .badData, "\(point?.place ?? task.place): \(EvaluateCommand.message(for: error))")
    }
  }
}
