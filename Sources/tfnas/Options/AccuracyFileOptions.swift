internal import ArgumentParser
internal import Formats
internal import Reports
internal import Scoring
internal import Spaces

/// A table of accuracies that somebody brings.
struct AccuracyFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A CSV file of accuracies of networks of the space, instead of those on record; - reads standard "
        + "input.", valueName: "file.csv"), completion: .file())
  var accuracies: String?

  @Option(
    help: ArgumentHelp(
      "The column of the accuracies, in percent. (default: accuracy, or the only one of numbers)",
      valueName: "column"))
  var column: String?

  @Option(
    help: ArgumentHelp(
      "The column of the architectures, or several with commas between them, whose texts are joined by "
        + "commas. (default: architecture, or the first one)", valueName: "column"))
  var architectures: String?

  @Flag(help: "Accuracies of the file are fractions: 0.93 is 93 %.")
  var fractions = false

  /// A table with the names of its parts.
  struct Table<Architecture: Hashable & Sendable> {
    let table: TaskAccuracies<Architecture>
    let file: String
    let column: String
  }

  func validate() throws {
    guard accuracies == nil else { return }
    let given = [
      column.map { _ in "--column" }, architectures.map { _ in "--architectures" },
      fractions ? "--fractions" : nil,
    ].compactMap(\.self)
    if let option = given.first { throw ValidationError("\(option) belongs to --accuracies") }
  }

  /// Reads the file, if one is given, and says on standard error which records are left out.
  ///
  /// - Throws: 65 where a column is missing, a cell is no accuracy, or no record names a network of the space;
  ///   66 where the file cannot be read.
  func read<Space: ListedSpace>(in space: Space) throws -> Table<Space.Architecture>? {
    guard let accuracies else { return nil }
    let bytes = try Input.bytes(of: accuracies)
    let csv = try CSV(
      bytes, file: Input.name(of: accuracies),
      delimiter: CSVDelimiter(recognizing: bytes, column: column ?? architectures ?? "accuracy"))
    let keys = try keys(of: csv)
    let key = keys.joined(separator: ",")
    let parts = try keys.map { try csv.texts(in: $0) }
    let texts = (0..<csv.count).map { record in
      parts.map { $0[record] }.joined(separator: ",")
    }
    let column = try self.column ?? onlyColumn(of: csv, besides: keys)
    let ranked = try RankTable(
      csv, accuracy: column, hasFractions: fractions, undefined: .omit, sign: 1)
    for note in ranked.notes { Diagnostics.say(note) }
    return Table(
      table: try table(texts, ranked.accuracies, of: csv, key: key, in: space), file: csv.file,
      column: ranked.accuracy)
  }

  /// The columns of the architectures.
  private func keys(of csv: CSV) throws -> [String] {
    guard let architectures else {
      return [csv.header.contains("architecture") ? "architecture" : csv.header[0]]
    }
    // The name of one column may have a comma in it.
    return csv.header.contains(architectures) ? [architectures] : try CSV.fields(of: architectures)
  }

  /// The column that can only be meant.
  private func onlyColumn(of csv: CSV, besides keys: [String]) throws -> String {
    if csv.header.contains("accuracy") { return "accuracy" }
    let others = csv.header.filter { !keys.contains($0) }
    let numeric = others.filter { name in
      guard let numbers = try? csv.numbers(in: name) else { return false }
      return numbers.contains { $0 != nil }
    }
    guard numeric.count == 1 else {
      throw CommandError(
        .usage,
        "\(csv.file): --column is needed; "
          + (numeric.isEmpty
            ? "no column but '\(keys.joined(separator: ","))' holds numbers"
            : "columns of numbers are " + numeric.map { "'\($0)'" }.joined(separator: ", ")))
    }
    return numeric[0]
  }

  private func table<Space: ListedSpace>(
    _ texts: [String], _ accuracies: [Double?], of csv: CSV, key: String, in space: Space
  ) throws -> TaskAccuracies<Space.Architecture> {
    var order: [Space.Architecture] = []
    var values: [Space.Architecture: [Double]] = [:]
    var unreadable: [(place: String, reason: String)] = []
    var repeated: [(place: String, reason: String)] = []
    for (record, text) in texts.enumerated() {
      let place = "\(csv.file):\(csv.position(of: record).line)"
      let architecture: Space.Architecture
      do { architecture = try ArchitectureList.parse(text, at: place, in: space) } catch {
        unreadable.append((place, error.message))
        continue
      }
      guard let accuracy = accuracies[record] else { continue }
      if values[architecture] == nil {
        order.append(architecture)
      } else {
        repeated.append((place, "\(place): \(FittedText.shortened(text, to: 60))"))
      }
      values[architecture, default: []].append(accuracy)
    }
    guard !order.isEmpty else {
      throw CommandError(
        .badData,
        unreadable.first?.reason ?? "\(csv.file): no record has an architecture and an accuracy")
    }
    if let first = unreadable.first {
      Diagnostics.say(
        "\(Counted.of(unreadable.count, outOf: texts.count, "record")) "
          + "\(Counted.are(unreadable.count)) left out, as '\(key)' is no architecture of "
          + "\(space.name); first \(first.reason)")
    }
    if let first = repeated.first {
      Diagnostics.say(
        "\(Counted.of(repeated.count, outOf: texts.count, "record")) "
          + "\(repeated.count == 1 ? "repeats a network" : "repeat networks"), whose mean accuracy "
          + "counts; first \(first.reason)")
    }
    return TaskAccuracies(
      order,
      order.map { network in
        let all = values[network] ?? []
        let sum = all.reduce(0, +)
        // Each is finite, and so is their mean, whatever their sum is.
        return sum.isFinite
          ? sum / Double(all.count) : all.reduce(0) { $0 + $1 / Double(all.count) }
      })
  }
}
