internal import ArgumentParser
internal import Reports

/// `tfnas proxies`: the proxies that there are.
struct ProxiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxies",
    abstract: "Lists the proxies with direction, needs, cost and citation.")

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws { try Output.write(ProxyCatalog(), as: output.format) }
}
