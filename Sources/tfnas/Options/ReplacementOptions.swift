internal import ArgumentParser

/// Whether files that are there are replaced.
struct ReplacementOptions: ParsableArguments {
  @Flag(
    help: "Replaces a file that is there; without it that is an error (73) before the work starts.")
  var force = false

  /// Refuses the flag where no file is written.
  ///
  /// - Parameter outputs: the options that name files, with their values.
  /// - Throws: a usage error.
  func check(_ outputs: [(option: String, path: String?)]) throws {
    guard force, outputs.allSatisfy({ $0.path == nil }) else { return }
    throw ValidationError("--force belongs to \(outputs.map(\.option).joined(separator: " and "))")
  }
}
