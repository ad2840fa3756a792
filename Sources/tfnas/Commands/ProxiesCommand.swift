internal import ArgumentParser
internal import Reports

/// `tfnas proxies`: the proxies and named rankings that there are.
struct ProxiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxies",
    abstract: "Lists the proxies with direction, needs, cost and citation, and the named rankings.")

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws { try Output.write(ProxyCatalog(), as: output.format) }
}
