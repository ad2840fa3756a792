import Foundation
import ResultStore
import Scoring
import TestSupport
import Testing

/// `tfnas watch`: what it serves, to whom, and how it ends.
@Suite struct WatchCommandTests {
  private static let hostile = "<script>alert('x')</script>\"\\\n\r\n\r\nHTTP/1.1 200 OK"

  private let directory: TemporaryDirectory
  private let store: String

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.file("scores.sqlite")
  }

  private func append(_ names: [String]) throws {
    let store = try ResultStore(path: store)
    _ = try store.append(
      names.map { name in
        Evaluation(
          space: "mine", architecture: name, proxy: "vkdnw", settings: "{}", seed: 0,
          version: "1", kernels: "", score: .value(Double(name.utf8.count)), seconds: 0.1)
      })
    try store.close()
  }

  private func scores(_ page: WatchedPage, from: Int = 0) throws -> [String: Any] {
    let response = try page.get("scores?generation=0&from=\(from)")
    #expect(response.status == 200)
    #expect(response.headers["content-type"] == "application/json")
    return try #require(try parsedJSON(response.body) as? [String: Any])
  }

  @Test func aPageAndItsData() throws {
    try append([Self.hostile, "b"])
    let page = try WatchedPage([store])
    let document = try page.get("")
    #expect(document.status == 200)
    #expect(document.headers["content-type"] == "text/html; charset=utf-8")
    #expect(document.body.hasPrefix("<!doctype html>"))
    // Nothing of the store is in the document, and what it names is there and comes from here.
    #expect(!document.body.contains("<script>alert"))
    let named = document.body.matches(of: #/(?:src|href)="([^"#][^"]*)"/#).map { String($0.1) }
      .filter { $0 != "data:," }
    #expect(named.count == 7)
    for name in named {
      let file = try page.get(name)
      #expect(file.status == 200 && !file.body.isEmpty, "\(name)")
      #expect(!file.body.contains("innerHTML") && !file.body.contains("eval("), "\(name)")
      #expect(file.headers["content-type"]?.hasPrefix("text/") == true, "\(name)")
      // An address of another machine would need a network.
      #expect(!file.body.contains("//cdn") && !file.body.contains("https://"), "\(name)")
    }
    let data = try scores(page)
    #expect(data["networks"] as? [String] == [Self.hostile, "b"])
    #expect(data["scores"] as? [Double] == [Double(Self.hostile.utf8.count), 1])

    // What is added comes by itself, and alone.
    try append(["c"])
    let event = try page.event { $0["records"] as? Int == 3 }
    #expect(event["networks"] as? Int == 3 && event["problem"] is NSNull)
    #expect(try scores(page, from: 2)["networks"] as? [String] == ["c"])
    let result = try page.end()
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
  }

  @Test func drawings() throws {
    let cell = "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|skip_connect~0|none~1|nor_conv_1x1~2|"
    func record(
      _ space: String, _ architecture: String, _ settings: String = "{}"
    ) -> Evaluation {
      Evaluation(
        space: space, architecture: architecture, proxy: "vkdnw", settings: settings, seed: 0,
        version: "1", kernels: "", score: .value(1), seconds: 0.1)
    }
    let small = "{\"cells\":1,\"classes\":10,\"resolution\":8,\"width\":4}"
    let store = try ResultStore(path: store)
    for records in [
      [record("nas-bench-201", cell, small)], [record("nas-bench-macro", "01201201")],
      [record("nas-bench-201", Self.hostile)], [record(Self.hostile, "a")],
      [record("onnx", "0123456789abcdef")], [record("nas-bench-macro", "00000000", "[1]")],
      [record("nas-bench-macro", "00000001", "{\"classes\":0}")],
      [record("nas-bench-macro", "00000002", "{\"resolution\":1000000000}")],
      [record("nas-bench-101", "b", "{\"cells\":9223372036854775807}")],
    ] { _ = try store.append(records) }
    try store.close()
    let page = try WatchedPage([self.store])
    let names = try #require(try scores(page)["networks"] as? [String])
    func drawing(_ name: String) throws -> WatchedPage.Response {
      let number = try #require(names.firstIndex(of: name))
      return try page.get("network.svg?generation=0&network=\(number)")
    }

    let drawn = try drawing(cell)
    #expect(drawn.status == 200)
    #expect(drawn.headers["content-type"] == "image/svg+xml; charset=utf-8")
    // Opened in a window of its own it has its colours, and runs nothing.
    let policy = try #require(drawn.headers["content-security-policy"])
    #expect(policy.hasPrefix("default-src 'none'; style-src 'unsafe-inline'"))
    #expect(policy.contains("sandbox") && !policy.contains("script-src"))
    #expect(drawn.headers["x-content-type-options"] == "nosniff")
    // The network is that of the record, and what the command draws of it.
    let figure = try Tool.run(
      ["figure", "network", cell, "--width", "4", "--cells", "1", "--resolution", "8"])
    try #require(figure.status == 0, "\(figure.errors)")
    // The first line of how large it is; a narrow drawing has several.
    let size = try #require(figure.output.firstMatch(of: #/>network: (\d+ layers, [^<]*)</#))
    let title = try #require(drawn.body.firstMatch(of: #/<title>(.*)<\/title>/#))
    #expect(title.1.hasPrefix("nas-bench-201, index ") && title.1.contains(": " + size.1))
    #expect(title.1.hasSuffix(" multiply-adds"))
    #expect(try drawing(cell).body == drawn.body)
    #expect(try drawing("01201201").body.contains("<title>nas-bench-macro"))

    for (name, fragment) in [
      (Self.hostile, "is no architecture; expected a cell"),
      ("a", "is not known here: --space FILE.yaml names its file"),
      ("0123456789abcdef", "records of ONNX files name no file"),
      ("00000000", "no flat JSON object"), ("00000001", "'classes' of its score is 0, and not 1"),
      ("00000002", "'resolution' of its score is 1000000000, and not 1 to 4096"),
      ("b", "'cells' of its score is 9223372036854775807, and not 1 to 1000"),
    ] {
      let response = try drawing(name)
      #expect(response.status == 404, "\(name)")
      #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
      #expect(response.body.contains(fragment), "\(response.body)")
      #expect(response.body.hasSuffix("\n"))
      #expect(response.body.dropLast().allSatisfy { !$0.isNewline }, "\(response.body)")
    }
    for query in ["generation=1&network=0", "generation=0&network=99"] {
      let response = try page.get("network.svg?" + query)
      #expect(response.status == 404, "\(query)")
      #expect(response.body == "there is no network of this number any more\n")
    }
    for query in ["", "?network=0", "?generation=0&network=-1", "?generation=0&network=\(cell)"] {
      #expect(try page.get("network.svg" + query).status == 400, "\(query)")
    }
    #expect(try page.end().status == 0)
  }

  @Test func drawingsOfAFileOfASpace() throws {
    let space = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Examples/Spaces/resnet.yaml").standardizedFileURL.path
    let architecture =
      "kernel=3,stem.width=16,s1.depth=3,s1=residual-bottleneck,s1.width=48,s1.expansion=4,s2.depth=4,"
      + "s2=residual-bottleneck,s2.width=64,s2.expansion=4,s3.depth=1,s3=residual-bottleneck,s3.width=64,"
      + "s3.expansion=4,s3.squeeze-excitation=0"
    let run = try Tool.run(
      ["score", "--space", space, architecture, "--proxies", "flops", "--store", store])
    try #require(run.status == 0, "\(run.errors)")
    let plain = try WatchedPage([store])
    let unknown = try plain.get("network.svg?generation=0&network=0")
    #expect(unknown.status == 404 && unknown.body.contains("--space FILE.yaml names its file"))
    #expect(try plain.end().status == 0)
    let page = try WatchedPage([store, "--space", space])
    let drawn = try page.get("network.svg?generation=0&network=0")
    #expect(drawn.status == 200 && drawn.body.contains(" layers, "), "\(drawn.body.prefix(300))")
    #expect(try page.end().status == 0)
    let missing = try Tool.run(["watch", store, "--space", directory.file("none.yaml")])
    #expect(missing.status == 66 && missing.output.isEmpty && missing.errorLines.count == 1)
  }

  @Test func onlyWhoKnowsTheAddressIsAnswered() throws {
    try append(["a"])
    let page = try WatchedPage([store, "--port", "0"])
    let protections = [
      "content-security-policy", "x-content-type-options", "referrer-policy", "cache-control",
    ]
    for name in ["", "scores?generation=0&from=0", "style.css", "none"] {
      let response = try page.get(name)
      for header in protections { #expect(response.headers[header] != nil, "\(name): \(header)") }
      #expect(response.headers["access-control-allow-origin"] == nil)
    }
    #expect(try page.get("").headers["referrer-policy"] == "no-referrer")
    #expect(try page.get("").headers["x-content-type-options"] == "nosniff")
    let wrong = "/" + String(repeating: "0", count: 32) + "/"
    for target in ["/", wrong, wrong + "scores", "/favicon.ico", "/../etc/passwd", "*"] {
      let response = try page.request(target: target)
      #expect(response.status == 403, "\(target)")
      #expect(response.body == "the address is not that which was printed\n", "\(target)")
    }
    for host in ["evil.example", "evil.example:\(page.port)", "127.0.0.1:1", ""] {
      #expect(try page.get("", host: host).status == 403, "\(host)")
    }
    #expect(try page.get("", host: "localhost:\(page.port)").status == 200)
    #expect(try page.get("", headers: ["Origin: http://evil.example"]).status == 403)
    #expect(try page.get("", headers: ["Origin: null"]).status == 403)
    #expect(try page.get("", headers: ["Origin: http://127.0.0.1:\(page.port)"]).status == 200)
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
      let response = try page.get("", method: method)
      #expect(response.status == 405 && response.headers["allow"] == "GET, HEAD", "\(method)")
    }
    let head = try page.get("", method: "HEAD")
    #expect(head.status == 200 && head.body.isEmpty)
    let length = try page.get("").headers["content-length"]
    #expect(head.headers["content-length"] == length)
    #expect(try page.get("events", method: "HEAD").status == 200)
    #expect(try page.get("none").status == 404)
    for query in ["", "?from=0", "?generation=0&from=x", "?generation=0&from=-1"] {
      #expect(try page.get("scores" + query).status == 400, "\(query)")
    }
    let shortened = try page.request(target: String(page.path.dropLast()))
    #expect(shortened.status == 308 && shortened.headers["location"] == page.path)
    #expect(try page.end(SIGINT).status == 0)
  }

  @Test func aStoreThatVanishes() throws {
    try append(["a"])
    let page = try WatchedPage([store])
    try FileManager.default.removeItem(atPath: store)
    let gone = try page.event { $0["problem"] is String }
    #expect(gone["problem"] as? String == "\(store): there is no such file")
    #expect(try scores(page)["networks"] as? [String] == ["a"])
    try append(["b", "c"])
    let back = try page.event { $0["problem"] is NSNull && $0["records"] as? Int == 2 }
    #expect(back["generation"] as? Int == 1)
    #expect(try page.end().status == 0)
  }

  @Test func aSharedRun() throws {
    let folder = directory.file("run")
    let arguments = ["--width", "4", "--cells", "1", "--batch", "1", "--resamples", "20"]
    let run = try Tool.run(
      ["evaluate", "--sample", "5", "--proxies", "vkdnw-single,flops", "--join", folder] + arguments
    )
    try #require(run.status == 0, "\(run.errors)")
    let page = try WatchedPage([folder])
    let status = try page.event { _ in true }
    #expect(status["done"] as? Int == 5 && status["total"] as? Int == 5)
    #expect(status["networks"] as? Int == 5 && status["workers"] as? Int == 0)
    let data = try scores(page)
    #expect((data["networks"] as? [String])?.count == 5)
    let columns = try #require(data["columns"] as? [[String: Any]])
    #expect(columns.contains { $0["proxy"] as? String == "flops" && $0["isCost"] as? Bool == true })
    let drawing = try page.get("network.svg?generation=0&network=4")
    #expect(drawing.status == 200 && drawing.body.contains("<title>nas-bench-201, index "))
    #expect(try page.end().status == 0)
  }

  @Test func aSearchThatRuns() throws {
    let search = try Tool.start(
      ["search", "--evaluations", "40", "--rounds", "1", "--store", store, "--width", "4"]
        + ["--cells", "1", "--batch", "2", "--threads", "1", "--no-progress"])
    defer { if search.process.isRunning { search.process.terminate() } }
    // What is not yet a store is refused; here it is waited for.
    while search.process.isRunning, (try? ResultStore(readingFrom: store).series()) == nil {
      Thread.sleep(forTimeInterval: 0.02)
    }
    let page = try WatchedPage([store])
    let result = try search.wait()
    #expect(result.status == 0, "\(result.errors)")
    let store = try ResultStore(readingFrom: store)
    let count = try store.series().reduce(0) { $0 + $1.count }
    try store.close()
    #expect(!FileManager.default.fileExists(atPath: self.store + "-wal"))
    let event = try page.event { $0["records"] as? Int == count && $0["workers"] as? Int == 0 }
    #expect(event["problem"] is NSNull)
    #expect(try page.end().status == 0)
  }

  @Test func whatIsRefusedBeforeItBegins() throws {
    let foreign = directory.file("foreign.txt")
    try Data("something else, and long enough for it\n".utf8)
      .write(to: URL(fileURLWithPath: foreign))
    try append(["a"])
    for (arguments, status, fragment) in [
      ([directory.file("none.sqlite")], 66, "there is no such file"),
      ([foreign], 65, "is not an SQLite database"),
      ([directory.path], 66, "no run was begun in it"),
      (["/dev/null"], 66, "a store is a plain file"),
      ([store, "--port", "65536"], 64, "--port"), ([store, "--port", "-1"], 64, "--port"),
      ([], 64, "store-or-dir"),
    ] as [([String], Int32, String)] {
      let result = try Tool.run(["watch"] + arguments)
      #expect(result.status == status && result.output.isEmpty, "\(arguments): \(result.errors)")
      #expect(result.errorLines.count == 1 && result.errors.contains(fragment), "\(result.errors)")
    }
    let page = try WatchedPage([store])
    let second = try Tool.run(["watch", store, "--port", "\(page.port)"])
    #expect(second.status == 75 && second.output.isEmpty && second.errorLines.count == 1)
    #expect(second.errors.contains("port \(page.port): another process listens on it"))
    #expect(try page.end().status == 0)
  }
}
