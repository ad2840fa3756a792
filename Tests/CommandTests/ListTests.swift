import Foundation
import TestSupport
import Testing
import TrainingFreeNAS

/// Lists of architectures: files, limits, rankings, stores.
@Suite struct ListTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = directory.file(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func score(_ arguments: [String], input: String? = nil) throws -> [[String: Any]] {
    let result = try Tool.run(
      ["score"] + arguments + smallImage + ["--format", "json"], input: input)
    try #require(result.status == 0, "\(result.errors)")
    return try result.networks()
  }

  private func indices(_ networks: [[String: Any]]) -> [Int] {
    networks.compactMap { $0["index"] as? Int }
  }

  @Test func filesArgumentsAndInputAreMixed() throws {
    let first = try file(
      "one.txt",
      "# a comment\n3\n\n  7   # another\n\(NASBench201Architecture(benchmarkIndex: 9))\n")
    let networks = try score(
      ["1462", first, "-", "(2, 2, 2, 2, 2, 2)", "--proxies", "layers"], input: "11\n12 # last")
    #expect(indices(networks) == [1462, 3, 7, 9, 11, 12, 1462])
  }

  /// What reads as an architecture is one; the file of that name has its directory before it.
  @Test func namesThatClash() throws {
    let path = try file("1462", "3\n")
    let (status, text) = try Tool.shell(
      "cd '\(directory.path)' && \"$TFNAS\" score 1462 ./1462 --proxies layers --format csv "
        + "--columns index")
    #expect(status == 0 && text == "index\n1462\n3\n", "\(text)")
    #expect(indices(try score([path, "--proxies", "layers"])) == [3])
  }

  @Test(arguments: [
    (66, ["no-such-file.txt"], "no-such-file.txt: no such file, and no architecture"),
    (66, ["dir/list"], "dir/list: no such file"), (65, ["resnet50"], "is no architecture"),
    (65, ["SuperConvK3BNRELU(3,8,2,1)"], "which --space mobilenet-v2 reads"),
    (65, ["1462", "--space", "mobilenet-v2"], "which --space nas-bench-201 reads"),
    (65, ["1462", "--flops", "1M"], "no architecture is within the limits: 1 with too many FLOPs"),
    (64, ["1462", "--by", "vkdnw-agg"], "--images"),
  ])
  func mistakes(status: Int, arguments: [String], fragment: String) throws {
    let result = try Tool.run(["score"] + arguments)
    #expect(Int(result.status) == status, "\(result.errors)")
    #expect(result.errorLines.count == 1 && result.errors.contains(fragment), "\(result.errors)")
  }

  @Test func aRankingOrdersAndNumbers() throws {
    let cells = NASBench201Population.live.sample(count: 12, seed: 3).map(\.benchmarkIndex)
    let path = try file("cells.txt", cells.map { "\($0)\n" }.joined())
    let expression = "rank(vkdnw)*rank(flops)"
    let all = try score([path, "--by", expression])
    #expect(Set(indices(all)) == Set(cells))
    let positions = all.compactMap { $0["position"] as? Int }
    #expect(positions == positions.sorted() && positions.first == 1)
    // The product of ranks by hand, from the scores of the list in its own order.
    let plain = try score([path])
    func ranks(_ name: String) throws -> [Double] {
      let values = try plain.map { network in
        let scores = try #require(network["scores"] as? [String: [String: Any]])
        return try #require(scores[name]?["value"] as? Double)
      }
      return values.map { value in
        Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
      }
    }
    let products = zip(try ranks("vkdnw"), try ranks("flops")).map { $0 * $1 }
    for network in all {
      let index = try #require(network["index"] as? Int)
      let number = try #require(indices(plain).firstIndex(of: index))
      #expect(network["position"] as? Int == 1 + products.count { $0 > products[number] })
    }
    // The first of them alone, with the same positions, in every format.
    let top = try score([path, "--by", expression, "--top", "3"])
    #expect((top as NSArray) == (Array(all.prefix(3)) as NSArray))
    let csv = try Tool.run(
      ["score", path, "--by", expression, "--top", "3", "--format", "csv"] + smallImage)
    #expect(csv.output.hasPrefix("position,architecture,index,vkdnw,flops,layers,parameters\n1,"))
    // A network that is listed twice is ranked once.
    let twice = try Tool.run(
      ["score", path, "\(cells[0])", "--by", expression, "--format", "csv"] + smallImage)
    #expect(twice.output.split(separator: "\n").count == 13)
    #expect(twice.errors.contains("1 of 13 architectures are there twice"))
  }

  @Test func limitsLeaveOut() throws {
    let cells = Array(NASBench201Population.live.sample(count: 30, seed: 4))
    let path = try file("cells.txt", cells.map { "\($0)\n" }.joined())
    let space = NASBench201Space(
      skeleton: NASBench201Skeleton(channels: 4, cells: 1, classes: 10, resolution: 8))
    let costs = try cells.map { try space.costs(of: $0) }
    let limit = costs.map(\.flops).sorted()[14]
    let arguments = [path, "--flops", "\(limit)", "--proxies", "flops"] + smallImage
    let result = try Tool.run(["score"] + arguments + ["--format", "json"])
    let kept = try result.networks()
    let expected = zip(cells, costs).filter { $0.1.flops <= limit }.map(\.0.benchmarkIndex)
    #expect(indices(kept) == expected)
    #expect(
      result.errors.contains(
        "\(30 - expected.count) of 30 architectures are left out: "
          + "\(30 - expected.count) with too many FLOPs"))
    let layers = try score([path, "--layers", "14-20", "--proxies", "layers"])
    #expect(
      layers.count == costs.count { (14...20).contains($0.layers) } && !layers.isEmpty)
    let small = try score([path, "--max-parameters", "10K", "--proxies", "parameters"])
    #expect(small.count == costs.count { $0.parameters <= 10_000 })
  }

  @Test func aStoreKeepsTheScoresOfAList() throws {
    let store = directory.file("scores.sqlite")
    let arguments = ["score", "3", "7", "1462", "--store", store, "--format", "csv"] + smallImage
    let first = try Tool.run(arguments)
    #expect(first.status == 0 && first.errors.contains("scored 3 networks"))
    let again = try Tool.run(arguments)
    #expect(again.output == first.output)
    #expect(again.errors == "tfnas: \(store): holds 3 of the 3 networks\n")
    #expect(
      try Tool.run(arguments.filter { $0 != "--store" && $0 != store }).output == first.output)
    let more = try Tool.run(["score", "9"] + arguments.dropFirst())
    #expect(more.errors.contains("holds 3 of the 4") && more.errors.contains("scored 1 network in"))
    // A space of its own in the same file.
    let chain = "SuperConvK3BNRELU(3,8,2,1)SuperConvK1BNRELU(8,16,1,1)"
    let other = [
      "score", "--space", "mobilenet-v2", chain, "--resolution", "8", "--batch", "2", "--store",
      store,
    ]
    #expect(try Tool.run(other).status == 0)
    #expect(try Tool.run(other).errors.contains("holds 1 of the 1 networks"))
  }

  @Test func theWholeBenchmark() throws {
    let list = (0..<15_625).map { "\($0)\n" }.joined()
    let result = try Tool.run(["query", "-", "--format", "csv"], input: list)
    #expect(result.status == 0)
    let table = try CSV(Array(result.output.utf8), file: "csv")
    #expect(table.count == 15_625)
    for dataset in [("cifar10", BenchmarkDataset.cifar10), ("imagenet16", .imageNet16)] {
      let accuracies = try table.numbers(in: dataset.0 + "Accuracy").compactMap(\.self)
      let positions = try table.numbers(in: dataset.0 + "Position").compactMap(\.self)
      #expect(accuracies.count == 15_625)
      // Every hundredth position by counting.
      for number in stride(from: 0, to: 15_625, by: 100) {
        #expect(Int(positions[number]) == 1 + accuracies.count { $0 > accuracies[number] })
      }
    }
  }
}
