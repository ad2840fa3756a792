internal import Distribution
internal import Reports
internal import Scoring

/// What a process does in a search that several share: which round is next, and who it is among the workers.
final class SearchRounds {
  private let search: SharedSearch
  private let lease: Double
  private let threads: Int
  /// This process among the workers, once there was something to compute.
  private var enrolment: Enrolment?
  /// How many rounds were begun.
  private var count = 0

  /// Takes part in a search.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - lease: how many seconds this process may say nothing before others take over what it computes.
  ///   - plan: what makes the search.
  ///   - threads: how many workers of this process compute.
  /// - Throws: 65 where the folder belongs to something else, 73 where it cannot be used.
  init(in path: String, lease: Double, _ plan: SharedSearchPlan, threads: Int) throws {
    search = try SharedSearch(joining: path, plan: plan)
    self.lease = lease
    self.threads = threads
  }

  /// Scores the networks of the next round together with the other workers; all scores are then known.
  ///
  /// - Parameters:
  ///   - architectures: the networks, each once, none of which is known.
  ///   - repetition: which of several independent initialisations.
  ///   - source: what computes them and takes the scores.
  ///   - bar: counts the networks.
  /// - Throws: 75 with the command that goes on where it was interrupted, 65 where others have come to other networks,
  ///   and why networks could not be computed.
  func share<Space: SearchSpace>(
    _ architectures: [Space.Architecture], repetition: Int, from source: ScoreSource<Space>,
    _ bar: Progress
  ) throws {
    // Proposals that were cut short would be another round than that of the others.
    try source.refuseInterrupted()
    count += 1
    let folder = try search.join(
      round: count,
      plan: source.plan(
        of: architectures.map(\.description), repetition: repetition,
        command: CommandLine.arguments))
    if try folder.isComplete() {
      bar.advance(byKnown: architectures.count)
    } else {
      let worker = try SharedWorker(in: folder, as: enrolled())
      source.worker = worker.name
      defer { worker.leave() }
      try source.work(
        by: worker, on: architectures, repetition: repetition, through: .round, lease: lease, bar)
    }
    try source.takeRecords(of: folder, repetition: repetition)
  }

  private func enrolled() throws -> Enrolment {
    if let enrolment { return enrolment }
    let made = try Enrolment(in: search.workers, lease: lease, threads: threads)
    enrolment = made
    Diagnostics.say(
      "\(search.path): \(counted(count - 1, "round")) of the search are done; this is worker "
        + made.name)
    return made
  }

  /// Says that nothing is left to be scored, and whether this process prints the result; where it does not, it says who
  /// does.
  ///
  /// Of those that took part the first that asks prints; one that found all done was started to print.
  ///
  /// - Throws: 73 where the folder cannot be written.
  func finish() throws -> Bool {
    try search.end()
    guard let enrolment,
      let printer = try SharedFolder.printer(enrolment.name, in: search.path)
    else { return true }
    Diagnostics.say(SharedWords.printed(by: printer, in: search.path))
    return false
  }

  /// Leaves the search.
  func leave() {
    enrolment?.end()
    enrolment = nil
  }
}
