import Foundation
import Ranking
import Testing

@testable import Scoring
@testable import Spaces
@testable import Studies

/// Model files: what is written reads back, and what is wrong with a file.
@Suite final class RankingModelTests {
  private let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("tfnas-\(UUID().uuidString)")
  private var file: String { directory.appendingPathComponent("model.json").path }

  init() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private func model() throws -> RankingModel {
    let architectures = NASBench201Population.live.sample(count: 40, seed: 1)
    let list = try FeatureList(parsing: "vkdnw,graf-paper-older,flops")
    let scores: [String: [Score]] = [
      "vkdnw": architectures.map { .value(Double($0.rank) / 7) },
      "flops": architectures.map { .value(Double($0.convolutionCount) + 0.1) },
    ]
    let table = try list.table(of: architectures, scores: scores, fallbacks: [:])
    let accuracies = AccuracyTable.nasBench201.accuracies(of: architectures, on: .cifar100)
    let ranking = try LearnedRanking(
      table, accuracies: accuracies,
      settings: LearnedRanking.Settings(trainingCount: 25, treeCount: 3, threads: 1),
      seed: .max)
    let settings = #"{"batch":16,"factor":"exact"}"#
    return RankingModel(
      dataset: .cifar100, population: .live, width: 16, cells: 5, seed: ranking.seed,
      training: ranking.training.map { architectures[$0] },
      sources: [
        RankingModel.Source(
          name: "vkdnw",
          scores: RankingModel.Source.Scores(settings: settings, seed: 3, fallback: 1.0 / 7)),
        RankingModel.Source(name: "graf-paper-older"),
        RankingModel.Source(
          name: "flops",
          scores: RankingModel.Source.Scores(settings: "{}", seed: 3, fallback: 0.1)),
      ],
      features: list.names, scoreArguments: ["--dataset", "cifar100"], forest: ranking.forest)
  }

