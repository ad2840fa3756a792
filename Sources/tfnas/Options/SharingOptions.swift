internal import ArgumentParser
internal import Distribution

/// How a run is shared among processes, perhaps on many machines.
struct SharingOptions: ParsableArguments {
  @OptionGroup var joining: JoiningOptions

  @Option(
    help: ArgumentHelp(
      "Computes one of several equal parts of the run into --store, and prints nothing; tfnas merge puts the "
        + "stores together.", valueName: "3/16"),
    transform: Self.shard)
  var shard: Shard?

  private static func shard(_ text: String) throws -> Shard {
    guard let shard = Shard(text) else {
      throw ValidationError(
        "it must be the number of a part and that of all parts, such as 3/16, not '\(text)'")
    }
    return shard
  }

  /// The folder, `nil` where there is none.
  var join: String? { joining.folder }

  func validate() throws {
    if join != nil, shard != nil {
      throw ValidationError("--join and --shard exclude each other: one folder has all parts")
    }
  }

  /// Refuses a store beside a folder, and a part without a store.
  ///
  /// - Throws: a usage error.
  func checkStore(_ stored: StoreOptions) throws {
    try joining.checkStore(stored)
    if let shard, stored.path == nil {
      throw ValidationError("--shard \(shard) needs --store, where its scores are kept")
    }
  }

  /// What is asked for.
  var sharing: Sharing {
    if let shard { return .shard(shard) }
    return joining.sharing
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

/// A subcommand whose run processes can share in a folder.
protocol SharedCommand: ComputingCommand {
  /// The folder.
  var joining: JoiningOptions { get }
}

/// A subcommand whose run can be shared in parts too.
protocol DividedCommand: SharedCommand {
  /// How it is shared.
  var sharing: SharingOptions { get }
}

extension DividedCommand {
  /// The folder.
  var joining: JoiningOptions { sharing.joining }
}
