import Testing

@testable import Spaces

/// The embedded tables; checksums are those of the published columns, which `Scripts/embed_benchmarks.py` read.
@Suite struct BenchmarkTableTests {
  private func sum<Architecture>(
    _ table: BenchmarkTable<Architecture>, _ task: String
  ) throws -> UInt64 {
    checksum(try #require(table.values(on: task)).map(\.bitPattern))
  }

  @Test func columnsAreThePublishedOnes() throws {
    #expect(try sum(TransNASMicroSpace.accuracies, "class_scene") == 0xA83D_C11C_ED1E_35CB)
    #expect(try sum(TransNASMicroSpace.accuracies, "jigsaw") == 0x7DA1_07DF_CB25_66E8)
    #expect(try sum(TransNASMicroSpace.accuracies, "normal") == 0x5953_2221_3253_DDC3)
    #expect(try sum(TransNASMacroSpace.accuracies, "class_scene") == 0x8F9A_425F_3D97_870A)
    #expect(try sum(TransNASMacroSpace.accuracies, "normal") == 0x553F_C793_041D_BA20)
    #expect(try sum(NASBench101Space.accuracies, "cifar10") == 0xE2DA_BCB1_874F_FDA0)
    #expect(try sum(DARTSSpace.accuracies, "cifar10") == 0x37B3_E48C_D2B7_9F33)
    let macro = try #require(NASBenchMacroSpace.accuracies.values(on: "cifar10"))
    #expect(checksum(macro.map { UInt64(($0 * 300).rounded()) }) == 0xC2CD_D09B_25AF_BC1A)
  }

  @Test func valuesOfArchitectures() throws {
    let micro = TransNASMicroSpace.accuracies
    let cell = try TransNASMicroArchitecture(parsing: "64-41414-0_00_000")
    #expect(micro.value(of: cell, on: "class_scene") == 14.152070045471191)
    #expect(micro.value(of: cell, on: "cifar10") == nil)
    #expect(micro.values(on: "cifar10") == nil)
    let macro = TransNASMacroSpace.accuracies
    #expect(macro.architectures.count == 3255)
    let missing = try TransNASMacroArchitecture(parsing: "64-113444-basic")
    #expect(macro.value(of: missing, on: "normal") == nil)
    let first = try TransNASMacroArchitecture(parsing: "64-111114-basic")
    #expect(macro.value(of: first, on: "class_scene") == 51.15446090698242)
    let last = try TransNASMacroArchitecture(parsing: "64-444311-basic")
    #expect(macro.architectures.last == last)
    let chain = try NASBenchMacroArchitecture(parsing: "00000001")
    let accuracy = try #require(NASBenchMacroSpace.accuracies.value(of: chain, on: "cifar10"))
    #expect(abs(accuracy - 64.22333017985027) < 1e-5)
  }

  @Test func rowsAreArchitecturesOfTheSpace() {
    let modules = NASBench101Space.accuracies.architectures
    #expect(modules.count == 250)
    #expect(
      modules.allSatisfy {
        NASBench101Architecture(matrix: $0.matrix, operations: $0.operations) == $0
      })
    #expect(Set(DARTSSpace.accuracies.architectures).count == 250)
    #expect(Set(NASBenchMacroSpace.accuracies.architectures).count == 6561)
  }
}
