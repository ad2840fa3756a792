internal import ArgumentParser

/// The file of scores, and which of those in it are taken.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "A file of scores: it keeps those that are computed, and what it holds is not computed again.",
      valueName: "file"), completion: .file())
  var path: String?

  @Flag(
    help: """
      Takes scores from the store that were computed with instructions or libraries of another kind, \
      whose last digits differ, beside those of this run.
      """)
  var mix = false

  func validate() throws {
    if mix, path == nil { throw ValidationError("--mix belongs to --store") }
  }
}
