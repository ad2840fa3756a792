public import Formats
internal import Scoring
public import Spaces
public import Studies

/// The accuracies that a model predicts.
public struct PredictionReport: Report {
  private struct Entry {
    let architecture: NASBench201Architecture
    let prediction: Double
    let isTraining: Bool
  }

  private let model: RankingModel
  private let entries: [Entry]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - architectures: networks.
  ///   - predictions: the predicted accuracy of each, in percent.
  public init(
    _ model: RankingModel, of architectures: [NASBench201Architecture], predictions: [Double]
  ) {
    precondition(
      architectures.count == predictions.count,
      "\(predictions.count) predictions for \(architectures.count) architectures")
    let training = Set(model.training)
    self.model = model
    entries = zip(architectures, predictions).map {
      Entry(architecture: $0, prediction: $1, isTraining: training.contains($0))
    }
  }

  /// The predictions, and which networks the model was trained on.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      .init("index", .right), .init("predicted", .right), .init("trained on", .left),
      .architecture(),
    ])
    for entry in entries {
      table.add([
        "\(entry.architecture.benchmarkIndex)", decimals(entry.prediction, 2),
        entry.isTraining ? "yes" : "no", entry.architecture.description,
      ])
    }
    return table.text(layout)
  }

  /// The predictions, after what they speak of.
  public var json: JSONValue {
    [
      "dataset": .text(model.dataset.rawValue), "version": .text(model.version),
      "predictions": .array(lines),
    ]
  }

  /// One object for each architecture.
  public var lines: [JSONValue] {
    entries.map { entry in
      [
        "architecture": .text(entry.architecture.description),
        "index": .integer(entry.architecture.benchmarkIndex),
        "predicted": .number(entry.prediction), "trainedOn": .boolean(entry.isTraining),
      ]
    }
  }

  /// The members of a line.
  public var header: [String] { ["architecture", "index", "predicted", "trainedOn"] }
  /// One record for each architecture.
  public var records: [[String]] {
    entries.map { entry in
      [
        entry.architecture.description, "\(entry.architecture.benchmarkIndex)",
        cell(entry.prediction), "\(entry.isTraining)",
      ]
    }
  }
}
