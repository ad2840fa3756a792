internal import ArgumentParser
internal import Foundation
internal import Spaces
internal import Watching

/// `tfnas watch`: a page that shows scores while they are computed.
struct WatchCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "watch", "Shows a store or a shared run in the browser while it grows.",
    arguments: "<store-or-dir>",
    discussion: """
      Prints the address of a page and serves it until Ctrl-C: how far the run is, a scatter of any two scores \
      or costs with its Pareto front, all networks in a table that sorts, filters and can be downloaded as CSV, \
      and a drawing of each network. New scores appear by themselves. Only this machine is answered, and only with the token in the \
      address; nothing is changed, and no network is needed.
      """,
    examples: [
      "tfnas watch results.sqlite", "tfnas watch run --port 8080",
      "tfnas watch results.sqlite --space space.yaml",
    ])

  @Argument(
    help: ArgumentHelp(
      "A store of results, or the folder of a run that workers share with --join.",
      valueName: "store-or-dir"), completion: .file())
  var path: String

  @Option(
    help: ArgumentHelp("The port to listen on; 0 takes one that is free.", valueName: "number"))
  var port: UInt16 = 0

  @Option(
    help: ArgumentHelp(
      "The YAML file of the space, where networks of a file are to be drawn.",
      valueName: "file.yaml"), completion: .file())
  var space: SpaceName?

  @OptionGroup(title: "Messages") var messages: MessageOptions

  /// The least seconds between two looks.
  private static let pause = 1.0
  /// A look may take this share of the time, however much there is to see.
  private static let share = 0.1

  func run() throws {
    let drawer = NetworkDrawing.drawer(besides: try space?.space())
    let watch = try Watch(source)
    let server = WatchServer(of: watch, port: port, drawer: drawer)
    let address = try server.start()
    Interrupt.process.serve()
    try Output.write(address + "\n")
    while true {
      let start = ContinuousClock.now
      watch.look()
      if let failure = server.failure { throw failure }
      let seconds = start.duration(to: .now) / .seconds(1)
      Thread.sleep(forTimeInterval: max(Self.pause, seconds / Self.share - seconds))
    }
  }

  private var source: any WatchedSource {
    guard FileManager.default.fileExists(atPath: path + "/.") else {
      return StoreSource(path: path)
    }
    return SharedRunSource(path: path)
  }
}
