public import Scoring

/// The size space of NATS-Bench as it is searched: widths drawn uniformly, then one of them anew.
public struct NATSBenchSizeDomain: SearchDomain {
  /// The networks.
  public let space: NATSBenchSizeSpace

  /// Creates a domain.
  public init(space: NATSBenchSizeSpace) { self.space = space }

  /// An architecture of all 32,768, each as likely as the others.
  public func founder(using generator: inout some IndexGenerator) -> NATSBenchSizeArchitecture {
    NATSBenchSizeArchitecture(rank: generator.index(below: NATSBenchSizeArchitecture.count))
  }

  /// The parent with another width at one place, all 35 neighbours being equally likely.
  public func child(
    of parent: NATSBenchSizeArchitecture, using generator: inout some IndexGenerator
  ) -> NATSBenchSizeArchitecture {
    var widths = parent.widths
    let place = generator.index(below: widths.count)
    let others = NATSBenchSizeArchitecture.choices.filter { $0 != widths[place] }
    widths[place] = others[generator.index(below: others.count)]
    return NATSBenchSizeArchitecture(widths: widths) ?? parent
  }
}
