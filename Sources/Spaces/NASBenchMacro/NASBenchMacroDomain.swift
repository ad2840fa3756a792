public import Scoring

/// NAS-Bench-Macro as it is searched: architectures drawn uniformly, then one block drawn anew.
public struct NASBenchMacroDomain: SearchDomain {
  /// The networks.
  public let space: NASBenchMacroSpace

  /// Creates a domain.
  public init(space: NASBenchMacroSpace) { self.space = space }

  /// An architecture of all 6,561, each as likely as the others.
  public func founder(using generator: inout some IndexGenerator) -> NASBenchMacroArchitecture {
    NASBenchMacroArchitecture(rank: generator.index(below: NASBenchMacroArchitecture.count))
  }

  /// The parent with another block at one place, all 16 neighbours being equally likely.
  public func child(
    of parent: NASBenchMacroArchitecture, using generator: inout some IndexGenerator
  ) -> NASBenchMacroArchitecture {
    var blocks = parent.blocks
    let place = generator.index(below: blocks.count)
    blocks[place] = blocks[place].other(generator.index(below: 2))
    return NASBenchMacroArchitecture(blocks: blocks)
  }
}

extension CaseIterable where Self: Equatable, AllCases == [Self] {
  /// One of the other cases, by its place among them.
  func other(_ place: Int) -> Self { Self.allCases.filter { $0 != self }[place] }
}
