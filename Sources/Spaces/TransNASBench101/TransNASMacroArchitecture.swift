/// What a module of the macro space of TransNAS-Bench-101 does; the raw value is its digit.
public enum TransNASModule: Int, CaseIterable, Sendable {
  /// Keeps width and resolution.
  case plain = 1
  /// Doubles the width.
  case wider
  /// Halves the resolution.
  case coarser
  /// Doubles the width and halves the resolution.
  case widerCoarser

  /// Whether the width doubles.
  public var doublesWidth: Bool { self == .wider || self == .widerCoarser }
  /// Whether the resolution halves.
  public var halvesResolution: Bool { self == .coarser || self == .widerCoarser }
}

/// A network of the macro space of TransNAS-Bench-101: four to six modules of two residual blocks.
///
/// Y. Duan et al., *TransNAS-Bench-101: Improving Transferability and Generalizability of Cross-Task
/// Neural Architecture Search*, CVPR 2021. One to three modules double the width, one to four halve the
/// resolution, which makes 3,256 networks. The benchmark measured all of them but `64-113444-basic`.
public struct TransNASMacroArchitecture: Hashable, Sendable {
  /// The modules from the stem on.
  public let modules: [TransNASModule]

  /// The numbers of modules, of those that double the width, and of those that halve the resolution.
  private static let limits = (modules: 4...6, wider: 1...3, coarser: 1...4)

  /// A network of some modules, or `nil` where their numbers are not those of the space.
  public init?(modules: [TransNASModule]) {
    guard Self.limits.modules.contains(modules.count),
      Self.limits.wider.contains(modules.count(where: \.doublesWidth)),
      Self.limits.coarser.contains(modules.count(where: \.halvesResolution))
    else { return nil }
    self.modules = modules
  }

  /// All networks in the order of their codes.
  public static let all: [TransNASMacroArchitecture] = {
    var texts: [[TransNASModule]] = [[]]
    var found: [TransNASMacroArchitecture] = []
    for _ in 1...limits.modules.upperBound {
      texts = texts.flatMap { text in TransNASModule.allCases.map { text + [$0] } }
      found += texts.compactMap { TransNASMacroArchitecture(modules: $0) }
    }
    return found.sorted {
      $0.modules.lazy.map(\.rawValue).lexicographicallyPrecedes($1.modules.lazy.map(\.rawValue))
    }
  }()

  /// The networks that differ in one module, or have one module more or less, in the order of their codes.
  var neighbours: [TransNASMacroArchitecture] {
    var texts = Set<[TransNASModule]>()
    for place in modules.indices {
      var shorter = modules
      shorter.remove(at: place)
      texts.insert(shorter)
      for module in TransNASModule.allCases {
        var other = modules
        other[place] = module
        texts.insert(other)
      }
    }
    for place in 0...modules.count {
      for module in TransNASModule.allCases {
        var longer = modules
        longer.insert(module, at: place)
        texts.insert(longer)
      }
    }
    texts.remove(modules)
    return texts.compactMap { TransNASMacroArchitecture(modules: $0) }
      .sorted { $0.description < $1.description }
  }
}

extension TransNASMacroArchitecture: LosslessStringConvertible {
  /// The benchmark's code, such as `64-1234-basic`: width, modules, and the residual block.
  public var description: String {
    "64-\(modules.map { String($0.rawValue) }.joined())-basic"
  }

  /// The network of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }

  /// Reads a network as the benchmark's code, `64-1234-basic`, as its modules alone, `1234`, or as the
  /// tuple of NASLib, `(1, 2, 3, 4)`.
  ///
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    var start = scanner.place
    var codes: [Int] = []
    if scanner.isBefore("(") {
      codes = try scanner.tuple(count: Self.limits.modules, of: 1...4, "a module")
    } else {
      let isWhole = scanner.contains("-")
      if isWhole { try scanner.expect("64-") }
      start = scanner.place
      while !scanner.isAtEnd, scanner.next != UInt8(ascii: "-") {
        codes.append(try scanner.number(ofOneDigitIn: 1...4, "a module"))
      }
      if isWhole { try scanner.expect("-basic") }
    }
    try scanner.finish()
    guard let architecture = Self(modules: codes.compactMap { TransNASModule(rawValue: $0) }) else {
      throw scanner.error(
        "expected 4 to 6 modules, 1 to 3 of them 2 or 4 and 1 to 4 of them 3 or 4,", at: start)
    }
    self = architecture
  }
}
