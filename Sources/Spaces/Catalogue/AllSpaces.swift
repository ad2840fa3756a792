internal import Scoring

/// Every search space of this package.
public enum AllSpaces {
  /// All spaces with their usual sizes, the one that is meant where none is named first.
  public static let all: [any ListedSpace] = [
    NASBench201Space(),
    MobileNetV2Space(),
    NASBenchMacroSpace(),
    TransNASMicroSpace(),
    TransNASMacroSpace(),
    NASBench101Space(),
    DARTSSpace.nasBench301,
    NATSBenchSizeSpace(),
    AutoFormerSpace(size: .tiny),
    AutoFormerSpace(size: .small),
    AutoFormerSpace(size: .base),
    FlexiBERTSpace(),
  ]

  /// The space with a name.
  public static func named(_ name: String) -> (any ListedSpace)? { all.first { $0.name == name } }

  /// The one other space in which a text is an architecture, `nil` where there is none or several.
  ///
  /// - Parameters:
  ///   - text: what is no architecture of a space.
  ///   - name: the name of that space.
  /// - Returns: the other space.
  public static func onlyOther(reading text: String, besides name: String) -> (any ListedSpace)? {
    let others = all.filter { $0.name != name && (try? $0.architecture(parsing: text)) != nil }
    return others.count == 1 ? others[0] : nil
  }
}
