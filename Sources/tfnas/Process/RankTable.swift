internal import Ranking
internal import Reports
internal import TrainingFreeNAS

/// A table with a column of accuracies, whose other columns are ranked.
struct RankTable {
  /// The table.
  let csv: CSV
  /// The name of the column of accuracies.
  let accuracy: String
  /// The accuracies in percent, `nil` where they are missing.
  private let accuracies: [Double?]
  private let undefined: UndefinedTreatment
  /// What columns are multiplied with.
  private let sign: Double

  /// Scores of the records that are ranked, beside their accuracies.
  struct Ranked {
    /// The values of each score, in the order of the records.
    let values: [[Double]]
    /// The accuracies in percent.
    let accuracies: [Double]
    /// The records of the table in which a score or the accuracy is missing.
    let missing: Int
  }

  /// Reads the accuracies; says on standard error how many are missing, and where they seem to be
  /// fractions.
  ///
  /// - Parameters:
  ///   - csv: the table.
  ///   - accuracy: the column of accuracies, perhaps in quotes.
  ///   - hasFractions: whether accuracies are fractions of one instead of percent.
  ///   - undefined: what becomes of records without a score.
  ///   - sign: what columns are multiplied with, -1 where lower values are better.
  /// - Throws: 65 with the cell that is no accuracy.
  init(
    _ csv: CSV, accuracy: String, hasFractions: Bool, undefined: UndefinedTreatment, sign: Double
  ) throws {
    self.csv = csv
    self.accuracy = ColumnScore.column(accuracy, in: csv)
    self.undefined = undefined
    self.sign = sign
    let numbers = try csv.numbers(in: self.accuracy)
    for (record, number) in numbers.enumerated() {
      guard let number else { continue }
      let fault: String? =
        if number.isInfinite {
          "is no accuracy"
        } else if hasFractions, number > 1 {
          "is more than 1, but --fractions is given"
        } else {
          nil
        }
      if let fault, let cell = csv.cell(record, in: self.accuracy) {
        throw CommandError(
          .badData,
          "\(csv.file):\(cell.position.line):\(cell.position.column): \"\(cell.text)\" in column "
            + "\"\(self.accuracy)\" \(fault)")
      }
    }
    accuracies = hasFractions ? numbers.map { $0.map { $0 * 100 } } : numbers
    let known = numbers.compactMap(\.self)
    if known.count < numbers.count {
      Diagnostics.say(
        "\(self.accuracy): \(Counted.of(numbers.count - known.count, outOf: numbers.count, "record")) "
          + "without a value \(Counted.are(numbers.count - known.count)) left out")
    }
    if !hasFractions, let largest = known.max(), largest <= 1 {
      Diagnostics.say(
        "\(self.accuracy): no value is above 1; accuracies are taken for percent, which nDCG depends "
          + "on: --fractions reads 0.93 as 93 %")
    }
  }

  // MARK: Columns

  /// Every column of scores: all others that hold numbers and nothing else.
  ///
  /// Says on standard error which ones are left out, and which cell is to blame.
  ///
  /// - Returns: at least one score.
  /// - Throws: 65 where there is none, with what is wrong with the first.
  func allScores() throws -> [ColumnScore] {
    var scores: [ColumnScore] = []
    var reasons: [String] = []
    var seen: Set<String> = [accuracy]
    for name in csv.header where seen.insert(name).inserted {
      do {
        let score = try ColumnScore(column: name, in: csv)
        if accuracies.indices.contains(where: { accuracies[$0] != nil && score.isComplete($0) }) {
          scores.append(score)
        } else {
          reasons.append("column \"\(name)\" has no number beside an accuracy")
        }
      } catch {
        let place = error.position.map { "\($0.line):\($0.column): " } ?? ""
        reasons.append("\(place)\(error.explanation)")
      }
    }
    guard !scores.isEmpty else {
      throw CommandError(
        .badData,
        "\(csv.file): no column but \"\(accuracy)\" holds numbers"
          + (reasons.first.map { "; \($0)" } ?? ""))
    }
    for reason in reasons { Diagnostics.say("\(csv.file): a column is left out: \(reason)") }
    return scores
  }

  // MARK: Records

  /// The records that are ranked by some scores together.
  ///
  /// Says on standard error how many have no score, and which are infinite.
  ///
  /// - Throws: 65 where no record has a score and an accuracy.
  func ranked(by scores: [ColumnScore]) throws -> Ranked {
    let name = scores.map(\.name).joined(separator: ", ")
    for score in scores { sayInfinite(score) }
    let known = accuracies.indices.filter { accuracies[$0] != nil }
    let complete = known.filter { record in scores.allSatisfy { $0.isComplete(record) } }
    let candidates = undefined == .omit ? complete : known
    let columns = scores.map { $0.values(of: candidates, times: sign) }
    let isComplete = Set(complete)
    let isDefined = candidates.indices.map { place in
      isComplete.contains(candidates[place]) && columns.allSatisfy { $0[place] != nil }
    }
    let defined = isDefined.count { $0 }
    guard defined > 0 else {
      throw CommandError(
        .badData, "\(csv.file): no record has both a \"\(name)\" and a \"\(accuracy)\"")
    }
    if defined < known.count {
      let count = known.count - defined
      let records = Counted.of(count, outOf: known.count, "record")
      Diagnostics.say(
        undefined == .omit
          ? "\(name): \(records) without a value \(Counted.are(count)) left out"
          : "\(name): \(records) without a value \(count == 1 ? "ties" : "tie") with the worst; "
            + "--undefined omit leaves \(count == 1 ? "it" : "them") out")
    }
    let places = candidates.indices.filter { undefined == .worst || isDefined[$0] }
    return Ranked(
      values: columns.map { column in
        filled(places.map { column[$0] }, undefined: .tiedWithLowest)
      },
      accuracies: places.compactMap { accuracies[candidates[$0]] },
      missing: csv.count - defined)
  }

  private func sayInfinite(_ score: ColumnScore) {
    for (column, records) in score.infinite {
      guard let cell = csv.cell(records[0], in: column) else { continue }
      Diagnostics.say(
        "\(column): \(Counted.of(records.count, outOf: csv.count, "value")) "
          + "\(Counted.are(records.count)) infinite, the first one \"\(cell.text)\" at "
          + "\(cell.position.line):\(cell.position.column), and ranked as such")
    }
  }
}

/// Numbers of things in messages.
enum Counted {
  /// Such as `1 of 4 records`.
  static func of(_ count: Int, outOf total: Int, _ noun: String) -> String {
    "\(count) of \(total) \(noun)\(total == 1 ? "" : "s")"
  }

  /// `is` or `are`.
  static func are(_ count: Int) -> String { count == 1 ? "is" : "are" }
}
