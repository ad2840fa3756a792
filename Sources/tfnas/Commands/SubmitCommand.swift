internal import ArgumentParser
internal import Distribution
internal import Formats
internal import Foundation
internal import Reports

/// `tfnas submit`: many workers of one run, by a batch system.
struct SubmitCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "submit", "Starts workers of a run with Slurm, PBS or GNU parallel.",
    arguments: "<engine> -- <command> ... --join <dir>",
    discussion: """
      The command behind -- is evaluate, score, search or study with --join. What is submitted is a script in its \
      folder, which --dry-run prints instead. The workers are all alike and share the networks in the \
      folder: any number may be submitted, at any time. One whose time is up goes back into the queue \
      (Slurm), and what a lost one had claimed is taken over by others. parallel runs its workers here, \
      and its command ends with them.
      """,
    examples: [
      "tfnas submit slurm --tasks 100 --time 4h -- evaluate --join run",
      "tfnas submit slurm --tasks 16 --dry-run -- evaluate --sample 90 --join run",
      "tfnas submit parallel --tasks 8 -- study study.yaml --join run",
    ])

  @Argument(help: "slurm, pbs or parallel.", transform: Self.engine) var engine: BatchEngine

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The command of the workers, behind --.", valueName: "command"))
  var command: [String] = []

  @Option(help: "How many workers are started.")
  var tasks = 8

  @Option(help: "Cores of a worker. (default: the --threads of the command, or 1)")
  var cores: Int?

  @Option(
    help: ArgumentHelp(
      "The time after which the system ends a worker. (default: the system's)", valueName: "4h"),
    transform: TimeSpan.init(parsing:))
  var time: TimeSpan?

  @Option(help: "The most elements that an array may have. (default: what the system says)")
  var arrayLimit: Int?

  @Option(help: "The name of the job.")
  var name = "tfnas"

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A further line for the system, such as --partition=short; may be given several times.",
      valueName: "text"))
  var directive: [String] = []

  @Flag(help: "Prints the script, and submits nothing.")
  var dryRun = false

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  private static func engine(_ text: String) throws -> BatchEngine {
    guard let engine = BatchEngine(rawValue: text) else {
      let names = BatchEngine.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw ValidationError("there is no '\(text)', only \(names)")
    }
    return engine
  }

  /// The command of a worker as it is understood.
  private func worker() throws -> any SharedCommand {
    guard let first = command.first else {
      throw ValidationError("behind -- there is no command, such as evaluate --join run")
    }
    let parsed: any ParsableCommand
    do { parsed = try TFNAS.parseAsRoot(command) } catch {
      throw ValidationError("behind --: \(TFNAS.message(for: error))")
    }
    guard let shared = parsed as? any SharedCommand else {
      throw ValidationError(
        "'\(first)' is not shared among workers: evaluate, score, search and study are")
    }
    return shared
  }

  /// The folder of the run.
  private func folder(of worker: any SharedCommand) throws -> String {
    guard let folder = worker.joining.folder else {
      throw ValidationError("the command behind -- needs --join DIR, the folder of its workers")
    }
    return folder
  }

  func validate() throws {
    try check("--tasks", tasks, in: 1...1_000_000)
    try check("--cores", cores, in: 1...1024)
    try check("--array-limit", arrayLimit, in: 1...10_000_000)
    if let time, time.seconds < 60 {
      throw ValidationError("--time must be a minute at least, or no worker gets anything done")
    }
    if name.isEmpty || name.contains(where: { $0.isWhitespace || $0 == "/" }) {
      throw ValidationError("--name must be a word without spaces and slashes")
    }
    if let line = directive.first(where: { $0.contains(where: \.isNewline) }) {
      throw ValidationError("--directive must be one line, not '\(line)'")
    }
    _ = try folder(of: worker())
  }

  func run() throws {
    try output.check(header: SubmissionReport.header)
    let job = try job()
    if dryRun { return try Output.write(job.script(for: engine)) }
    let submitter = try Program(engine.submitter)
    if engine == .parallel { try Self.requireGNU(submitter) }
    let limit = try engine == .parallel ? job.tasks : arrayLimit ?? Self.askedLimit(of: engine)
    _ = try OutputDirectory(job.logs, isForced: true)
    let script = try write(job.script(for: engine), in: job.folder)
    if engine == .parallel { return try runHere(script, job) }
    var submitted: [SubmissionReport.Part] = []
    var failure: CommandError?
    for array in job.arrays(limit: limit) {
      let result = try submitter.run(job.arguments(of: array, for: engine) + [script])
      guard result.status == 0 else {
        failure = CommandError(
          .incomplete,
          "\(submitter.name) \(result.reason); \(submitted.isEmpty ? "nothing" : "not all") was submitted, and "
            + "the script is \(script)")
        break
      }
      submitted.append(
        .init(
          job: result.output.trimmingCharacters(in: .whitespacesAndNewlines), count: array.count,
          offset: array.offset))
    }
    if !submitted.isEmpty { try output.write(report(of: job, script, submitted)) }
    if let failure { throw failure }
  }

  private func report(
    of job: BatchJob, _ script: String, _ parts: [SubmissionReport.Part]
  ) -> SubmissionReport {
    SubmissionReport(
      engine: engine.rawValue, script: script, logs: job.logs, parts: parts,
      status: ShellText.quoted(["tfnas", "status", job.folder]),
      result: ShellText.quoted(job.command),
      merge: ShellText.quoted(["tfnas", "merge", "scores.sqlite", job.folder]))
  }

  /// Refuses the program of the same name that comes with moreutils.
  private static func requireGNU(_ parallel: Program) throws {
    guard try parallel.run(["--version"]).output.hasPrefix("GNU parallel") else {
      throw CommandError(
        .missingInput, "\(parallel.name): is here another program than GNU parallel")
    }
  }

  private func runHere(_ script: String, _ job: BatchJob) throws {
    Diagnostics.say("\(script): \(counted(job.tasks, "worker")) of GNU parallel")
    let status = try Program("sh").runOpenly([script])
    guard status == 0 else {
      // It counts to 100; what is above means something else.
      let failed =
        status <= 100
        ? "\(counted(Int(status), "worker")) of parallel failed"
        : "parallel ended with status \(status)"
      throw CommandError(
        .incomplete,
        "\(failed); what they say is above, and "
          + "\(ShellText.quoted(["tfnas", "status", job.folder])) shows how far the run is")
    }
  }

  private func job() throws -> BatchJob {
    let worker = try worker()
    let folder = try folder(of: worker)
    let here = FileManager.default.currentDirectoryPath
    let cores = cores ?? worker.processor.threads ?? 1
    var words = [Self.executable(here)] + command
    if worker.processor.threads == nil { words += ["--threads", "\(cores)"] }
    var job = BatchJob(
      command: words, directory: here, folder: folder.hasPrefix("/") ? folder : "\(here)/\(folder)",
      tasks: tasks)
    job.name = name
    job.cores = cores
    job.seconds = time.map { Int($0.seconds.rounded(.up)) }
    job.directives = directive
    return job
  }

  /// This program by a path that is the same in every directory.
  private static func executable(_ here: String) -> String {
    let name = CommandLine.arguments[0]
    if name.hasPrefix("/") { return name }
    return name.contains("/") ? "\(here)/\(name)" : Program.path(of: name) ?? name
  }

  /// Writes the script where no other one is: one that was submitted may still be read.
  private func write(_ text: String, in folder: String) throws -> String {
    var number = 1
    while true {
      let path = "\(folder)/submit-\(engine.rawValue)\(number == 1 ? "" : "-\(number)").sh"
      if try SharedFile.publish(Array(text.utf8), at: path) { return path }
      if try InputFile.bytes(of: path) == Array(text.utf8) { return path }
      number += 1
    }
  }

  // MARK: Limits

  /// The most elements of an array, as the system says.
  ///
  /// - Throws: 66 where there is nobody to ask, 75 where there is no answer.
  private static func askedLimit(of engine: BatchEngine) throws -> Int {
    let (program, arguments, setting) =
      switch engine {
      case .slurm, .parallel: ("scontrol", ["show", "config"], "MaxArraySize")
      case .pbs: ("qmgr", ["-c", "list server max_array_size"], "max_array_size")
      }
    let result = try Program(program).run(arguments)
    guard result.status == 0 else {
      throw CommandError(
        .incomplete, "\(program) \(result.reason); --array-limit says how large an array may be")
    }
    for line in result.output.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      if parts.count == 2, parts[0] == setting, let limit = Int(parts[1]), limit > 0 {
        return limit
      }
    }
    // PBS lists it where it is not what it usually is.
    if engine == .pbs { return 10_000 }
    throw CommandError(
      .incomplete, "\(program) names no \(setting); --array-limit says how large an array may be")
  }
}
