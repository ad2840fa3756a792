import Formats
import Foundation
import TestSupport
import Testing
import TrainingFreeNAS

@testable import tfnas

/// What a person at a terminal meets: widths, messages, help, completions, man pages.
@Suite struct TerminalTests {
  private static let chain = "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE1K3(8,8,2,8,1)"
  private static let ranked = ["--sample", "6", "--resamples", "20"] + small

  /// Commands with tables of every kind.
  private static let tables: [[String]] = [
    ["proxies"], ["spaces"], ["toy"], ["query", "2506"],
    ["query", "--space", "mobilenet-v2", chain], ["score", "2506", "1462"] + smallImage,
    ["score", "2506", "1462", "--by", "flops"] + smallImage,
    ["score", "--space", "mobilenet-v2", chain, "--resolution", "8", "--batch", "2"],
    ["spectrum", "2506"] + smallImage, ["evaluate"] + ranked,
    ["evaluate", "--against", "paper"] + ranked, ["compare", "vkdnw", "flops"] + ranked,
    ["ablate", "dimension", "--sample", "4", "--resamples", "5", "--batch", "2"]
      + ["--width", "4", "--cells", "1"],
    ["conformance", "--cell", "1462", "--batch", "2"],
    ["search", "--evaluations", "6", "--rounds", "0"] + small,
    ["benchmark", "--proxies", "vkdnw,flops", "--repetitions", "1"] + smallImage,
  ]

  @Test(arguments: tables)
  func tablesFit(arguments: [String]) throws {
    for width in [80, 60] {
      let result = try Tool.run(arguments, environment: ["COLUMNS": "\(width)"])
      try #require(result.status == 0, "\(result.errors)")
      for line in result.output.split(separator: "\n") where line.count > width {
        // An architecture that is handed out stands on one line, so that it can be copied.
        #expect(NASBench201Architecture(String(line)) != nil, "\(width): \(line)")
      }
    }
  }

