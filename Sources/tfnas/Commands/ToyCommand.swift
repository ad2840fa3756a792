internal import ArgumentParser
internal import Reports

/// `tfnas toy`: the example with which the paper explains the metrics.
struct ToyCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "toy", "Measures the paper's two rankings of ten networks, beside what it prints.",
    examples: ["tfnas toy", "tfnas toy --ndcg-at 3"])

  @Option(
    name: [.customLong("ndcg-at"), .customLong("at")], help: "Positions that nDCG looks at.")
  var at = 10

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws { try check("--ndcg-at", at, in: 1...1_000_000_000) }

  func run() throws { try output.write(ToyReport(cutoff: at)) }
}
