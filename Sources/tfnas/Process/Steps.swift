/// Steps at the end of a command that are all taken, whatever becomes of the others.
///
/// A report comes first and files beside it later, and neither is lost because the other cannot be
/// written.
struct Steps {
  private var failure: CommandError?

  /// Takes a step; of several that fail, the first one ends the command and the others are said.
  mutating func take(_ step: () throws -> Void) {
    do { try step() } catch {
      let error = CommandError(error)
      // A reader that has closed its pipe is no failure, but what the command then ends with.
      if failure == nil || failure?.status == .done {
        failure = error
      } else if !error.message.isEmpty {
        Diagnostics.say(error.message)
      }
    }
  }

  /// Ends with the first failure, if there was one.
  func finish() throws(CommandError) {
    if let failure { throw failure }
  }
}
