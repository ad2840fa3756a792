internal import ArgumentParser
internal import Scoring

/// The command: its subcommands, and the one place where errors turn into lines and exit codes.
@main
struct TFNAS: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tfnas",
    abstract: "Ranks neural networks before they are trained.",
    discussion: """
      Data go to standard output, everything else to standard error. The same seed gives the same \
      digits on every run.

      Exit codes: 0 done, 1 a value differs from the published one, 64 usage, 65 bad input data, \
      66 input missing, 69 unsupported operator, 70 a fault of this program, 73 cannot write, 75 \
      incomplete but safe to run again.
      """,
    version: packageVersion,
    subcommands: [
      ScoreCommand.self, SpectrumCommand.self, EvaluateCommand.self, CompareCommand.self,
      QueryCommand.self, RankCommand.self, ConformanceCommand.self, BenchmarkCommand.self,
      ProxiesCommand.self, SpacesCommand.self, TrainRankingCommand.self, PredictCommand.self,
      AblateCommand.self, SearchCommand.self, ExportCommand.self, ToyCommand.self,
      FigureCommand.self, ReportCommand.self,
    ])

  static func main() {
    Terminal.ignoreClosedPipes()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as CommandError {
      error.finish()
    } catch  where exitCode(for: error) == .success {
      // Help and version are asked for, hence data.
      do { try Output.write(fullMessage(for: error) + "\n") } catch { CommandError(error).finish() }
    } catch  where exitCode(for: error) == .validationFailure {
      CommandError(.usage, usageLine(for: error)).finish()
    } catch {
      CommandError(error).finish()
    }
  }

  /// What is wrong with the arguments, and where help is.
  private static func usageLine(for error: any Error) -> String {
    let message = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    let named = CommandLine.arguments.dropFirst().first { argument in
      configuration.subcommands.contains { $0._commandName == argument }
    }
    let help = ["tfnas", named, "--help"].compactMap(\.self).joined(separator: " ")
    return "\(message) (see \(help))"
  }
}
