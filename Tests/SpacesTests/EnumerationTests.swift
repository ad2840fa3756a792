import Testing

@testable import Spaces

/// Sizes of the spaces, forms that are one network, and what belongs to no space.
@Suite struct EnumerationTests {
  @Test func everyArchitectureOnce() {
    #expect(Set(NASBenchMacroArchitecture.all).count == 6561)
    #expect(Set(TransNASMicroArchitecture.all).count == 4096)
    #expect(Set(TransNASMacroArchitecture.all).count == 3256)
    #expect(Set(NATSBenchSizeArchitecture.all).count == 32_768)
    // In the order of their texts, those of the sizes by number.
    let micro = TransNASMicroArchitecture.all.map(\.description)
    #expect(micro == micro.sorted())
    let macro = TransNASMacroArchitecture.all.map(\.description)
    #expect(macro == macro.sorted())
    let chains = NASBenchMacroArchitecture.all.map(\.description)
    #expect(chains == chains.sorted())
    #expect(NATSBenchSizeArchitecture(rank: 0).description == "8:8:8:8:8")
    #expect(NATSBenchSizeArchitecture(rank: 1).description == "8:8:8:8:16")
    #expect(NATSBenchSizeArchitecture(rank: 32_767).description == "64:64:64:64:64")
  }

  @Test func networksOfNASBenchMacro() {
    let forms = NASBenchMacroArchitecture.all.map(\.canonicalForm)
    #expect(Set(forms).count == 3969)
    #expect(forms.allSatisfy { $0.canonicalForm == $0 })
    // Equal networks have equal accuracies.
    let table = NASBenchMacroSpace.cifar10
    for (architecture, form) in zip(NASBenchMacroArchitecture.all, forms) {
      #expect(
        table.accuracy(of: architecture) == table.accuracy(of: form))
    }
  }

  @Test func modulesOfNASBench101() throws {
    for golden in try SpaceGolden.entries("nasbench101").networks {
      let text = try #require(golden.architecture)
      let architecture = try NASBench101Architecture(parsing: text)
      #expect(architecture.moduleHash == golden.hash)
      let module = architecture.pruned
      #expect(module.pruned == module)
      #expect(module.moduleHash == golden.hash)
      #expect(module.padded.moduleHash == golden.hash)
      let widths = [(128, 128), (128, 256), (256, 256), (256, 512), (512, 512)]
      #expect(widths.map { module.channels(from: $0.0, to: $0.1) } == golden.vertex_channels)
    }
    // The 250 rows are of 161 modules.
    let hashes = NASBench101Space.specifications.map(\.architecture).map(\.moduleHash)
    #expect(Set(hashes).count == 161)
  }

  /// The examples of RFC 1321, and texts around the ends of blocks.
  @Test func messageDigests() {
    #expect(MD5.hexadecimal("") == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(MD5.hexadecimal("abc") == "900150983cd24fb0d6963f7d28e17f72")
    #expect(
      MD5.hexadecimal(String(repeating: "1234567890", count: 8))
        == "57edf4a22be3c955ac49da2e2107b67a")
    #expect(
      MD5.hexadecimal(String(repeating: "a", count: 56)) == "3b0c8ac703f828b04c6c197006d17218")
    #expect(
      MD5.hexadecimal(String(repeating: "a", count: 64)) == "014842d480b571495a4a0363793f7367")
  }

  @Test func isomorphicModulesShareAHash() throws {
    // Two vertices in either order.
    let first = try NASBench101Architecture(
      parsing: "(0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 3, 4, 1)")
    let second = try NASBench101Architecture(
      parsing: "(0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 4, 3, 1)")
    #expect(first != second)
    #expect(first.moduleHash == second.moduleHash)
  }

  @Test func outsideOfTheSpaces() {
    func layers(_ count: Int, heads: Int = 3, ratio: Double = 4) -> [AutoFormerArchitecture.Layer] {
      [AutoFormerArchitecture.Layer](
        repeating: AutoFormerArchitecture.Layer(heads: heads, ratio: ratio), count: count)
    }
    #expect(AutoFormerArchitecture(embedding: 192, layers: layers(12)) != nil)
    #expect(AutoFormerArchitecture(embedding: 193, layers: layers(12)) == nil)
    #expect(AutoFormerArchitecture(embedding: 192, layers: layers(15)) == nil)
    #expect(AutoFormerArchitecture(embedding: 192, layers: layers(12, heads: 5)) == nil)
    #expect(AutoFormerArchitecture(embedding: 192, layers: layers(12, ratio: 3)) == nil)
    #expect(AutoFormerArchitecture(embedding: 320, layers: layers(12, heads: 5, ratio: 3)) != nil)
    #expect(TransNASMacroArchitecture(modules: [.plain, .plain, .plain, .plain]) == nil)
    #expect(TransNASMacroArchitecture(modules: [.wider, .wider, .wider, .widerCoarser]) == nil)
    #expect(NATSBenchSizeArchitecture(widths: [8, 8, 8, 8, 12]) == nil)
    #expect(NATSBenchSizeArchitecture(widths: [8, 8, 8, 8]) == nil)
    let edges = (0..<8).map { DARTSEdge(.skipConnect, source: $0 / 2) }
    #expect(DARTSArchitecture(normal: edges, reduction: edges) != nil)
    var wrong = edges
    wrong[1].source = 2
    #expect(DARTSArchitecture(normal: wrong, reduction: edges) == nil)
    #expect(
      NASBench101Architecture(matrix: [[false, false], [false, false]], operations: []) == nil)
    #expect(
      NASBench101Architecture(matrix: [[false, true], [true, false]], operations: []) == nil)
    #expect(
      NASBench101Architecture(matrix: [[false, true], [false, false]], operations: []) != nil)
  }
}
