internal import ArgumentParser
internal import Scoring
internal import Spaces

/// A search space as it is named on the command line.
struct SpaceName: ExpressibleByArgument, Equatable {
  /// The name.
  let text: String

  init?(argument: String) {
    guard AllSpaces.named(argument) != nil else { return nil }
    text = argument
  }

  /// The space with its usual sizes.
  ///
  /// - Throws: a usage error where there is none.
  func space() throws -> any ListedSpace {
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
  @Option(help: "The search space of the architectures. (default: \(SpaceName.usual.name))")
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
  func sized(_ image: ImageOptions, _ skeleton: SkeletonOptions) throws -> any ListedSpace {
    try skeleton.applied(to: image.applied(to: usual))
  }
}
