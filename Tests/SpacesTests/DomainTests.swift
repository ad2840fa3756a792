import Networks
import Scoring
import TestSupport
import Testing

@testable import Spaces

/// Searches of the spaces draw architectures of the spaces, and children that differ in one choice.
@Suite struct DomainTests {
  /// Indices of a seeded generator.
  private struct Indices: IndexGenerator {
    var generator: SeededGenerator
    mutating func index(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
  }

  /// Draws founders and lines of children, each of which has to be read back from its text.
  private func walk<Domain: SearchDomain>(
    _ domain: Domain, _ name: String,
    differences: (Domain.Space.Architecture, Domain.Space.Architecture) -> Bool
  ) throws {
    var indices = Indices(generator: SeededGenerator(seed: 7))
    #expect(domain.founders(population: 12) == 12)
    var seen = Set<Domain.Space.Architecture>()
    for _ in 0..<40 {
      var parent = domain.founder(using: &indices)
      seen.insert(parent)
      for _ in 0..<12 {
        let child = domain.child(of: parent, using: &indices)
        #expect(Domain.Space.Architecture(child.description) == child, "\(name)")
        #expect(differences(parent, child), "\(name): \(parent) has child \(child)")
        parent = child
      }
    }
    #expect(seen.count > 30, "\(name)")
    let architecture = domain.founder(using: &indices)
    let network = try domain.space.network(for: architecture)
    #expect(try domain.costs(of: architecture) == SpaceCosts(network), "\(name)")
  }

  /// How many places of two lists differ.
  private func different<Element: Equatable>(_ first: [Element], _ second: [Element]) -> Int {
    zip(first, second).count { $0 != $1 } + abs(first.count - second.count)
  }

  @Test func nasBenchMacro() throws {
    try walk(NASBenchMacroDomain(space: NASBenchMacroSpace()), "nas-bench-macro") {
      different($0.blocks, $1.blocks) == 1
    }
  }

  @Test func transNAS() throws {
    try walk(TransNASMicroDomain(space: TransNASMicroSpace(resolution: 64)), "micro") {
      different($0.operations, $1.operations) == 1
    }
    try walk(TransNASMacroDomain(space: TransNASMacroSpace(resolution: 64)), "macro") {
      $0 != $1 && abs($0.modules.count - $1.modules.count) <= 1
    }
  }

  @Test func nasBench101() throws {
    let domain = NASBench101Domain(space: NASBench101Space())
    try walk(domain, "nas-bench-101") {
      different($0.matrix.flatMap { $0 }, $1.matrix.flatMap { $0 })
        + different($0.operations, $1.operations) == 1
    }
    // A small module gets room to grow.
    var indices = Indices(generator: SeededGenerator(seed: 1))
    let small = try NASBench101Architecture(parsing: "(0, 1, 0, 0, 0, 1)")
    let child = domain.child(of: small, using: &indices)
    #expect(child.vertices == 7)
  }

  @Test func darts() throws {
    try walk(DARTSDomain(space: .nasBench301), "darts") {
      different($0.normal + $0.reduction, $1.normal + $1.reduction) == 1
        && [$1.normal, $1.reduction].allSatisfy { cell in
          (0..<4).allSatisfy { cell[2 * $0].source != cell[2 * $0 + 1].source }
        }
    }
  }

  @Test func natsBenchSize() throws {
    try walk(NATSBenchSizeDomain(space: NATSBenchSizeSpace()), "nats-bench-size") {
      different($0.widths, $1.widths) == 1
    }
  }

  @Test(arguments: AutoFormerSize.allCases)
  func autoFormer(size: AutoFormerSize) throws {
    try walk(AutoFormerDomain(space: AutoFormerSpace(size: size)), size.rawValue) {
      $0 != $1 && $1.size == size
        && ($0.embedding != $1.embedding ? $0.layers == $1.layers : true)
    }
  }
}
