public import Scoring

/// What stands at one of the eight places of a NAS-Bench-Macro network.
public enum NASBenchMacroBlock: Int, CaseIterable, Sendable {
  /// The identity; a 1x1 convolution and batch normalisation where the resolution halves.
  case identity
  /// An inverted residual with expansion 3 and a 3x3 depthwise convolution.
  case expansion3Kernel3
  /// An inverted residual with expansion 6 and a 5x5 depthwise convolution.
  case expansion6Kernel5

  /// Hidden channels by those of the input, and rows of the depthwise kernel.
  var residual: (expansion: Int, kernel: Int)? {
    switch self {
    case .identity: nil
    case .expansion3Kernel3: (3, 3)
    case .expansion6Kernel5: (6, 5)
    }
  }
}

/// An architecture of NAS-Bench-Macro: a choice of three blocks at each of eight places.
///
/// X. Su et al., *Prioritized Architecture Sampling with Monto-Carlo Tree Search*, CVPR 2021. The text
/// has a digit for each place, as in the benchmark: 0 is the identity, 1 an inverted residual with
/// expansion 3 and kernel 3, 2 one with expansion 6 and kernel 5.
public struct NASBenchMacroArchitecture: Hashable, Sendable {
  /// The blocks from the image on.
  public let blocks: [NASBenchMacroBlock]

  /// How many places there are in each of the three stages; the first of a stage halves the resolution.
  static let stages = [2, 3, 3]
  /// Places of a network.
  public static let places = 8
  /// Architectures of the space.
  public static let count = 6561

  /// Creates an architecture of eight blocks.
  public init(blocks: [NASBenchMacroBlock]) {
    precondition(blocks.count == Self.places, "\(blocks.count) blocks for \(Self.places) places")
    self.blocks = blocks
  }

  /// The architecture at a place of the enumeration, in which the last block changes fastest.
  ///
  /// - Parameter rank: 0 to 6,560.
  public init(rank: Int) {
    precondition((0..<Self.count).contains(rank), "rank \(rank) is outside 0..<\(Self.count)")
    var rest = rank
    var blocks: [NASBenchMacroBlock] = []
    for _ in 0..<Self.places {
      blocks.append(NASBenchMacroBlock.allCases[rest % 3])
      rest /= 3
    }
    self.blocks = blocks.reversed()
  }

  /// All architectures in the order of their texts.
  public static var all: some RandomAccessCollection<NASBenchMacroArchitecture> {
    (0..<count).lazy.map { NASBenchMacroArchitecture(rank: $0) }
  }

  /// The architecture of the same network whose identities stand at the end of each stage.
  ///
  /// An identity in a stage may stand anywhere behind the first block, so that the 6,561
  /// architectures are 3,969 networks.
  public var canonicalForm: NASBenchMacroArchitecture {
    var result: [NASBenchMacroBlock] = []
    var start = 0
    for length in Self.stages {
      let rest = blocks[start + 1..<start + length]
      result.append(blocks[start])
      result += rest.filter { $0 != .identity } + rest.filter { $0 == .identity }
      start += length
    }
    return NASBenchMacroArchitecture(blocks: result)
  }
}

extension NASBenchMacroArchitecture: LosslessStringConvertible {
  /// Eight digits, such as `01201201`.
  public var description: String { blocks.map { String($0.rawValue) }.joined() }

  /// The architecture of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }

  /// Reads eight digits from 0 to 2; white space around them is ignored.
  ///
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    var blocks: [NASBenchMacroBlock] = []
    for place in 1...Self.places {
      let code = try scanner.digit(below: 3, "block \(place) of \(Self.places)")
      blocks.append(NASBenchMacroBlock.allCases[code])
    }
    try scanner.finish()
    self.init(blocks: blocks)
  }
}

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
