internal import ArgumentParser
internal import Reports

/// `tfnas toy`: the example with which the paper explains the metrics.
struct ToyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "toy",
    abstract: "Measures the paper's two rankings of ten networks, beside what it prints.")

  @Option(
    name: [.customLong("ndcg-at"), .customLong("at")], help: "Positions that nDCG looks at.")
  var at = 10

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws { try check("--ndcg-at", at, in: 1...1_000_000_000) }

  func run() throws { try Output.write(ToyReport(cutoff: at), as: output.format) }
}