  @Test func aPipeHasTheWholeTable() throws {
    let whole = try Tool.run(["proxies"])
    #expect(whole.output.split(separator: "\n").contains { $0.count > 150 })
    #expect(
      try Tool.run(["proxies", "--wide"], environment: ["COLUMNS": "40"]).output == whole.output)
    #expect(!whole.output.contains("\u{1B}"))
    let narrow = try Tool.run(["proxies"], environment: ["COLUMNS": "80"])
    #expect(narrow.output.contains("Not shown: passes, source; see --wide and --columns."))
  }

  @Test func columnsAreChosen() throws {
    let csv = try Tool.run(["query", "7", "8", "--columns", "index,live", "--format", "csv"])
    #expect(csv.output.hasPrefix("index,live\n7,"))
    let table = try Tool.run(["score", "1462", "--columns", "layers,index"] + smallImage)
    #expect(
      table.output == "layers  index\n    98   1462\n" || table.output.hasPrefix("layers  index\n"))
    let streamed = try Tool.run(
      ["score", "3", "7", "--columns", "flops,index", "--format", "csv", "--proxies", "flops"])
    #expect(streamed.output.split(separator: "\n").count == 3)
    #expect(streamed.output.hasPrefix("flops,index\n"))
    // Said before anything is computed.
    let wrong = try Tool.run(["evaluate", "--sample", "9000", "--columns", "kendal"])
    #expect(wrong.status == 64 && wrong.errorLines.count == 1)
    #expect(wrong.errors.contains("no column 'kendal', only proxy, kendall, kendallLow"))
    #expect(wrong.errors.contains("did you mean 'kendall'?"))
    #expect(try Tool.run(["toy", "--columns", "value", "--format", "json"]).status == 64)
  }

  @Test func quietAndVerbose() throws {
    let arguments = ["score", "3", "7"] + smallImage
    #expect(try Tool.run(arguments + ["-q"]).errors.isEmpty)
    #expect(try Tool.run(arguments + ["--quiet", "--proxies", "no"]).errorLines.count == 1)
    let usual = try Tool.run(arguments)
    #expect(usual.errorLines.count == 1 && usual.errors.contains("scored 2 networks in "))
    #expect(try Tool.run(arguments + ["--no-progress"]).errorLines.count == 1)
    let verbose = try Tool.run(arguments + ["-v"])
    #expect(verbose.errors.contains("nas-bench-201: vkdnw, layers, flops, parameters; seed 0"))
    #expect(verbose.errors.contains("\"batch\":2"))
    for index in [3, 7] {
      #expect(verbose.errors.contains("\(NASBench201Architecture(benchmarkIndex: index)): 0."))
    }
    #expect(verbose.output == usual.output)
    #expect(try Tool.run(arguments + ["-q", "-v"]).status == 64)
  }

  // MARK: Messages

  @Test(arguments: [
    (["evalute"], "unknown subcommand 'evalute'; did you mean 'evaluate'?"),
    (["scroe", "1462"], "did you mean 'score'?"), (["zzz"], "unknown subcommand 'zzz' (see"),
    (["evaluate", "--dataset", "cifa10"], "Did you mean 'cifar10'?"),
    (["score", "1", "--proxies", "vkdw"], "did you mean 'vkdnw'?"),
    (["score", "1", "--by", "vkdnw-ag"], "did you mean 'vkdnw-agg'?"),
    (["evaluate", "--proxies", "rank(synflo)"], "did you mean 'synflow'?"),
    (["ablate", "dimensoin"], "did you mean 'dimension'?"),
    (["score", "1", "--bacth", "4"], "Did you mean '--batch'?"),
    (["score", "-", "--bacth", "4"], "Did you mean '--batch'?"),
    (["search", "--budget", "600"], "such as 20ms, 45s, 10min or 1h30m"),
    (["search", "--max-latency", "20"], "such as 20ms"),
    (["search", "--flops", "lots"], "such as 450000000, 450M, 1.5G or 450e6"),
    (["search", "--layers", "14-10"], "such as 14, or the least and the largest, such as 13-15"),
    (["figure", "9"], "'scatter', 'spectrum', 'compute' or 'network'."),
    (["search", "nas-bench-201", "--space", "mobilenet-v2"], "conflicts with nas-bench-201"),
    (
      ["score", "--space", "mobilenet-v2", "x", "--width", "4"], "--width belongs to nas-bench-201"
    ),
  ])
  func whatWasMeantAndWhatIsValid(arguments: [String], fragment: String) throws {
    let result = try Tool.run(arguments)
    #expect(result.status == 64 && result.errorLines.count == 1, "\(result.errors)")
    #expect(result.errors.contains(fragment), "\(result.errors)")
    #expect(!result.errors.contains("   "))
  }

  @Test(arguments: [
    ("1h30m", 5400.0), ("10min", 600), ("10m", 600), ("20ms", 0.02), ("1.5h", 5400),
    ("2d", 172_800), ("90s", 90), ("1m30s", 90),
  ])
  func times(text: String, seconds: Double) throws {
    #expect(abs(try TimeSpan(parsing: text).seconds - seconds) < 1e-9)
  }

  @Test(arguments: ["", "600", "h", "1x", "-1s", "1h-", "0s", "1 h", "1e3s", "99999999999d"])
  func noTimes(text: String) {
    #expect(throws: (any Error).self) { try TimeSpan(parsing: text) }
  }

  @Test func distancesOfNames() {
    #expect(Suggestion.distance("kitten", "sitting") == 3)
    #expect(Suggestion.distance("ab", "ba") == 1 && Suggestion.distance("", "abc") == 3)
    #expect(Suggestion.nearest(to: "zico", among: ["snip", "zico"]) == "zico")
    #expect(Suggestion.nearest(to: "express", among: ["vkdnw", "expressivity"]) == "expressivity")
    #expect(Suggestion.nearest(to: "qqqq", among: ["vkdnw", "expressivity"]) == nil)
    #expect(Suggestion.nearest(to: "", among: ["a"]) == nil)
  }

  // MARK: Progress

  @Test(arguments: 20...120)
  func progressFits(width: Int) {
    let name =
      "SuperConvK3BNRELU(3,40,2,1)SuperResIDWE4K5(40,24,2,24,4)SuperConvK1BNRELU(24,2048,1,1)"
    for note in [nil, ("best -0.712:", name), ("best -0.712:", "13714")] {
      for (done, budget) in [(0, nil), (304, nil), (304, 600.0), (200_000, 600.0)] {
        let state = ProgressState(
          done: done, total: 200_000, scored: done, noun: "network", seconds: 164, budget: budget,
          note: note)
        let line = state.line(within: width)
        #expect(line.count <= width, "\(line)")
        if width >= 100, note != nil { #expect(line.contains("best -0.712:"), "\(line)") }
      }
    }
  }

  @Test func progressEndsWithItsBudget() {
    let state = ProgressState(
      done: 10, total: 200_000, scored: 10, noun: "network", seconds: 60, budget: 600, note: nil)
    #expect(state.secondsLeft == 540 && state.share == 0.1)
    #expect(state.text == "10 networks, 0.167 networks/s, 9:00 left")
    let open = ProgressState(
      done: 10, total: 40, scored: 10, noun: "network", seconds: 60, budget: nil, note: nil)
    #expect(open.secondsLeft == 180 && open.share == 0.25)
    #expect(open.text == "10/40 networks, 0.167 networks/s, 3:00 left")
    #expect(ProgressState.clock(200_000) == "2 days 7:33")
    #expect(ProgressState.rate(3343, "network", 1) == "3,343 networks/s")
  }

  // MARK: Help, manual, completions

  private static let subcommands = TFNAS.configuration.subcommands.map { $0._commandName }

  @Test(arguments: subcommands)
  func helpHasExamplesThatWork(name: String) throws {
    let help = try Tool.run([name, "--help"], environment: ["COLUMNS": "80"])
    #expect(help.status == 0 && help.errors.isEmpty)
    #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let text = try #require(help.output.components(separatedBy: "Examples:\n").dropFirst().first)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { !$0.isEmpty }
    #expect(!lines.isEmpty)
    for line in lines where line.hasPrefix("  tfnas ") {
      let words = try ShellLine.words(of: String(line))
      #expect(throws: Never.self, "\(line)") { _ = try TFNAS.parseAsRoot(Array(words.dropFirst())) }
      #expect(words[1] == name, "\(line)")
    }
  }

  /// A limit of the instructions is no part of parsing, and each command that knows it must say so.
  @Test func whoeverTakesInstructionsHeedsThem() throws {
    let described = try #require(try CommandDescription.whole().subcommands)
    for type in TFNAS.configuration.subcommands {
      let description = try #require(described.first { $0.commandName == type._commandName })
      let isOffered = (description.arguments ?? []).contains {
        $0.names?.contains { $0.name == "isa" } == true
      }
      #expect(isOffered == (type is any ComputingCommand.Type), "\(type._commandName)")
    }
  }

  @Test func theManualHasAPageForEachSubcommand() throws {
    let directory = try TemporaryDirectory()
    let result = try Tool.run(["manual", "--directory", directory.file("man")])
    try #require(result.status == 0, "\(result.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.file("man"))
    #expect(Set(files) == Set(["tfnas.1"] + Self.subcommands.map { "tfnas-\($0).1" }))
    let page = try String(contentsOfFile: directory.file("man/tfnas-score.1"), encoding: .utf8)
    for part in [
      ".TH TFNAS\\-SCORE 1", ".SH NAME\ntfnas\\-score \\- ", ".SH SYNOPSIS", "\\fB\\-\\-by\\fR",
      ".SH EXAMPLES", ".SH \"EXIT STATUS\"", "NO_COLOR",
    ] {
      #expect(
        page.contains(part) || page.contains(part.replacing("\\-SCORE", with: "-SCORE")), "\(part)")
    }
    let groff = "/usr/bin/groff"
    guard FileManager.default.isExecutableFile(atPath: groff) else { return }
    for file in files {
      let (status, text) = try Tool.shell(
        "\(groff) -man -Tascii -ww -z '\(directory.file("man/" + file))' 2>&1")
      #expect(status == 0 && text.isEmpty, "\(file): \(text)")
    }
  }

  /// What Bash offers for a line, by the script that the command writes.
  private func bash(_ words: [String]) throws -> [String] {
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let (status, text) = try Tool.shell(
      """
      cd "$(mktemp -d)" && touch scores.csv store.sqlite && mkdir bin && ln -s "$TFNAS" bin/tfnas
      PATH="$PWD/bin:$PATH"
      cat > complete.bash <<'END'
      eval "$(tfnas --generate-completion-script bash)"
      complete -p tfnas > options
      COMP_WORDS=(\(list)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
      _tfnas tfnas "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "${COMPREPLY[@]}"; cat options
      END
      bash complete.bash; rm -r "$PWD"
      """)
    #expect(status == 0)
    return text.split(separator: "\n").map(String.init)
  }

  @Test func completionsKnowNamesAndFiles() throws {
    guard FileManager.default.isExecutableFile(atPath: "/bin/bash") else { return }
    let proxies = try bash(["tfnas", "score", "1462", "--proxies", "vkdnw,la"])
    #expect(proxies.contains("vkdnw,layers"), "\(proxies)")
    let rankings = try bash(["tfnas", "score", "--by", "az"])
    #expect(rankings.first == "az-nas", "\(rankings)")
    #expect(try bash(["tfnas", "eva"]).first == "evaluate")
    #expect(try bash(["tfnas", "evaluate", "--dataset", "cifar100"]).first == "cifar100")
    // Files, and what Bash itself completes where nothing is offered.
    #expect(try bash(["tfnas", "rank", "sco"]).first == "scores.csv")
    let store = try bash(["tfnas", "evaluate", "--store", "sto"])
    #expect(store.first == "store.sqlite")
    #expect(store.last?.contains("-o default") == true)
  }
}
