import Foundation
import Ranking

@testable import Formats
@testable import Scoring
@testable import Spaces
@testable import Studies

/// A reader of what others wrote, and what must hold of any bytes that it is given: it reads them, and what it read is
/// as it says, or it refuses them in one line.
enum FuzzTarget: String, CaseIterable, Sendable {
  case safetensors, npy, npz, images, csv, architectures, expressions, model

  /// A property that bytes have broken.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Whether an input is a text, so that words of the format are worth more than bits.
  var isText: Bool {
    switch self {
    case .safetensors, .npy, .npz, .images: false
    case .csv, .architectures, .expressions, .model: true
    }
  }

  /// Gives bytes to the reader.
  ///
  /// - Parameters:
  ///   - bytes: the input.
  ///   - path: a file that holds them.
  /// - Returns: what became of them, in words without digits: inputs with other words took another way.
  /// - Throws: ``Failure``.
  func outcome(of bytes: [UInt8], in path: String) throws -> String {
    do {
      switch self {
      case .safetensors: return try Self.safetensors(bytes)
      case .npy: return try Self.array(NPY(bytes: bytes, file: "fuzz"))
      case .npz: return try Self.archive(bytes)
      case .images: return try Self.images(bytes)
      case .csv: return try Self.table(bytes)
      case .architectures: return try Self.architectures(String(decoding: bytes, as: UTF8.self))
      case .expressions: return try Self.expression(String(decoding: bytes, as: UTF8.self))
      case .model: return try Self.model(path)
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      // The file of a run has a name of its own.
      return try Self.words(of: "\(error)".replacingOccurrences(of: path, with: "fuzz"))
    }
  }

  /// The words of an error, which is one line that a terminal can show.
  private static func words(of error: Any) throws -> String {
    let line = "\(error)"
    try require(!line.isEmpty && line.count < 2000, "an error of \(line.count) characters")
    let isPrintable = line.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
    try require(isPrintable, "an error that is no line: \(line.debugDescription)")
    return String(line.filter { $0.isASCII && ($0.isLetter || $0 == " ") }.prefix(60))
  }

  private static func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    if !condition { throw Failure(description: what()) }
  }

  // MARK: Arrays

  private static func safetensors(_ bytes: [UInt8]) throws -> String {
    let file = try SafeTensors(bytes: bytes, file: "fuzz")
    for entry in file.entries {
      guard let type = entry.elementType else { continue }
      if type.isFloatingPoint {
        try require(
          try file.floats(entry.name).count == entry.count, "floats of \(entry.name)")
      } else if type != .boolean, type != .uint64 {
        try require(
          try file.integers(entry.name).count == entry.count, "integers of \(entry.name)")
      }
    }
    return "tensors \(file.entries.isEmpty)"
  }

  private static func array(_ array: NPY) throws -> String {
    let isFloating = array.elementType.kind == .floating
    let count = isFloating ? try array.floats().count : try array.integers().count
    try require(count == array.count, "\(count) elements of \(array.count)")
    return "array \(array.elementType.kind)"
  }

  private static func archive(_ bytes: [UInt8]) throws -> String {
    let archive = try NPZ(bytes: bytes, file: "fuzz")
    var unpacked = 0
    for name in archive.names {
      let array = try archive.array(name)
      try require(try archive.header(of: name) == array.layout, "the header of \(name)")
      unpacked += array.bytes.count
      _ = try Self.array(array)
    }
    try require(unpacked <= 1032 * bytes.count, "\(unpacked) bytes of \(bytes.count)")
    return "archive \(archive.names.isEmpty)"
  }

  private static func images(_ bytes: [UInt8]) throws -> String {
    let images = try ImageArray(bytes: bytes, file: "fuzz")
    try require(images.labels.map { $0.count == images.count } ?? true, "labels of other images")
    return "images \(images.labels == nil)"
  }

  // MARK: Texts

  private static func table(_ bytes: [UInt8]) throws -> String {
    let delimiter = CSVDelimiter(recognizing: bytes, column: "accuracy")
    let table = try CSV(bytes, file: "fuzz", delimiter: delimiter)
    let records = [table.header] + (0..<table.count).map { Array(table[$0]) }
    let text = records.map { CSV.line($0) + "\n" }.joined()
    let copy = try CSV(Array(text.utf8), file: "copy")
    let others = [copy.header] + (0..<copy.count).map { Array(copy[$0]) }
    // Scalar by scalar: texts that are equal by Unicode's rules may differ.
    try require(
      others.map { $0.map { Array($0.unicodeScalars) } }
        == records.map { $0.map { Array($0.unicodeScalars) } },
      "a table reads back as another one")
    for field in records.joined() {
      let first = CSV.guarded(field).unicodeScalars.first
      try require(
        Double(field) != nil || !"=+-@\t\r\n".unicodeScalars.contains { $0 == first },
        "\(field.debugDescription) is a formula")
    }
    return "table \(table.count == 0)"
  }

  private static func architectures(_ text: String) throws -> String {
    var readers = 0
    var refusals: [String] = []
    func read(in space: some ListedSpace) throws {
      do {
        let architecture = try space.architecture(parsing: text)
        let copy = try space.architecture(parsing: architecture.description)
        try require(copy == architecture, "\(text.debugDescription) in \(space.name)")
        readers += 1
      } catch let failure as Failure {
        throw failure
      } catch {
        refusals.append(try words(of: error))
      }
    }
    for space in AllSpaces.all { try read(in: space) }
    return "\(readers) read; " + refusals.joined(separator: "; ")
  }

  private static func expression(_ text: String) throws -> String {
    let expression = try RankExpression(parsing: text)
    let copy: RankExpression
    do { copy = try RankExpression(parsing: expression.description) } catch {
      throw Failure(description: "\(expression.description.debugDescription): \(error)")
    }
    try require(
      copy == expression,
      "\(text.debugDescription) reads back as \(copy.description.debugDescription)")
    let values: [[Double?]] = [
      [1, 2, 2, nil, -3], [0, -0.0, .leastNonzeroMagnitude, 1e308, -1e308],
    ]
    var columns: [String: ScoreColumn] = [:]
    for (number, name) in expression.names.sorted().enumerated() {
      columns[name] = ScoreColumn(values[number % 2])
    }
    try require(expression.values(of: columns, count: 5).count == 5, "values of other networks")
    return "expression \(expression.names.count)"
  }

  private static func model(_ path: String) throws -> String {
    let model = try RankingModel(contentsOfFile: path)
    let count = model.features.count
    let table = try FeatureMatrix(
      rows: [-1e308, -1, 0, 1, 1e308].map { [Double](repeating: $0, count: count) },
      featureCount: count)
    try require(
      model.forest.predictions(for: table).allSatisfy(\.isFinite), "a prediction is not finite")
    do { _ = try model.featureList() } catch { return try words(of: error) }
    return "model"
  }
}
