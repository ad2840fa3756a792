import Foundation
import TestSupport
import Testing

/// Mistakes on the command line and in input: the exit code, and one line that says why.
@Suite struct UsageTests {
  private func expect(
    _ status: Int32, _ fragments: [String], _ arguments: [String], input: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(arguments, input: input)
    let shown = "\(arguments): \(result.status) \(result.errors)"
    #expect(result.status == status, "\(shown)", sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, "\(shown)", sourceLocation: sourceLocation)
    #expect(result.errorLines.count == 1, "\(shown)", sourceLocation: sourceLocation)
    #expect(result.errors.hasPrefix("tfnas: "), "\(shown)", sourceLocation: sourceLocation)
    for fragment in fragments {
      #expect(result.errors.contains(fragment), "\(shown)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [
    (["--batch", "0"], "--batch must be a whole number from 1 to 65536, not 0"),
    (["--batch=-3"], "not -3"), (["--threads", "0"], "--threads"), (["--inits", "0"], "--inits"),
    (["--classes", "1"], "from 2"), (["--width", "0"], "--width"), (["--cells", "0"], "--cells"),
    (["--resolution", "0"], "--resolution"), (["--dimension", "0"], "--dimension"),
    (["--weights-per-tensor", "0"], "--weights-per-tensor"),
    (["--smoothing", "1.5"], "--smoothing must be a number from 0 to 1, not 1.5"),
    (["--smoothing", "nan"], "--smoothing"), (["--position", "2"], "from 0 to 1, or random"),
    (["--weights-per-tensor", "2", "--position", "0.5"], "--position places a single weight"),
    (["--proxies", "vkdwn"], "unknown proxy 'vkdwn'; known are vkdnw, vkdnw-single"),
    (["--proxies", "vkdnw,"], "unknown proxy ''"),
    (["--proxies", "vkdnw-agg"], "'vkdnw-agg' ranks a collection and is no score of one network"),
    (["--proxies", "vkdnw,rank(vkdnw)*rank(flops)"], "'rank(vkdnw)*rank(flops)' ranks a collec"),
    (["--proxies", "flops - layers"], "tfnas evaluate --proxies take it"),
    (["--format", "xml"], "'table', 'json', 'jsonl' or 'csv'"),
    (["--recipe", "best"], "'default', 'released', 'paper' or 'fast'"),
    (["--precision", "half"], "'float' and 'double'"),
    (["--factor", "x"], "'exact', 'released' or 'logits'"),
    (["--batch-norm", "batch"], "'fresh', 'calibrated', 'updated' or 'identity'"),
    (["--weights-of", "x"], "'tensors', 'layers' or 'sampled'"),
    (["--smoothing-rounding", "double"], "'half' and 'exact'"),
    (["--pullbacks", "0"], "it must be a whole number from 1 to 1000000, or all"),
    (["--pullbacks=-1"], "from 1 to 1000000, or all"), (["--pullbacks", "x"], "--pullbacks"),
    (["--quantiles", "9"], "'deciles' and 'eleven'"), (["--seed", "x"], "--seed"),
    (["--seed=-1"], "--seed"), (["--frobnicate"], "--frobnicate"),
    (["--batch", "65536", "--resolution", "4096"], "more than a minibatch may hold"),
    (["--batch", "99999999999999999999"], "--batch"),
    (["--resolution", "2"], "the sizes leave no room for the network"),
    (["2", "--weights", "f"], "exactly one architecture"),
    (["2", "--save-weights", "f"], "exactly one architecture"),
    (["--batch", "2", "--input", "f"], "--batch conflicts with --input"),
    (["--inits", "2", "--weights", "f"], "--inits 2 conflicts with --weights"),
  ])
  func optionsOfScore(options: [String], fragment: String) throws {
    try expect(64, [fragment], ["score", "1"] + options)
  }

