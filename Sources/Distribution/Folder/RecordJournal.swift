internal import Formats
package import Scoring

/// The scores that one worker computed: a line for each network, added when its scores are there.
///
/// A line has the position of the network in the plan, a cell for each column of the plan, and a hash of what
/// is before it, with tabs between them. A cell is the seconds and the score, each as the 16 hexadecimal digits
/// of its IEEE number, with `=` between them; in the place of `=` and score there is `!` and a reason where
/// there is no score. Nothing is ever locked or changed, so that a journal can lie on any file system, and a
/// worker that is killed loses at most the line that it was adding.
package struct RecordJournal {
  /// What one proxy says of one network.
  package struct Cell: Hashable, Sendable {
    /// The score, or why there is none.
    package var score: Score
    /// The seconds of one worker that it took.
    package var seconds: Double

    init(score: Score, seconds: Double) {
      self.score = score
      self.seconds = seconds
    }

    /// Whether both scores are the same number, bit by bit, or the same reason.
    func isSameScore(as other: Cell) -> Bool {
      switch (score, other.score) {
      case (.value(let one), .value(let two)): one.bitPattern == two.bitPattern
      case (.undefined(let one), .undefined(let two)): one.utf8.elementsEqual(two.utf8)
      default: false
      }
    }

    /// The score in words.
    var text: String { score.value.map { "\($0)" } ?? "undefined, \(score.reason ?? "")" }
  }

  private static let firstLine = "tfnas records 1\n"

  private let file: AppendedFile
  private let columns: Int
  private var lastSynchronization = ContinuousClock.now

  /// Makes a journal.
  ///
  /// - Throws: `FileError` where there is one already, or it cannot be made.
  init(making path: String, of plan: RunPlan) throws {
    file = try AppendedFile(making: path)
    columns = plan.columns.count
    try file.append(Array(Self.firstLine.utf8))
  }

  /// The seconds after which what was added is made sure to be on the disk: a machine that fails loses no more.
  private static let interval = 30

  /// Adds the scores of a network; a process that is killed does not lose them.
  mutating func append(_ number: Int, _ cells: [Cell]) throws {
    precondition(cells.count == columns, "\(cells.count) cells of \(columns)")
    try file.append(Array(Self.line(number, cells).utf8))
    if ContinuousClock.now - lastSynchronization >= .seconds(Self.interval) { try synchronize() }
  }

  /// Waits until every line is seen by others.
  mutating func synchronize() throws {
    try file.synchronize()
    lastSynchronization = .now
  }

  /// Ends the journal.
  func close() throws {
    try file.synchronize()
    try file.close()
  }

  // MARK: Lines

  static func line(_ number: Int, _ cells: [Cell]) -> String {
    var text = "\(number)"
    for cell in cells {
      text += "\t" + digits(cell.seconds.bitPattern)
      switch cell.score {
      case .value(let value): text += "=" + digits(value.bitPattern)
      case .undefined(let reason): text += "!" + escaped(reason)
      }
    }
    return text + "\t" + digest(of: text.utf8) + "\n"
  }

  private static func digits(_ bits: UInt64) -> String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func digest(of bytes: some Sequence<UInt8>) -> String {
    var digest = Digest()
    for byte in bytes { digest.add(byte) }
    return digest.text
  }

  private static func escaped(_ reason: String) -> String {
    reason.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
  }

  private static func unescaped(_ text: Substring) -> String? {
    var result = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "\\" else {
        result.append(character)
        continue
      }
      switch rest.popFirst() {
      case "\\": result.append("\\")
      case "t": result.append("\t")
      case "n": result.append("\n")
      default: return nil
      }
    }
    return result
  }

  // MARK: Reading

  /// How much of a journal was read.
  struct Place: Sendable {
    /// The bytes of whole lines.
    var bytes = 0
    /// The lines.
    var lines = 0
  }

  /// Hands over every network of a journal, which may still grow; what a killed worker left of a line is
  /// passed over.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - plan: the plan of its run.
  ///   - body: gets the position of each network, and its cells.
  /// - Throws: ``SharedRunError/malformed(file:reason:)`` with the line that is damaged.
  static func read(
    _ path: String, of plan: RunPlan, _ body: (Int, [Cell]) throws -> Void
  ) throws {
    var place = Place()
    try read(path, of: plan, from: &place, body)
  }

  /// The same from a place on, which is then where the next reading begins.
  static func read(
    _ path: String, of plan: RunPlan, from place: inout Place,
    _ body: (Int, [Cell]) throws -> Void
  ) throws {
    let bytes = try InputFile.bytes(of: path)
    if place.lines == 0 {
      // Its maker was killed while it began.
      if bytes.count < firstLine.utf8.count, firstLine.utf8.starts(with: bytes) { return }
      guard bytes.starts(with: firstLine.utf8) else {
        throw SharedRunError.malformed(file: path, reason: "line 1: it is no journal of records")
      }
      place = Place(bytes: firstLine.utf8.count, lines: 1)
    }
    guard place.bytes <= bytes.count else {
      throw SharedRunError.malformed(file: path, reason: "it was cut while it was read")
    }
    var rest = bytes[place.bytes...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      guard let (network, cells) = parsed(rest[..<end], of: plan) else {
        throw SharedRunError.malformed(
          file: path, reason: "line \(place.lines + 1): it is not as it was written")
      }
      try body(network, cells)
      rest = rest[(end + 1)...]
      place = Place(bytes: end + 1, lines: place.lines + 1)
    }
  }

  static func parsed(_ line: ArraySlice<UInt8>, of plan: RunPlan) -> (Int, [Cell])? {
    guard let tab = line.lastIndex(of: UInt8(ascii: "\t")),
      digest(of: line[..<tab]).utf8.elementsEqual(line[(tab + 1)...])
    else { return nil }
    let fields = String(decoding: line[..<tab], as: UTF8.self)
      .split(separator: "\t", omittingEmptySubsequences: false)
    guard fields.count == plan.columns.count + 1, let number = Int(fields[0]),
      plan.networks.indices.contains(number)
    else { return nil }
    var cells: [Cell] = []
    for field in fields.dropFirst() {
      guard let cell = cell(field) else { return nil }
      cells.append(cell)
    }
    return (number, cells)
  }

  private static func cell(_ field: Substring) -> Cell? {
    let digits = field.prefix(16)
    let rest = field.dropFirst(16)
    guard let seconds = UInt64(digits, radix: 16).map(Double.init(bitPattern:)), seconds.isFinite
    else { return nil }
    switch rest.first {
    case "=":
      guard let value = UInt64(rest.dropFirst(), radix: 16).map(Double.init(bitPattern:)),
        value.isFinite
      else { return nil }
      return Cell(score: .value(value), seconds: seconds)
    case "!":
      return unescaped(rest.dropFirst()).map { Cell(score: .undefined($0), seconds: seconds) }
    default: return nil
    }
  }
}
