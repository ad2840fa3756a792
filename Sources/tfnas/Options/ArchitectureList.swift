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
  func networks(
    _ text: String, at place: String, in space: SpaceName, _ image: ImageOptions,
    _ skeleton: SkeletonOptions
  ) throws -> [(text: String, network: Network)] {
    let sizes = image.sizes(in: space)
    switch space {
    case .nasBench201:
      let space = skeleton.space(sizes)
      return try ArchitectureList.items(text, at: place, ArchitectureList.parse).map {
        ($0.description, try space.network(for: $0))
      }
    case .mobileNetV2:
      let space = MobileNetV2Space(classes: sizes.classes, resolution: sizes.resolution)
      return try ArchitectureList.items(text, at: place, ArchitectureList.parseBlocks).map {
        ($0.description, try space.network(for: $0))
      }
    }
  }

  /// The cells in the order in which they are given.
  ///
  /// - Throws: 65 with the number of the argument or line at fault, or where the input has none; 66
  ///   where a file cannot be read.
  func parsed() throws -> [NASBench201Architecture] {
    try parsed { text, place throws(CommandError) in
      try ArchitectureList.parse(text, at: place)
    }
  }

  /// The architectures in the order in which they are given.
  ///
  /// - Parameter parse: reads one architecture, and knows the words for its place.
  /// - Returns: the architectures.
  /// - Throws: 65 with the number of the argument or line at fault, or where the input has none; 66
  ///   where a file cannot be read.
  func parsed<Architecture>(
    _ parse: (String, String) throws(CommandError) -> Architecture
  ) throws -> [Architecture] {
    try architectures.enumerated().flatMap { number, text in
      try ArchitectureList.items(text, at: place(number), parse)
    }
  }

  /// The architectures that one argument stands for.
  private static func items<Architecture>(
    _ text: String, at place: String, _ parse: (String, String) throws(CommandError) -> Architecture
  ) throws -> [Architecture] {
    if text == "-" {
      return try ArchitectureList.parse(
        lines: Input.bytes(of: text), of: Input.name(of: text), with: parse)
    }
    do { return [try parse(text, place)] } catch {
      if FileManager.default.fileExists(atPath: text) {
        return try ArchitectureList.parse(
          lines: Input.bytes(of: text), of: Input.name(of: text), with: parse)
      }
      guard ArchitectureList.looksLikePath(text) else { throw error }
      throw CommandError(
        .missingInput,
        "\(text): no such file, and no architecture (\(CommandError(error).message))")
    }
  }

  /// Whether a text that is no architecture is meant as the path of a file.
  private static func looksLikePath(_ text: String) -> Bool {
    guard !text.contains(where: \.isNewline), !text.contains("|"), !text.contains("(") else {
      return false
    }
    let ending = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last
    return text.contains("/") || ending?.first?.isLetter == true
  }

  /// One cell.
  static func parse(_ text: String, at place: String) throws(CommandError)
    -> NASBench201Architecture
  {
    do { return try NASBench201Architecture(parsing: text) } catch {
      let isOther = MobileNetV2Architecture(text) != nil
      throw CommandError(
        .badData,
        "\(place): "
          + (isOther ? hint(.mobileNetV2) : "\(error)"))
    }
  }

  /// The blocks of one network.
  static func parseBlocks(_ text: String, at place: String) throws(CommandError)
    -> MobileNetV2Architecture
  {
    do { return try MobileNetV2Architecture(parsing: text) } catch {
      // The empty text is of no space.
      let isOther = NASBench201Architecture(text) != nil
      throw CommandError(
        .badData,
        "\(place): "
          + (isOther ? hint(.nasBench201) : "\(error)"))
    }
  }

  private static func hint(_ space: SpaceName) -> String {
    "it is an architecture of \(space.rawValue), which --space \(space.rawValue) reads"
  }

  /// Architectures of lines without their comments; empty lines are left out.
  static func parse<Architecture>(
    lines bytes: [UInt8], of file: String,
    with parse: (String, String) throws(CommandError) -> Architecture
  ) throws(CommandError) -> [Architecture] {
    var architectures: [Architecture] = []
    let lines = InputFile.passingOverByteOrderMark(bytes).split(
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
      architectures.append(try parse(String(own), "\(file), line \(number + 1)"))
    }
    guard !architectures.isEmpty else {
      throw CommandError(.badData, "\(file): there is no architecture in it")
    }
    return architectures
  }
}