  @Test(arguments: [
    (["score"], "Missing expected argument '<arch|file> ...'"), (["frobnicate"], "frobnicate"),
    (["score", "-", "-"], "can be read once"),
    (["evaluate", "--sample", "0"], "--sample must be a whole number from 1"),
    (["evaluate", "--sample", "9446"], "more than the 9445 networks of population live"),
    (
      ["evaluate", "--dataset", "mnist"],
      "'cifar10', 'cifar100', 'imagenet16-120', 'edgegpu-latency'"
    ),
    (["evaluate", "--population", "x"], "'all', 'live', 'distinct' or 'live-distinct'"),
    (["evaluate", "--resamples=-1"], "--resamples"), (["evaluate", "--ndcg-at", "0"], "--ndcg-at"),
    (
      ["evaluate", "--proxies", "vkdnw,rank(vkdnw) * (flops rank(layers)"],
      "'rank(vkdnw) * (flops rank(layers)', column 22: ')' expected before 'rank'"
    ),
    (["evaluate", "--proxies", "rank(flops"], "'rank(flops', column 11: ')' expected at the end"),
    (["evaluate", "--proxies", "flops,"], "'', column 1: an expression expected"),
    (
      ["evaluate", "--proxies", "flops,rank(flop)"],
      "'rank(flop)', column 6: unknown name 'flop'; known are vkdnw, vkdnw-single, vkdnw-decile-1,"
    ),
    (
      ["evaluate", "--proxies", "flops-layers"],
      "unknown name 'flops-layers'; a difference is written 'flops - layers'; known are"
    ),
    (["evaluate", "--proxies", "1 + 2"], "'1 + 2' uses no score"),
    (
      ["evaluate", "--proxies", String(repeating: "(", count: 5000)],
      "column 101: nested more than 100 deep"
    ),
    (["evaluate", "--against", "me"], "--against"),
    (["spectrum", "1", "--inits", "2"], "one initialisation"), (["spectrum"], "<arch>"),
    (["rank", "file.csv"], "--accuracy"),
    (["conformance", "--width", "8"], "--width needs --cell"),
    (["benchmark", "--repetitions", "0"], "--repetitions"),
    (["benchmark", "--space", "no-such"], "no-such"),
    (["benchmark", "--proxies", "no-such"], "no-such"),
  ])
  func otherUsage(arguments: [String], fragment: String) throws {
    try expect(64, [fragment], arguments)
  }

  @Test(arguments: [
    (
      "|nor_conv_3x3~0|+|nor_conv_5x5~0|none~1|+|none~0|none~1|none~2|",
      ["unknown operation 'nor_conv_5x5' at character 19"]
    ),
    ("|none~0|+|none~0|none~0|+|none~0|none~1|none~2|", ["wrong source '0' at character 23"]),
    ("15625", ["index '15625' at character 1 is out of range: 0 to 15624"]),
    ("(2, 2, 2, 2, 2)", ["5 of its 6 operation codes"]), ("", ["the text is empty"]),
    ("resnet\n50", ["is no architecture"]),
  ])
  func architectures(text: String, fragments: [String]) throws {
    for subcommand in ["score", "spectrum", "query"] {
      try expect(65, ["architecture: "] + fragments, [subcommand, text])
    }
    try expect(65, ["architecture 2: "] + fragments, ["score", "3", text])
    try expect(65, fragments, ["conformance", "--cell", text])
    try expect(65, fragments, ["benchmark", "--cell", text])
  }

  @Test func blocks() throws {
    try expect(
      65, ["--arch: ", "SuperConvK9"],
      ["benchmark", "--space", "mobilenet-v2", "--cell", "SuperConvK9BNRELU(3,8,2,1)"])
  }

  @Test func lists() throws {
    try expect(65, ["standard input: there is no architecture"], ["score", "-"], input: "")
    try expect(65, ["there is no architecture"], ["score", "-"], input: "# one\n\n  \n")
    try expect(
      65, ["standard input, line 3: index '99999'"], ["score", "-"], input: "1\n# two\n99999\n")
  }

