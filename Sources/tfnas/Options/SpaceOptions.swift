internal import ArgumentParser
internal import Formats
internal import Scoring
internal import SpaceFiles
internal import Spaces
internal import Synchronization

/// A search space as it is named on the command line: by its name, or by the path of its file.
struct SpaceName: ExpressibleByArgument, Equatable {
  /// The name.
  let text: String

  init?(argument: String) {
    guard AllSpaces.named(argument) != nil || SpaceFileInput.isPath(argument) else { return nil }
    text = argument
  }

  /// The space with its usual sizes.
  ///
  /// - Throws: a usage error where there is none; 65 or 66 where its file cannot be read.
  func space() throws -> any ListedSpace {
    if SpaceFileInput.isPath(text) { return try SpaceFileInput.space(text) }
    guard let space = AllSpaces.named(text) else {
      throw ValidationError("there is no space '\(text)'")
    }
    return space
  }

  /// The names that there are.
  static var allValueStrings: [String] { AllSpaces.all.map(\.name) }

  /// The space that is meant where none is named.
  static var usual: any ListedSpace { AllSpaces.all[0] }
}

/// The search space.
struct SpaceOptions: ParsableArguments {
  @Option(
    help:
      "The search space of the architectures, or a YAML file of one. (default: \(SpaceName.usual.name))"
  )
  var space: SpaceName?

  /// The space that is asked for with its usual sizes.
  var usual: any ListedSpace {
    get throws { try space?.space() ?? SpaceName.usual }
  }

  /// The name of the space that is asked for.
  var name: String { space?.text ?? SpaceName.usual.name }

  /// The space that is asked for with the sizes of options.
  ///
  /// - Throws: a usage error where it has no such sizes.
  func sized(
    _ image: ImageOptions, _ skeleton: SkeletonOptions, _ recipe: Recipe = .default
  ) throws -> any ListedSpace {
    try skeleton.applied(to: image.applied(to: usual, recipe))
  }
}

/// The files of spaces that the command line names, each read once.
///
/// A file is read while the command line is, whose parser wraps errors: the first failure is kept here, so that
/// `TFNAS.main` can say it with its own exit code.
enum SpaceFileInput {
  private static let known = Mutex<[String: SpaceFile]>([:])
  private static let first = Mutex<CommandError?>(nil)

  /// Why a file could not be read.
  static var failure: CommandError? { first.withLock { $0 } }

  /// The files that were read.
  static var paths: [String] { known.withLock { Array($0.keys) } }

  /// Whether a text is the path of such a file.
  static func isPath(_ text: String) -> Bool {
    [".yaml", ".yml"].contains { text.lowercased().hasSuffix($0) }
  }

  /// The space of a file.
  ///
  /// - Throws: 65 with line and column, 66 where the file cannot be read.
  static func space(_ path: String) throws(CommandError) -> FileSpace {
    if let file = known.withLock({ $0[path] }) { return FileSpace(file) }
    do {
      let file = try SpaceFile(parsing: Input.bytes(of: path), file: path)
      known.withLock { $0[path] = file }
      return FileSpace(file)
    } catch {
      let failure = CommandError(error)
      first.withLock { if $0 == nil { $0 = failure } }
      throw failure
    }
  }
}
