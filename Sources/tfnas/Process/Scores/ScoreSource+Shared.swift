internal import Distribution
internal import Formats
internal import Foundation
internal import Reports
internal import ResultStore
internal import Scoring

/// How far a process goes in a run on a shared folder.
enum SharedStage {
  /// Until there is nothing to claim.
  case work
  /// Until all is recorded, by whomever.
  case whole
  /// The same for a round of a search, which is short: nothing is said, and who waits looks more often.
  case round

  /// The seconds before a worker that waits looks at the folder again, for the first time and at most; they become
  /// more and more, so that many that wait do not keep its server from its work.
  fileprivate var pauses: (first: Double, most: Double) {
    switch self {
    case .work, .whole: (0.1, .infinity)
    case .round: (0.02, 1)
    }
  }

  /// The seconds after which it is said that others are waited for.
  fileprivate var silence: Double {
    switch self {
    case .work, .whole: 0
    case .round: 10
    }
  }
}

extension ScoreSource {
  /// Computes what this process is to compute of a run that several share; nothing where it is not shared.
  ///
  /// Behind the whole of a run on a folder everything is known.
  ///
  /// - Parameters:
  ///   - architectures: the networks of the run, each once.
  ///   - stage: how far it goes.
  /// - Throws: 75 with the command that goes on where it was interrupted, 65 where the folder belongs to another
  ///   run.
  func share(
    _ architectures: [Space.Architecture], through stage: SharedStage = .whole
  ) throws {
    switch sharing {
    case .none: break
    case .shard(let shard): try compute(shard, of: architectures)
    case .folder(let path, let lease):
      try join(path, lease: lease, architectures, through: stage)
    }
  }

  /// Whether this process prints the result; where it does not, it says who does.
  ///
  /// Of those that took part the first that asks prints; one that found all done was started to print.
  func isPrinting() throws -> Bool {
    switch sharing {
    case .none: return true
    case .shard: return false
    case .folder(let path, _):
      guard let worker, !hasFoundAllDone else { return true }
      guard let printer = try SharedFolder.printer(worker, in: path) else { return true }
      Diagnostics.say(SharedWords.printed(by: printer, in: path))
      return false
    }
  }

  /// What is computed, as it is written down for others.
  func plan(
    of texts: [String], repetition: Int = 0, command: [String], shard: Shard? = nil
  ) -> RunPlan {
    RunPlan(
      version: packageVersion, space: evaluator.space.name,
      seed: evaluator(repetition: repetition).seed,
      columns: evaluator.proxies.map {
        RunPlan.Column(
          proxy: $0.name, settings: evaluator.settingsText(of: $0),
          kernels: Evaluator<Space>.kernels(of: $0))
      }, networks: texts, command: command, shard: shard)
  }

  // MARK: A part of its own

  private func compute(_ shard: Shard, of architectures: [Space.Architecture]) throws {
    guard let path = store?.path else { preconditionFailure("a shard without a store") }
    let plan = plan(
      of: architectures.map(\.description),
      command: SharedWords.withoutSharing(CommandLine.arguments), shard: shard)
    try SharedFile.replace(
      try plan.bytes, at: SharedWords.planFile(of: plan, shard, beside: path))
    let part = shard.part(of: architectures)
    _ = try scores(of: part)
    Diagnostics.say(
      "\(path): holds shard \(shard), \(counted(part.count, "network")) of \(grouped(architectures.count)); "
        + "when all are there: tfnas merge all.sqlite " + ShellText.quoted([path])
        + (shard.count > 1 ? " ..." : ""))
  }

  // MARK: A folder

  private func join(
    _ path: String, lease: Double, _ architectures: [Space.Architecture],
    through stage: SharedStage
  ) throws {
    let folder = try SharedFolder(
      joining: path,
      plan: plan(of: architectures.map(\.description), command: CommandLine.arguments))
    let worker = try SharedWorker(in: folder, lease: lease, threads: evaluator.threads)
    self.worker = worker.name
    hasFoundAllDone = worker.doneBefore == architectures.count
    defer { worker.end() }
    let total = architectures.count
    Diagnostics.say(
      "\(path): \(grouped(worker.doneBefore)) of \(counted(total, "network")) are done; this is worker "
        + worker.name)
    let bar = Progress(total: total)
    try work(by: worker, on: architectures, through: stage, lease: lease, bar)
    if bar.scored > 0 { bar.finish() }
    if stage != .work { try takeRecords(of: folder) }
  }

