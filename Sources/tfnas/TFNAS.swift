import ArgumentParser

@main
struct TFNAS: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tfnas")
}