  @Test func whatIsWrittenReadsBack() throws {
    let model = try model()
    try model.write(toFile: file)
    let copy = try RankingModel(contentsOfFile: file)
    #expect(copy == model)
    #expect(try copy.featureList().names == model.features)
    #expect(copy.fallbacks == ["vkdnw": 1.0 / 7, "flops": 0.1])
    #expect(copy.space.skeleton.classes == 100 && copy.space.skeleton.resolution == 32)
    let first = try Data(contentsOf: URL(fileURLWithPath: file))
    try copy.write(toFile: file)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == first)
  }

  @Test func scoresOfOtherSizesAndLogarithms() throws {
    var model = try model()
    model.scoredFor = .imageNet16
    model.sources[0].name = "log(vkdnw)"
    model.features[0] = "log(vkdnw)"
    try model.write(toFile: file)
    let copy = try RankingModel(contentsOfFile: file)
    #expect(copy == model && copy.dataset == .cifar100)
    #expect(copy.space.skeleton.classes == 120 && copy.space.skeleton.resolution == 16)
    #expect(copy.fallbacks == ["vkdnw": 1.0 / 7, "flops": 0.1])
    #expect(try copy.featureList().names.first == "log(vkdnw)")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try text.replacing(BenchmarkDataset.imageNet16.rawValue, with: "imagenet").write(
      toFile: file, atomically: false, encoding: .utf8)
    let error = #expect(throws: RankingModelError.self) { try RankingModel(contentsOfFile: file) }
    #expect(error?.problem == .damaged("the data set of the scores is 'imagenet'"))
  }

  /// The problem of a file in which a text is replaced by another one.
  private func problem(
    replacing old: String, with new: String
  ) throws -> RankingModelError.Problem? {
    try model().write(toFile: file)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let range = try #require(text.range(of: old), "\(old)")
    try text.replacingCharacters(in: range, with: new).write(
      toFile: file, atomically: false, encoding: .utf8)
    let error = #expect(throws: RankingModelError.self) {
      do { _ = try RankingModel(contentsOfFile: file).featureList() } catch let problem
        as RankingModelError.Problem
      {
        throw RankingModelError(file: file, problem: problem)
      }
    }
    #expect(error?.description.hasPrefix("\(file): ") == true)
    #expect(error?.description.contains("\n") == false)
    return error?.problem
  }

  @Test(arguments: [
    (#""formatVersion":1"#, #""formatVersion":2"#, RankingModelError.Problem.otherFormat(2)),
    (#""format":"tfnas-ranking-model""#, #""format":"other""#, .noModel),
    (#""dataset":"cifar100""#, #""dataset":"mnist""#, .damaged("the data set is 'mnist'")),
    (#""population":"live""#, #""population":"x""#, .damaged("the population is 'x'")),
    (#""space":"nas-bench-201""#, #""space":"darts""#, .damaged("the space is 'darts'")),
    (#""cells":5"#, #""cells":0"#, .damaged("the networks have 0 cells of width 16")),
    (#""training":["|"#, #""training":["x"#, .damaged("training network 1 is no architecture")),
    (#""training""#, #""traning""#, .damaged("'training' is missing")),
    (#""width":16"#, #""width":"16""#, .damaged("'width' is not what it should be")),
    (#""values":["#, #""values":["1","#, .damaged("'trees.0.values.0' is not what it should be")),
    (#""trees":["#, #""trees":[],"other":["#, .damaged("it has no features or no trees")),
    (
      #""trees":["#, #""trees":[{"features":[0],"values":[1]},"#,
      .damaged("tree 0: it ends before its last leaf")
    ),
    (
      #""trees":["#, #""trees":[{"features":[900,-1,-1],"values":[1,2,3]},"#,
      .damaged("tree 0: node 0 compares feature 900, which there is not")
    ),
    (#"}]"#, "}", .damaged("it is no JSON document")),
    (
      #""op_count_0""#, #""op_count_9""#,
      .otherFeatures("feature 2 is 'op_count_9' where this version has 'op_count_0'")
    ),
    (
      #""name":"graf-paper-older""#, #""name":"graf-paper""#,
      .otherFeatures(
        "feature 7 is 'max_op_on_path_v1_0' where this version has 'max_op_on_path_0'")
    ),
    (
      #""name":"flops""#, #""name":"layers""#,
      .otherFeatures("feature 162 is 'flops' where this version has 'layers'")
    ),
    (#","settings":"{}""#, "", .otherFeatures("'flops' lacks settings of scores")),
  ])
  func whatIsWrongWithAFile(
    old: String, new: String, expected: RankingModelError.Problem
  ) throws {
    #expect(try problem(replacing: old, with: new) == expected)
  }

  /// Leaves that are finite, but not their sum.
  @Test func predictionsAreFinite() throws {
    var model = try model()
    func forest(_ leaf: Double) throws -> RandomForest {
      RandomForest(
        try (0..<3).map { _ in
          try RegressionTree(
            preorder: [0, -1, -1], values: [leaf, -leaf, leaf], featureCount: model.features.count)
        }, featureCount: model.features.count)
    }
    model.forest = try forest(1e308)
    #expect(!model.forest.hasFinitePredictions)
    try model.write(toFile: file)
    let error = #expect(throws: RankingModelError.self) { try RankingModel(contentsOfFile: file) }
    #expect(error?.problem == .damaged("the predictions of its trees have no finite mean"))

    model.forest = try forest(5e307)
    try model.write(toFile: file)
    let copy = try RankingModel(contentsOfFile: file)
    let row = try FeatureMatrix(
      rows: [[Double](repeating: 1, count: model.features.count)],
      featureCount: model.features.count)
    let predictions = copy.forest.predictions(for: row)
    #expect(predictions.allSatisfy { $0.isFinite })
  }

  @Test func sourcesThatThisVersionDoesNotKnow() throws {
    let problem = try problem(replacing: #""name":"vkdnw""#, with: #""name":"oracle""#)
    guard case .otherFeatures(let text) = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
    #expect(text.hasPrefix("unknown feature set 'oracle'; known are graf"))
  }

  @Test func numbersOfFeatures() throws {
    var model = try model()
    model.sources.removeLast()
    #expect(
      throws: RankingModelError.Problem.otherFeatures("162 features where this version has 161")
    ) { try model.featureList() }
    model.sources.append(RankingModel.Source(name: "graf-older"))
    #expect(throws: RankingModelError.Problem.self) { try model.featureList() }
  }

  @Test func filesThatCannotBeReadOrWritten() throws {
    func problem(_ path: String) -> RankingModelError.Problem? {
      #expect(throws: RankingModelError.self) {
        try RankingModel(contentsOfFile: path)
      }?.problem
    }
    #expect(problem(file) == .missing)
    #expect(problem(directory.path) == .unreadable("it is a directory"))
    for text in ["", "{}", "[1]", #"{"format":"safetensors","formatVersion":1}"#, "\u{0}\u{1}"] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      #expect(problem(file) == .noModel, "\(text)")
    }
    try model().write(toFile: file)
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(whole.starts(with: Data(#"{"format":"tfnas-ranking-model","formatVersion":1,"#.utf8)))
    for count in [40, whole.count / 2, whole.count - 3] {
      try whole.prefix(count).write(to: URL(fileURLWithPath: file))
      #expect(problem(file) == .damaged("it is no JSON document"))
    }
    let error = #expect(throws: RankingModelError.self) {
      try model().write(toFile: directory.path + "/no/such/model.json")
    }
    #expect(error?.problem == .unwritable("there is no such directory"))
  }
}
