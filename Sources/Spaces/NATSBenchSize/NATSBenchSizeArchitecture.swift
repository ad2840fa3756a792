public import Scoring

/// An architecture of the size space of NATS-Bench: the widths of five layers around one fixed cell.
///
/// X. Dong, L. Liu, K. Musial and B. Gabrys, *NATS-Bench: Benchmarking NAS Algorithms for Architecture
/// Topology and Size*, TPAMI 2021.
public struct NATSBenchSizeArchitecture: Hashable, Sendable {
  /// The channels of stem, first cell, first reduction, second cell, and second reduction with last cell:
  /// `c0` to `c4`.
  public let widths: [Int]

  /// The widths of a layer.
  public static let choices = [8, 16, 24, 32, 40, 48, 56, 64]
  /// Architectures of the space.
  public static let count = 32768

  /// Five widths, or `nil` where they are not those of the space.
  public init?(widths: [Int]) {
    guard widths.count == 5, widths.allSatisfy(Self.choices.contains) else { return nil }
    self.widths = widths
  }

  /// The architecture at a place of the enumeration, in which the last width changes fastest.
  ///
  /// - Parameter rank: 0 to 32,767.
  public init(rank: Int) {
    precondition((0..<Self.count).contains(rank), "rank \(rank) is outside 0..<\(Self.count)")
    widths = (0..<5).map { Self.choices[rank >> (3 * (4 - $0)) & 7] }
  }

  /// All architectures by their widths, the first one first.
  public static var all: some RandomAccessCollection<NATSBenchSizeArchitecture> {
    (0..<count).lazy.map { NATSBenchSizeArchitecture(rank: $0) }
  }
}

extension NATSBenchSizeArchitecture: LosslessStringConvertible {
  /// The widths with colons between them, such as `8:16:32:48:64`.
  public var description: String { widths.map(String.init).joined(separator: ":") }

  /// The architecture of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }

  /// Reads five widths with colons between them; white space around them is ignored.
  ///
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    var widths: [Int] = []
    for place in 0..<5 {
      if place > 0 { try scanner.expect(":") }
      let start = scanner.place
      let width = try scanner.number(in: 8...64, "width \(place + 1) of 5")
      guard Self.choices.contains(width) else {
        throw scanner.error("expected a multiple of 8 as width \(place + 1) of 5", at: start)
      }
      widths.append(width)
    }
    try scanner.finish()
    self.widths = widths
  }
}

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