  @Test func tables() throws {
    let rank = ["rank", "-", "--accuracy", "acc"]
    try expect(66, ["/no/such/file: no such file"], ["rank", "/no/such/file", "--accuracy", "a"])
    try expect(65, ["there is no header"], rank, input: "")
    try expect(65, [#"there is no column "acc""#], rank, input: "a,b\n1,2\n")
    try expect(
      65, ["standard input:3:1:", #""x""#], rank + ["--score", "a"], input: "a,acc\n1,2\nx,3\n")
    try expect(65, ["standard input:2:1:"], rank, input: "a,acc\n1\n")
    try expect(65, ["no column but 'acc' holds numbers"], rank, input: "name,acc\nx,1\n")
    try expect(65, ["no record has both"], rank + ["--score", "a"], input: "a,acc\n1,\n,2\n")
  }

  @Test func expressionsOverColumns() throws {
    let rank = ["rank", "-", "--accuracy", "acc", "--score"]
    let file = "a,b,acc\n1,2,3\n4,x,6\n"
    func expect(_ status: Int32, _ fragment: String, _ score: String) throws {
      try self.expect(status, [fragment], rank + [score], input: file)
    }
    try expect(
      64,
      "standard input: 'rank(a)*(b' is no column and no expression over columns: column 11: ')' "
        + "expected at the end", "a,rank(a)*(b")
    try expect(65, "column 6: unknown name 'c'", "rank(c)")
    try expect(65, #"there is no column "c", only "a", "b", "acc""#, "c")
    try expect(65, "unknown name 'a-b'; a difference is written 'a - b'", "a-b")
    try expect(65, #""x" in column "b" is no number"#, "rank(b) + a")
    try expect(64, "'2 * 3' uses no score", "2 * 3")
    try expect(65, "no record has both a 'log(-a)' and a 'acc'", "log(-a)")
    try self.expect(
      64, ["'b +' is no column"], rank + ["a", "--minus", "b +"], input: file)
  }

  @Test func helpAndVersionAreData() throws {
    let help = try Tool.run(["score", "--help"])
    #expect(help.status == 0 && help.output.contains("USAGE: tfnas score") && help.errors.isEmpty)
    let version = try Tool.run(["--version"])
    #expect(version.status == 0 && version.errors.isEmpty)
    let lines = version.output.split(separator: "\n")
    try #require(lines.count == 6, "\(version.output)")
    #expect(lines[0].wholeMatch(of: /tfnas [0-9]+\.[0-9]+\.[0-9]+/) != nil)
    #expect(
      lines[1].wholeMatch(
        of: /oneDNN [0-9.]+, kernels for (AVX-512|AVX2|AVX|SSE4\.1|AArch64|the baseline)/) != nil)
    #expect(lines[2].hasPrefix("OpenBLAS ") || lines[2] == "Accelerate", "\(lines[2])")
    #expect(lines[3].wholeMatch(of: /own loops for (AVX-512|AVX2|the baseline)/) != nil)
    #expect(lines[4].wholeMatch(of: /SQLite 3\.[0-9.]+/) != nil)
    #expect(lines[5].wholeMatch(of: /Swift [0-9.]+( or later)?/) != nil)
    #expect(try Tool.run(["--help"]).output.contains("conformance"))
  }

  @Test func aFullDiskIsReported() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    for arguments in [["spaces"], ["--help"], ["query", "3"], ["score", "1", "--format", "csv"]] {
      let result = try Tool.run(arguments, outputPath: "/dev/full")
      #expect(result.status == 73)
      #expect(result.errors == "tfnas: standard output: cannot be written: no space left\n")
    }
  }

  @Test func aClosedPipeEndsQuietly() throws {
    // Far more than a pipe holds, so that the writer meets the closed end.
    let indices = (0..<3000).map(String.init).joined(separator: "\\n")
    let (status, text) = try Tool.shell(
      "exec 3>&1; { printf '\(indices)\\n' | \"$TFNAS\" score - -q --proxies layers --cells 1 "
        + "--format jsonl 2>&3; echo \"status $?\" >&3; } | head -n 1 >/dev/null")
    #expect(status == 0)
    #expect(text == "status 0\n", "\(text)")
  }
}
