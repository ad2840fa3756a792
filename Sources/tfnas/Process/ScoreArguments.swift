internal import ArgumentParser

/// The part of a command line that another command understands alike.
enum ScoreArguments {
  /// The arguments of this process that `tfnas evaluate` takes too, so that it computes the scores that
  /// are missing.
  ///
  /// - Parameters:
  ///   - command: the command that was called.
  ///   - options: its options that `tfnas evaluate` lacks or that do not decide on scores, each with a
  ///     value.
  ///   - words: its other arguments that have no place there.
  /// - Returns: the arguments that are left, in their order.
  static func shared(
    of command: CommandConfiguration, without options: [String], words: [String]
  ) -> [String] {
    var given = CommandLine.arguments.dropFirst().drop { $0 != command.commandName }.dropFirst()
    var shared: [String] = []
    while let argument = given.popFirst() {
      if options.contains(argument) {
        _ = given.popFirst()
      } else if !words.contains(argument),
        !options.contains(where: { argument.hasPrefix($0 + "=") })
      {
        shared.append(argument)
      }
    }
    return shared
  }
}
