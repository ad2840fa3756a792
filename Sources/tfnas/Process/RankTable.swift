internal import Formats
internal import Ranking
internal import Reports

/// A table with a column of accuracies, whose other columns are ranked.
struct RankTable {
  /// The table.
  let csv: CSV
  /// The name of the column of accuracies.
  let accuracy: String
  /// What is to be said of the accuracies.
  let notes: [String]
  /// The accuracies in percent, `nil` where they are missing.
  let accuracies: [Double?]
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
    /// What is to be said of missing and infinite values.
    let notes: [String]
  }

  /// Reads the accuracies.
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
    let accuracy = ColumnScore.column(accuracy, in: csv)
    let numbers = try csv.numbers(in: accuracy)
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
      if let fault {
        throw CommandError(
          .badData,
          "\(csv.file):\(csv.place(of: record, in: accuracy)) in column '\(accuracy)' \(fault)")
      }
    }
    let known = numbers.compactMap(\.self)
    var notes: [String] = []
    if known.count < numbers.count {
      let missing = numbers.count - known.count
      notes.append(
        "\(accuracy): \(Counted.of(missing, outOf: numbers.count, "record")) without a value "
          + "\(Counted.are(missing)) left out")
    }
    if !hasFractions, let largest = known.max(), largest <= 1 {
      notes.append(
        "\(accuracy): no value is above 1, but accuracies are taken for percent, which nDCG depends "
          + "on; --fractions reads 0.93 as 93 %")
    }
    self.csv = csv
    self.accuracy = accuracy
    self.notes = notes
    self.undefined = undefined
    self.sign = sign
    accuracies = hasFractions ? numbers.map { $0.map { $0 * 100 } } : numbers
  }

  // MARK: Columns

  /// Every column of scores: all others that hold numbers and nothing else.
  ///
  /// - Returns: at least one score, and for each column that is left out the cell that is to blame.
  /// - Throws: 65 where there is none, with what is wrong with the first.
  func allScores() throws -> (scores: [ColumnScore], leftOut: [String]) {
    var scores: [ColumnScore] = []
    var leftOut: [String] = []
    var seen: Set<String> = [accuracy]
    for name in csv.header where seen.insert(name).inserted {
      do {
        let score = try ColumnScore(column: name, in: csv)
        if accuracies.indices.contains(where: { accuracies[$0] != nil && score.isComplete($0) }) {
          scores.append(score)
        } else {
          leftOut.append("column '\(name)' is left out: it has no number beside an accuracy")
        }
      } catch {
        let place = error.position.map { ":\($0.line):\($0.column)" } ?? ""
        leftOut.append("column '\(name)' is left out: \(csv.file)\(place): \(error.explanation)")
      }
    }
    guard !scores.isEmpty else {
      throw CommandError(
        .badData,
        "\(csv.file): no column but '\(accuracy)' holds numbers"
          + (leftOut.first.map { "; \($0)" } ?? ""))
    }
    return (scores, leftOut)
  }

  // MARK: Records

  /// The records that are ranked by some scores together.
  ///
  /// - Throws: 65 where no record has a score and an accuracy.
  func ranked(by scores: [ColumnScore]) throws -> Ranked {
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
      let names = scores.map { "a '\($0.name)'" }
      throw CommandError(
        .badData,
        "\(csv.file): no record has "
          + (names.count == 1 ? "both \(names[0])" : names.joined(separator: ", "))
          + " and a '\(accuracy)'")
    }
    let places = candidates.indices.filter { undefined == .worst || isDefined[$0] }
    return Ranked(
      values: columns.map { column in
        filled(places.map { column[$0] }, undefined: .tiedWithLowest)
      },
      accuracies: places.compactMap { accuracies[candidates[$0]] }, missing: csv.count - defined,
      notes: missingNotes(of: scores, known.count - defined, outOf: known.count)
        + scores.flatMap(infiniteNotes))
  }

  private func missingNotes(
    of scores: [ColumnScore], _ count: Int, outOf total: Int
  ) -> [String] {
    if count == 0 { return [] }
    let subject =
      "\(scores.map(\.name).joined(separator: ", ")): "
      + "\(Counted.of(count, outOf: total, "record")) without a value"
    return [
      undefined == .omit
        ? "\(subject) \(Counted.are(count)) left out"
        : "\(subject) \(count == 1 ? "ties" : "tie") with the worst; --undefined omit leaves "
          + "\(count == 1 ? "it" : "them") out"
    ]
  }

  private func infiniteNotes(of score: ColumnScore) -> [String] {
    score.infinite.map { column, records in
      "\(column): \(Counted.of(records.count, outOf: csv.count, "value")) "
        + "\(Counted.are(records.count)) infinite and ranked as such, first "
        + csv.place(of: records[0], in: column)
    }
  }
}

extension CSV {
  /// Where a cell stands and what is in it, such as `3:1: "inf"`.
  fileprivate func place(of record: Int, in column: String) -> String {
    guard let cell = cell(record, in: column) else { return "" }
    return "\(cell.position.line):\(cell.position.column): \"\(cell.text)\""
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
