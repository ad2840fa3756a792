internal import ArgumentParser
internal import Reports

/// `tfnas proxies`: the proxies and named rankings that there are.
struct ProxiesCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "proxies",
    "Lists the proxies with direction, needs, cost and citation, and the named rankings.",
    examples: ["tfnas proxies", "tfnas proxies --columns name,cost,citation"])

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws { try output.write(ProxyCatalog()) }
}
