internal import ArgumentParser
internal import Distribution

/// The folder in which processes, perhaps on many machines, share a run.
struct JoiningOptions: ParsableArguments {
  @Option(
    name: .customLong("join"),
    help: ArgumentHelp(
      "Shares the run with every process that is started with the same command, on any machine that sees "
        + "the folder; the last one prints the result.", valueName: "dir"), completion: .directory)
  var folder: String?

  @Option(
    help: ArgumentHelp(
      "With --join: after so many seconds without a sign of life of a worker others compute what it has "
        + "not done. (default: \(Self.usualLease))", valueName: "seconds"))
  var lease: Int?

  private static let usualLease = 300

  func validate() throws {
    try check("--lease", lease, in: 1...86_400)
    if folder == "" { throw ValidationError("--join needs the name of a folder") }
    if lease != nil, folder == nil { throw ValidationError("--lease belongs to --join") }
  }

  /// Refuses a store beside a folder.
  ///
  /// - Throws: a usage error.
  func checkStore(_ stored: StoreOptions) throws {
    if folder != nil, stored.path != nil {
      throw ValidationError(
        "--join keeps scores in its folder, and tfnas merge makes a store of them: no --store")
    }
  }

  /// An output of the run that is to be written at its end; `nil` where there is none.
  ///
  /// Once a worker has printed the result, what it wrote is there, and the run can be shown again all the same.
  ///
  /// - Parameter make: checks that the output can be written.
  /// - Returns: the output, `nil` where there is none or a worker has written it.
  /// - Throws: what `make` throws where nobody has printed.
  func unlessWritten<Output>(_ make: () throws -> Output?) throws -> Output? {
    do { return try make() } catch {
      let reason = CommandError(error)
      guard reason.status == .cannotWrite, let folder, SharedFolder.hasPrinter(in: folder) else {
        throw error
      }
      Diagnostics.say("not written again, as a worker has printed the result: \(reason.message)")
      return nil
    }
  }

  /// What is asked for.
  var sharing: Sharing {
    folder.map { .folder($0, lease: Double(lease ?? Self.usualLease)) } ?? .none
  }
}
