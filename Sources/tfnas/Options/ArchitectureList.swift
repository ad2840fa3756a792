internal import ArgumentParser
internal import Formats
internal import Foundation
internal import Networks
internal import Scoring
internal import Spaces

/// Architectures of the command line, of files, or of standard input.
///
/// An argument that reads as an architecture is one, even where a file has its name (`./1462` is the file);
/// `-` is standard input; any other argument is a file with an architecture a line.
struct ArchitectureList: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Architectures in a notation of their space, and files with one a line, in any order; - reads "
        + "standard input, and # begins a comment. What reads as an architecture is one: a file of "
        + "that name is ./NAME.",
      valueName: "arch|file"),
    completion: .file())
  var architectures: [String]

  func validate() throws {
    guard !architectures.isEmpty else {
      throw ValidationError("no architecture is given")
    }
    if architectures.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("- is standard input, which can be read once")
    }
  }

  /// What an argument stands for.
  enum Item {
    /// A model file.
    case model(String)
    /// An architecture, or a file of architectures, with the words for its place.
    case architecture(String, String)
  }

  /// Whether a model file is among the arguments.
  var hasModels: Bool { architectures.contains(where: ModelFiles.isModel) }

  /// The arguments, folders of model files by their files.
  ///
  /// - Throws: 66 where a folder has no model file; 64 where options for them are given without any.
  func expanded(by files: ModelFileOptions) throws(CommandError) -> [Item] {
    var items: [Item] = []
    for (number, text) in architectures.enumerated() {
      if ModelFiles.isModel(text) {
        items += try ModelFiles.paths(text).map { .model($0) }
      } else {
        items.append(.architecture(text, place(number)))
      }
    }
    if let option = files.given, !hasModels {
      throw CommandError(.usage, "\(option) belongs to ONNX files, and there is none")
    }
    return items
  }

  private func place(_ number: Int) -> String {
    architectures.count == 1 ? "architecture" : "architecture \(number + 1)"
  }

  /// The networks of an argument that is no model file, with the texts of their architectures.
  func networks<Space: ListedSpace>(
    _ text: String, at place: String, in space: Space
  ) throws -> [(text: String, network: Network)] {
    try ArchitectureList.items(text, at: place, in: space).map {
      ($0.description, try space.network(for: $0))
    }
  }

  /// The architectures in the order in which they are given.
  ///
  /// - Throws: 65 with the number of the argument or line at fault, or where the input has none; 66
  ///   where a file cannot be read.
  func parsed<Space: ListedSpace>(in space: Space) throws -> [Space.Architecture] {
    try architectures.enumerated().flatMap { number, text in
      try ArchitectureList.items(text, at: place(number), in: space)
    }
  }

  /// The architectures that one argument stands for.
  private static func items<Space: ListedSpace>(
    _ text: String, at place: String, in space: Space
  ) throws -> [Space.Architecture] {
    if text == "-" { return try architectures(ofFile: text, in: space) }
    do { return [try parse(text, at: place, in: space)] } catch {
      if FileManager.default.fileExists(atPath: text) {
        return try architectures(ofFile: text, in: space)
      }
      guard ArchitectureList.looksLikePath(text) else { throw error }
      throw CommandError(
        .missingInput, "\(text): no such file, and no architecture (\(error.message))")
    }
  }

  /// Whether a text that is no architecture is meant as the path of a file.
  private static func looksLikePath(_ text: String) -> Bool {
    guard !text.contains(where: \.isNewline), !text.contains(where: { "|(=".contains($0) }) else {
      return false
    }
    let ending = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last
    return text.contains("/") || ending?.first?.isLetter == true
  }

  /// One architecture.
  ///
  /// - Throws: 65 with its place, and with the space that reads it where exactly one other does.
  static func parse<Space: ListedSpace>(
    _ text: String, at place: String, in space: Space
  ) throws(CommandError) -> Space.Architecture {
    do { return try space.architecture(parsing: text) } catch {
      if let other = AllSpaces.onlyOther(reading: text, besides: space.name)?.name {
        throw CommandError(
          .badData, "\(place): it is an architecture of \(other), which --space \(other) reads")
      }
      throw CommandError(.badData, "\(place): \(error)")
    }
  }

  /// The architectures of a file with one a line, comments behind them and empty lines left out.
  ///
  /// - Throws: 65 with the line at fault, or where there is none; 66 where the file cannot be read.
  static func architectures<Space: ListedSpace>(
    ofFile path: String, in space: Space
  ) throws -> [Space.Architecture] {
    let file = Input.name(of: path)
    var architectures: [Space.Architecture] = []
    let lines = InputFile.passingOverByteOrderMark(try Input.bytes(of: path)).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let text = String(decoding: line, as: UTF8.self)
      // No notation has a space before a number sign.
      let comment = text.indices.first { place in
        text[place] == "#"
          && (place == text.startIndex || text[text.index(before: place)].isWhitespace)
      }
      let own = text[..<(comment ?? text.endIndex)]
      if own.allSatisfy(\.isWhitespace) { continue }
      architectures.append(try parse(String(own), at: "\(file), line \(number + 1)", in: space))
    }
    guard !architectures.isEmpty else {
      throw CommandError(.badData, "\(file): there is no architecture in it")
    }
    return architectures
  }
}
