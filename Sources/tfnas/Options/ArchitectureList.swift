internal import ArgumentParser
internal import Spaces

/// Architectures of the command line, or of standard input.
struct ArchitectureList: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Cells as architecture string, benchmark index or operation tuple, or the blocks of another "
        + "space; - reads one a line.",
      valueName: "arch"))
  var architectures: [String]

  func validate() throws {
    guard !architectures.isEmpty else {
      throw ValidationError("no architecture is given")
    }
    if architectures.count > 1, architectures.contains("-") {
      throw ValidationError("- reads architectures from standard input and must stand alone")
    }
  }

  /// The cells in the order in which they are given.
  ///
  /// - Throws: 65 with the number of the argument or line at fault, or where the input has none.
  func parsed() throws -> [NASBench201Architecture] {
    try parsed { text, place throws(CommandError) in
      try ArchitectureList.parse(text, at: place)
    }
  }

  /// The architectures in the order in which they are given.
  ///
  /// - Parameter parse: reads one architecture, and knows the words for its place.
  /// - Returns: the architectures.
  /// - Throws: 65 with the number of the argument or line at fault, or where the input has none.
  func parsed<Architecture>(
    _ parse: (String, String) throws(CommandError) -> Architecture
  ) throws -> [Architecture] {
    if architectures == ["-"] {
      return try ArchitectureList.parse(
        lines: Input.bytes(of: "-"), of: Input.name(of: "-"), with: parse)
    }
    return try architectures.enumerated().map { number, text in
      let place = architectures.count == 1 ? "architecture" : "architecture \(number + 1)"
      return try parse(text, place)
    }
  }

  /// One cell.
  static func parse(_ text: String, at place: String) throws(CommandError)
    -> NASBench201Architecture
  {
    do { return try NASBench201Architecture(parsing: text) } catch {
      throw CommandError(.badData, "\(place): \(error)")
    }
  }

  /// The blocks of one network.
  static func parseBlocks(_ text: String, at place: String) throws(CommandError)
    -> MobileNetV2Architecture
  {
    do { return try MobileNetV2Architecture(parsing: text) } catch {
      throw CommandError(.badData, "\(place): \(error)")
    }
  }

  /// Architectures of lines; those that are empty or begin with `#` are left out.
  static func parse<Architecture>(
    lines bytes: [UInt8], of file: String,
    with parse: (String, String) throws(CommandError) -> Architecture
  ) throws(CommandError) -> [Architecture] {
    var architectures: [Architecture] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let text = String(decoding: line, as: UTF8.self)
      let trimmed = text.drop { $0.isWhitespace }
      if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
      architectures.append(try parse(text, "\(file), line \(number + 1)"))
    }
    guard !architectures.isEmpty else {
      throw CommandError(.badData, "\(file): there is no architecture in it")
    }
    return architectures
  }
}
