internal import Formats
internal import Ranking
internal import Scoring
internal import Spaces

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension RankingModel {
  /// The version of the file format.
  public static let formatVersion = 1
  fileprivate static let format = "tfnas-ranking-model"

  /// Reads a model and checks everything that it says.
  ///
  /// - Parameter path: the path of the file.
  /// - Throws: ``RankingModelError``, which names the file.
  public init(contentsOfFile path: String) throws(RankingModelError) {
    let bytes: [UInt8]
    do { bytes = try InputFile.bytes(of: path) } catch { throw RankingModelError(error) }
    let data = Data(InputFile.passingOverByteOrderMark(bytes))
    do { self = try RankingModel(decoding: data) } catch {
      throw RankingModelError(file: path, problem: error)
    }
  }

  /// Writes the model as JSON; a plain file that is there is replaced in one step.
  ///
  /// - Parameter path: the path of the file.
  /// - Throws: ``RankingModelError`` where it cannot be written.
  public func write(toFile path: String) throws(RankingModelError) {
    let bytes: [UInt8]
    do { bytes = try encoded() } catch {
      throw RankingModelError(file: path, problem: .unwritable("\(error)"))
    }
    do { try OutputFile(path, isForced: true).write(bytes) } catch {
      throw RankingModelError(error)
    }
  }

  /// The content of the file.
  package func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The format comes first, so that the beginning of a file says what it is.
    let header = try encoder.encode(Header(Self.format, Self.formatVersion))
    return header.dropLast() + Array(",".utf8) + (try encoder.encode(Document(self))).dropFirst()
      + Array("\n".utf8)
  }

  private init(decoding data: Data) throws(RankingModelError.Problem) {
    let decoder = JSONDecoder()
    let header: Header
    do { header = try decoder.decode(Header.self, from: data) } catch {
      // What names the format is a model, whatever has become of the rest.
      let beginning = String(decoding: data.prefix(100), as: UTF8.self)
      throw beginning.contains(Self.format) ? .damaged(RankingModel.fault(error)) : .noModel
    }
    guard header.format == Self.format else { throw .noModel }
    guard header.formatVersion == Self.formatVersion else {
      throw .otherFormat(header.formatVersion)
    }
    let document: Document
    do { document = try decoder.decode(Document.self, from: data) } catch {
      throw .damaged(RankingModel.fault(error))
    }
    self = try document.model()
  }

  /// A fault of the JSON in a few words.
  private static func fault(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { key in key.intValue.map { "\($0)" } ?? key.stringValue }.joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "'\(place(context.codingPath + [key]))' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "'\(place(context.codingPath))' is not what it should be"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "'\(place(context.codingPath))' is not what it should be"
    default: return "it is no JSON document"
    }
  }
}

/// What tells a model from other documents.
private struct Header: Codable {
  let format: String
  let formatVersion: Int

  init(_ format: String, _ version: Int) {
    self.format = format
    formatVersion = version
  }
}

/// The rest of the file.
private struct Document: Codable {
  struct Source: Codable {
    let name: String
    let settings: String?
    let seed: UInt64?
    let undefined: Double?
  }

  /// A tree in preorder, as `RegressionTree` takes it.
  struct Tree: Codable {
    let features: [Int]
    let values: [Double]
  }

  let version: String
  let space: String
  let dataset: String
  /// Absent where it is the data set of the accuracies.
  let scoredFor: String?
  let population: String
  let width: Int
  let cells: Int
  let seed: UInt64
  let training: [String]
  let sources: [Source]
  let features: [String]
  let scoreArguments: [String]
  let trees: [Tree]

  init(_ model: RankingModel) {
    version = model.version
    space = NASBench201Space.name
    dataset = model.dataset.rawValue
    scoredFor = model.scoredFor == model.dataset ? nil : model.scoredFor.rawValue
    population = model.population.rawValue
    width = model.width
    cells = model.cells
    seed = model.seed
    training = model.training.map(\.description)
    sources = model.sources.map {
      Source(
        name: $0.name, settings: $0.scores?.settings, seed: $0.scores?.seed,
        undefined: $0.scores?.fallback)
    }
    features = model.features
    scoreArguments = model.scoreArguments
    trees = model.forest.trees.map {
      Tree(features: $0.preorderFeatures, values: $0.preorderValues)
    }
  }

  func model() throws(RankingModelError.Problem) -> RankingModel {
    guard space == NASBench201Space.name else { throw .damaged("the space is '\(space)'") }
    guard let dataset = BenchmarkDataset(rawValue: dataset) else {
      throw .damaged("the data set is '\(dataset)'")
    }
    guard let scoredFor = BenchmarkDataset(rawValue: scoredFor ?? dataset.rawValue) else {
      throw .damaged("the data set of the scores is '\(scoredFor ?? "")'")
    }
    guard let population = NASBench201Population(rawValue: population) else {
      throw .damaged("the population is '\(population)'")
    }
    guard (1...4096).contains(width), (1...1000).contains(cells) else {
      throw .damaged("the networks have \(cells) cells of width \(width)")
    }
    var training: [NASBench201Architecture] = []
    for (number, text) in self.training.enumerated() {
      guard let architecture = NASBench201Architecture(text) else {
        throw .damaged("training network \(number + 1) is no architecture")
      }
      training.append(architecture)
    }
    if features.isEmpty || trees.isEmpty { throw .damaged("it has no features or no trees") }
    var forest: [RegressionTree] = []
    for (number, tree) in trees.enumerated() {
      do {
        forest.append(
          try RegressionTree(
            preorder: tree.features, values: tree.values, featureCount: features.count))
      } catch {
        throw .damaged("tree \(number): \(error)")
      }
    }
    let trees = RandomForest(forest, featureCount: features.count)
    guard trees.hasFinitePredictions else {
      throw .damaged("the predictions of its trees have no finite mean")
    }
    var sources: [RankingModel.Source] = []
    for source in self.sources {
      var scores: RankingModel.Source.Scores?
      guard source.undefined?.isFinite != false else {
        throw .damaged("what stands for an undefined '\(source.name)' is no finite number")
      }
      if let settings = source.settings, let seed = source.seed, let undefined = source.undefined {
        scores = RankingModel.Source.Scores(settings: settings, seed: seed, fallback: undefined)
      }
      sources.append(RankingModel.Source(name: source.name, scores: scores))
    }
    return RankingModel(
      version: version, dataset: dataset, scoredFor: scoredFor, population: population,
      width: width, cells: cells,
      seed: seed, training: training, sources: sources, features: features,
      scoreArguments: scoreArguments, forest: trees)
  }
}
