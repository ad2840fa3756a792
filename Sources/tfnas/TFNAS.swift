internal import ArgumentParser
internal import Scoring

/// The command: its subcommands, and the one place where errors turn into lines and exit codes.
@main
struct TFNAS: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tfnas",
    abstract: "Ranks neural networks before they are trained.",
    discussion: """
      Data go to standard output, everything else to standard error. On one kind of processor the \
      same seed gives the same digits on every run.

      Tables are as wide as the terminal; into a file or pipe they are as wide as it takes, unless the \
      environment has COLUMNS. NO_COLOR turns bold and red off.

      Exit codes: 0 done, 1 a value differs from the published one, 64 usage, 65 bad input data, \
      66 input missing, 69 unsupported operator, 70 a fault of this program, 73 cannot write, 75 \
      incomplete but safe to run again.

      Examples:
        tfnas score 13714
        tfnas evaluate --sample 200
        tfnas search --flops 100M --evaluations 200
        tfnas help search
        tfnas --generate-completion-script bash
      """,
    version: packageVersion,
    subcommands: [
      ScoreCommand.self, CountCommand.self, CheckCommand.self, SpectrumCommand.self,
      ExplainCommand.self,
      EvaluateCommand.self, StudyCommand.self, CompareCommand.self,
      QueryCommand.self, RankCommand.self, ConformanceCommand.self, BenchmarkCommand.self,
      ProxiesCommand.self, SpacesCommand.self, StoreCommand.self, MergeCommand.self,
      StatusCommand.self, WatchCommand.self,
      SubmitCommand.self, TrainRankingCommand.self,
      PredictCommand.self,
      AblateCommand.self, SearchCommand.self, ExportCommand.self, ToyCommand.self,
      FigureCommand.self, ReportCommand.self, ManualCommand.self,
    ])

  static func main() {
    Terminal.letWritesFail()
    Terminal.quitOnRequest()
    Terminal.tellOfExhaustion()
    do {
      var command = try parseAsRoot()
      try (command as? any ComputingCommand)?.processor.isa?.limit()
      (command as? any Subcommand)?.messages.apply()
      _ = Interrupt.process
      try command.run()
    } catch let error as CommandError {
      error.finish()
    } catch  where SpaceFileInput.failure != nil {
      SpaceFileInput.failure?.finish()
    } catch  where exitCode(for: error) == .success {
      // Help and version are asked for, hence data.
      let message = fullMessage(for: error)
      do {
        let text =
          message == packageVersion
          ? try Versions.text() : CompletionScript.mended(message, CommandLine.arguments)
        try Output.write(text + "\n")
      } catch { CommandError(error).finish() }
    } catch  where exitCode(for: error) == .validationFailure {
      CommandError(.usage, UsageLine(message(for: error), CommandLine.arguments).text).finish()
    } catch {
      CommandError(error).finish()
    }
  }
}