  /// Computes what there is to claim, and goes on as far as a stage says.
  ///
  /// - Parameters:
  ///   - worker: this process among the workers.
  ///   - architectures: the networks of the run.
  ///   - repetition: which of several independent initialisations.
  ///   - stage: how far it goes.
  ///   - lease: how many seconds a worker may say nothing.
  ///   - bar: counts the networks.
  /// - Throws: 75 with the command that goes on where it was interrupted, and why networks could not be computed.
  func work(
    by worker: SharedWorker, on architectures: [Space.Architecture], repetition: Int = 0,
    through stage: SharedStage, lease: Double, _ bar: Progress
  ) throws {
    bar.advance(byKnown: worker.doneBefore)
    var others = worker.doneBefore
    let pauses = stage.pauses
    var pause = pauses.first
    var waited = 0.0
    var isTold = false
    // Who has claimed something gives it back before it ends; who waits for others is interrupted at once.
    let fate = Interrupt.fate(isStored: true)
    defer { interrupt.end() }
    while true {
      interrupt.begin(networks: 0, fate: fate)
      let task = try worker.next()
      try refuseInterrupted()
      bar.advance(byOthers: worker.doneByOthers - others)
      others = worker.doneByOthers
      switch task {
      case .compute(let chunk):
        (pause, waited) = (pauses.first, 0)
        bar.advance(byKnown: chunk.recorded.count)
        try compute(chunk, of: architectures, repetition, by: worker, bar)
        continue
      case .wait(let count, let limit) where stage != .work:
        if !isTold, waited >= stage.silence {
          Diagnostics.say(
            "waiting for \(counted(count, "network")) that other workers compute"
              + (statusCommand.map { "; \($0) shows them" } ?? ""))
          isTold = true
        }
        interrupt.end()
        Thread.sleep(forTimeInterval: pause)
        waited += pause
        pause = min(pause * 1.5, lease / 4, limit, pauses.most)
        continue
      case .failed(let reason, let status) where stage != .work:
        throw CommandError(
          ExitStatus(rawValue: status) ?? .bug,
          "\(worker.folder.path): all is done but what could not be computed: \(reason)")
      case .wait, .failed, .finished: return
      }
    }
  }

  /// Ends with 75 where a signal was heard.
  func refuseInterrupted() throws {
    guard interrupt.flag.isRaised else { return }
    throw CommandError(.incomplete, "interrupted; " + Interrupt.fate(isStored: true))
  }

  /// The command that shows how far the run is, `nil` where it is shared in no folder.
  private var statusCommand: String? {
    guard case .folder(let path, _) = sharing else { return nil }
    return ShellText.quoted(["tfnas", "status", path])
  }

  private func compute(
    _ chunk: SharedWorker.Chunk, of architectures: [Space.Architecture], _ repetition: Int,
    by worker: SharedWorker, _ bar: Progress
  ) throws {
    let numbers = chunk.range.filter { !chunk.recorded.contains($0) }
    let positions = Dictionary(
      uniqueKeysWithValues: numbers.map { (architectures[$0].description, $0) })
    var mark = ContinuousClock.now
    do {
      try compute(
        numbers.map { architectures[$0] }, repetition: repetition,
        shouldStop: { [flag = interrupt.flag, heartbeat = worker.heartbeat] in
          flag.isRaised || heartbeat.isLost
        }, progress: bar
      ) { records in
        guard let text = records.first?.architecture, let number = positions[text] else { return }
        let now = ContinuousClock.now
        worker.spend((now - mark) / .seconds(1))
        mark = now
        try worker.record(number, records)
      }
    } catch let failure as EvaluationFailure {
      try worker.fail(
        chunk, reason: failure.description, status: CommandError(failure).status.rawValue)
      throw failure
    }
    try refuseInterrupted()
    if worker.heartbeat.isLost {
      Diagnostics.say(
        "another worker took over the chunk at hand, because this one gave no sign of life in time")
      return
    }
    try worker.finish(chunk)
  }

  /// Takes what all workers recorded.
  func takeRecords(of folder: SharedFolder, repetition: Int = 0) throws {
    for (text, cells) in zip(folder.plan.networks, try folder.recorded()) {
      guard let cells else { throw SharedRunError.lostRecord(folder: folder.path, network: text) }
      for (proxy, cell) in zip(evaluator.proxies, cells) {
        note(Known(score: cell.score, seconds: cell.seconds), of: text, by: proxy.key, repetition)
      }
    }
  }
}

/// What is said and written of runs that are shared.
enum SharedWords {
  /// That another worker prints the result.
  static func printed(by printer: String, in folder: String) -> String {
    "\(folder): all is done, and worker \(printer) prints the result; the same command shows it again"
  }

  /// The file that says which run a part in a store belongs to.
  static func planFile(of plan: RunPlan, _ shard: Shard, beside store: String) -> String {
    "\(store).\(plan.digest.prefix(8)).\(shard.number)-of-\(shard.count).run"
  }

  /// The plans of the runs that a store has parts of.
  static func plans(beside store: String) throws -> [RunPlan] {
    let (directory, name) = parts(of: store)
    return try SharedFile.names(in: directory)
      .filter { $0.hasPrefix(name + ".") && $0.hasSuffix(".run") }
      .map { try RunPlan(file: directory + "/" + $0) }
  }

  private static func parts(of path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = String(path[..<slash])
    return (directory.isEmpty ? "/" : directory, String(path[path.index(after: slash)...]))
  }

  /// A command line without part and store, to which another store can be added.
  static func withoutSharing(_ words: [String]) -> [String] {
    var kept: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--shard" || word == "--store" {
        _ = rest.popFirst()
      } else if !word.hasPrefix("--shard=") && !word.hasPrefix("--store=") {
        kept.append(word)
      }
    }
    return kept
  }
}
