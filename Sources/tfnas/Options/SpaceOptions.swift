internal import ArgumentParser
internal import Scoring
internal import Spaces

/// A search space that a command takes by name.
enum SpaceName: String, CaseIterable, ExpressibleByArgument {
  case nasBench201 = "nas-bench-201"
  case mobileNetV2 = "mobilenet-v2"

  /// The sizes of its networks where nothing else is said.
  var sizes: SpaceSizes {
    switch self {
    case .nasBench201: NASBench201Space.sizes
    case .mobileNetV2: MobileNetV2Space.sizes
    }
  }

  /// A default of each space, for help: `32, or 224 in mobilenet-v2`; one number where all have one.
  static func defaults(_ size: KeyPath<SpaceSizes, Int>) -> String {
    let usual = SpaceName.nasBench201.sizes[keyPath: size]
    let others = allCases.dropFirst().filter { $0.sizes[keyPath: size] != usual }.map {
      "\($0.sizes[keyPath: size]) in \($0.rawValue)"
    }
    return (["\(usual)"] + others).joined(separator: ", or ")
  }
}

/// The search space.
struct SpaceOptions: ParsableArguments {
  @Option(
    help: "The search space of the architectures. (default: \(SpaceName.nasBench201.rawValue))")
  var space: SpaceName?

  /// The space that is asked for, or NAS-Bench-201.
  var name: SpaceName { space ?? .nasBench201 }
}
