internal import ArgumentParser
internal import Distribution

/// How a run is shared among processes, perhaps on many machines.
struct SharingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Shares the run with every process that is started with the same command, on any machine that sees "
        + "the folder; the last one prints the result.", valueName: "dir"), completion: .directory)
  var join: String?

  @Option(
    help: ArgumentHelp(
      "With --join: after so many seconds without a sign of life of a worker others compute what it has "
        + "not done. (default: \(Self.usualLease))", valueName: "seconds"))
  var lease: Int?

  @Option(
    help: ArgumentHelp(
      "Computes one of several equal parts of the run into --store, and prints nothing; tfnas merge puts the "
        + "stores together.", valueName: "3/16"),
    transform: Self.shard)
  var shard: Shard?

  private static let usualLease = 300

  private static func shard(_ text: String) throws -> Shard {
    guard let shard = Shard(text) else {
      throw ValidationError(
        "it must be the number of a part and that of all parts, such as 3/16, not '\(text)'")
    }
    return shard
  }

  func validate() throws {
    try check("--lease", lease, in: 1...86_400)
    if join == "" { throw ValidationError("--join needs the name of a folder") }
    if lease != nil, join == nil { throw ValidationError("--lease belongs to --join") }
    if join != nil, shard != nil {
      throw ValidationError("--join and --shard exclude each other: one folder has all parts")
    }
  }

  /// Refuses a store beside a folder, and a part without a store.
  ///
  /// - Throws: a usage error.
  func checkStore(_ stored: StoreOptions) throws {
    if join != nil, stored.path != nil {
      throw ValidationError(
        "--join keeps scores in its folder, and tfnas merge makes a store of them: no --store")
    }
    if let shard, stored.path == nil {
      throw ValidationError("--shard \(shard) needs --store, where its scores are kept")
    }
  }

  /// What is asked for.
  var sharing: Sharing {
    if let shard { return .shard(shard) }
    return join.map { .folder($0, lease: Double(lease ?? Self.usualLease)) } ?? .none
  }
}

/// What a process computes of a run.
enum Sharing {
  /// All of it.
  case none
  /// A part that was settled beforehand.
  case shard(Shard)
  /// What is left to be claimed in a folder.
  case folder(String, lease: Double)
}

/// A subcommand whose run can be shared.
protocol SharedCommand: ComputingCommand {
  /// How it is shared.
  var sharing: SharingOptions { get }
}
