import Foundation
import ResultStore
import TestSupport
import Testing

/// Ctrl-C and its relatives, sent when a line on standard error says that networks are being scored.
@Suite struct SignalTests {
  private let directory: TemporaryDirectory
  private let store: String

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.file("store.sqlite")
  }

  /// A run that lasts much longer than a test.
  private static let endless =
    [
      "evaluate", "--proxies", "vkdnw", "--width", "4", "--cells", "1", "--batch", "1",
      "--resamples", "0",
    ]

  /// Starts a run and waits until it scores.
  private func scoring(_ more: [String] = [], through shell: String? = nil) throws -> Watched {
    let watched = try Watched(Self.endless + more, through: shell)
    try #require(watched.waitUntilItSays("scoring "), "\(watched.errors)")
    return watched
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func theFirstOneIsAnsweredAndNothingIsLost(number: Int32) throws {
    let run = try scoring(["--store", store, "--threads", "2"])
    run.send(number)
    let (status, errors) = run.wait()
    #expect(status == 75, "\(errors)")
    let lines = errors.split(separator: "\n")
    #expect(
      lines.contains(
        "tfnas: finishing 2 networks; Ctrl-C again leaves at once, without what is running"),
      "\(errors)")
    #expect(lines.last?.hasPrefix("tfnas: interrupted with ") == true, "\(errors)")
    #expect(lines.last?.contains("everything computed is stored; go on with: ") == true)
    #expect(lines.last?.hasSuffix("--store \(store) --threads 2") == true, "\(errors)")
  }

  /// `timeout` signals the process and then its group.
  @Test func twoTogetherAreOne() throws {
    let run = try scoring(["--store", store])
    run.send(SIGINT)
    run.send(SIGINT)
    let (status, errors) = run.wait()
    #expect(status == 75)
    #expect(errors.contains("everything computed is stored; go on with: "), "\(errors)")
  }

  @Test func aLaterOneLeavesAtOnceAndSaysHowToGoOn() throws {
    // One network of so many images takes minutes. Where the signal comes before it is begun there is
    // nothing to leave, so that it is tried again.
    for _ in 1...20 {
      let run = try Watched([
        "evaluate", "--proxies", "vkdnw", "--batch", "8192", "--sample", "1", "--threads", "1",
        "--store", store,
      ])
      try #require(run.waitUntilItSays("scoring "))
      run.send(SIGINT)
      try #require(run.waitUntilItSays("finishing 1 network;"), "\(run.errors)")
      // Signals count as one until half a second is over, however many there are.
      while run.isRunning {
        run.send(SIGINT)
        sched_yield()
      }
      let (status, errors) = run.wait()
      #expect(status == 75)
      let last = errors.split(separator: "\n").last ?? ""
      if last.hasPrefix("tfnas: interrupted with 1 network left") { continue }
      #expect(last.hasPrefix("tfnas: interrupted; everything computed is stored; go on with: "))
      return
    }
    Issue.record("no network was ever begun")
  }

  @Test func withoutAStoreNothingIsKept() throws {
    let run = try scoring()
    run.send(SIGINT)
    let (status, errors) = run.wait()
    #expect(status == 75)
    #expect(errors.contains("nothing was stored, as there is no --store; start again with: "))
  }

  @Test func underNohupAClosedTerminalIsNoMatter() throws {
    let run = try scoring(["--sample", "30"], through: "trap '' HUP;")
    run.send(SIGHUP)
    let (status, errors) = run.wait()
    #expect(status == 0, "\(errors)")
    #expect(!errors.contains("finishing"))
  }

  @Test func aRequestToQuitEndsAtOnce() throws {
    let run = try scoring()
    run.send(SIGQUIT)
    let (status, errors) = run.wait()
    #expect(status == -SIGQUIT && !errors.contains("Backtrace"), "\(errors)")
  }

  /// A parent may have signals blocked; one that comes before the command listens is then not lost.
  @Test func oneThatCameWhileItWasBlockedIsHeard() throws {
    let fifo = directory.file("fifo")
    try #require(mkfifo(fifo, 0o600) == 0)
    // It waits for somebody to write, for as long as nobody interrupts it.
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let run = try Watched(["rank", fifo, "--accuracy", "a"], isBlocked: true)
      run.send(number)
      #expect(run.wait().status == 128 + number)
    }
    let run = try Watched(["rank", fifo, "--accuracy", "a"], isBlocked: true)
    run.send(SIGQUIT)
    #expect(run.wait().status == -SIGQUIT)
  }
}
