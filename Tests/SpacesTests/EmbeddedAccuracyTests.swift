import Testing

@testable import Spaces

/// The embedded accuracies; checksums are those of the published columns, which `Scripts/embed_benchmarks.py` read.
@Suite struct EmbeddedAccuracyTests {
  private func sum<Architecture>(
    _ table: TaskAccuracies<Architecture>, dividedBy factor: Double = 1
  ) -> UInt64 {
    checksum(table.accuracies.map { ($0 / factor).bitPattern })
  }

  @Test func columnsAreThePublishedOnes() {
    #expect(sum(TransNASMicroSpace.classScene) == 0xA83D_C11C_ED1E_35CB)
    #expect(sum(TransNASMicroSpace.jigsaw) == 0x7DA1_07DF_CB25_66E8)
    #expect(
      checksum(NASBench101Space.specifications.map(\.accuracy.bitPattern)) == 0xE2DA_BCB1_874F_FDA0)
    #expect(sum(TransNASMacroSpace.classScene) == 0x8F9A_425F_3D97_870A)
    #expect(sum(DARTSSpace.cifar10) == 0x37B3_E48C_D2B7_9F33)
    // Similarities stand times a hundred, whose rounding single precision does not see.
    func similarities<Architecture>(_ table: TaskAccuracies<Architecture>) -> UInt64 {
      checksum(table.accuracies.map { Double(Float($0 / 100)).bitPattern })
    }
    #expect(similarities(TransNASMicroSpace.normal) == 0x5953_2221_3253_DDC3)
    #expect(similarities(TransNASMacroSpace.normal) == 0x553F_C793_041D_BA20)
    let macro = NASBenchMacroSpace.cifar10.accuracies
    #expect(checksum(macro.map { UInt64(($0 * 300).rounded()) }) == 0xC2CD_D09B_25AF_BC1A)
  }

  /// Checksums of the published columns in the order of ranks, without what a device does not run.
  @Test func costsOnDevicesAreThePublishedOnes() throws {
    let published: [(name: String, checksum: UInt64)] = [
      ("edgegpu-latency", 0x8119_FAC1_3C50_F9E6), ("edgegpu-energy", 0x5AE2_1334_C499_58AB),
      ("raspi4-latency", 0x5E7F_1FC2_EF3D_0AA8), ("edgetpu-latency", 0x86B5_758B_C7B2_EEC6),
      ("pixel3-latency", 0x72FB_93EB_96F2_54E4), ("eyeriss-latency", 0x16BD_B8C1_4FF2_B8C7),
      ("fpga-latency", 0xAC16_0D12_8CD7_8946),
    ]
    let space = NASBench201Space()
    #expect(space.deviceCosts.map(\.name) == published.map(\.name))
    for (cost, wanted) in zip(space.deviceCosts, published) {
      let values = NASBench201Architecture.all.map { space.value(of: cost, for: $0) }
      #expect(checksum(values.compactMap { $0?.bitPattern }) == wanted.checksum, "\(cost.name)")
      #expect(values.count { $0 == nil } == (cost.device == "edgetpu" ? 4699 : 0))
      let table = try #require(space.accuracies(on: cost.task))
      #expect(table.architectures.count == values.count { $0 != nil })
      let first = table.architectures[0]
      #expect(table.accuracies[0] == -(try #require(space.value(of: cost, for: first))))
    }
    // What the benchmark's authors print of the cell with index 0.
    let cell = NASBench201Architecture(benchmarkIndex: 0)
    #expect(
      space.deviceCosts.map { space.value(of: $0, for: cell) }
        == [5.807, 24.23, 10.48, 0.9572, 3.606, 3.646, 2.573])
  }

  @Test func valuesOfArchitectures() throws {
    let cell = try TransNASMicroArchitecture(parsing: "64-41414-0_00_000")
    #expect(TransNASMicroSpace.classScene.accuracy(of: cell) == 14.152070045471191)
    let normal = try #require(TransNASMicroSpace.normal.accuracy(of: cell))
    #expect(abs(normal - 32.499197125434875) < 1e-12)
    let missing = try TransNASMacroArchitecture(parsing: "64-113444-basic")
    #expect(TransNASMacroSpace.classScene.architectures.count == 3255)
    #expect(TransNASMacroSpace.classScene.accuracy(of: missing) == nil)
    let first = try TransNASMacroArchitecture(parsing: "64-111114-basic")
    #expect(TransNASMacroSpace.classScene.accuracy(of: first) == 51.15446090698242)
    let last = try TransNASMacroArchitecture(parsing: "64-444311-basic")
    #expect(TransNASMacroSpace.normal.architectures.last == last)
    let chain = try NASBenchMacroArchitecture(parsing: "00000001")
    let accuracy = try #require(NASBenchMacroSpace.cifar10.accuracy(of: chain))
    #expect(abs(accuracy - 64.22333017985027) < 1e-5)
  }

  @Test func rowsAreArchitecturesOfTheSpace() {
    let modules = NASBench101Space.specifications.map(\.architecture)
    #expect(modules.count == 250)
    #expect(
      modules.allSatisfy {
        NASBench101Architecture(matrix: $0.matrix, operations: $0.operations) == $0
      })
    #expect(DARTSSpace.cifar10.architectures.count == 250)
    #expect(NASBenchMacroSpace.cifar10.architectures.count == 6561)
  }

  /// Specifications of one module are one network of the table.
  @Test func modulesStandOnce() throws {
    let table = NASBench101Space.cifar10
    #expect(table.architectures.count == 161)
    let modules = Dictionary(grouping: NASBench101Space.specifications) {
      $0.architecture.moduleHash
    }
    #expect(modules.count == 161)
    for (architecture, accuracy) in zip(table.architectures, table.accuracies) {
      let own = try #require(modules[architecture.moduleHash])
      #expect(own.first?.architecture == architecture)
      let mean = own.map(\.accuracy).reduce(0, +) / Double(own.count)
      #expect(abs(mean - accuracy) < 1e-12)
    }
  }

  /// Every task of every space has a table, and a task of another space has none.
  @Test func everyTaskHasATable() {
    func check<Space: ListedSpace>(_ space: Space) {
      for task in space.tasks {
        let table = space.accuracies(on: task)
        #expect(table?.architectures.isEmpty == false, "\(space.name) \(task.name)")
        #expect(table?.accuracies.allSatisfy { (0...100).contains($0) } == true)
        #expect(task.sizes == space.sizes, "\(space.name) \(task.name)")
      }
      let other = BenchmarkTask(name: "no-task", sizes: space.sizes)
      #expect(space.accuracies(on: other) == nil)
    }
    check(NASBenchMacroSpace())
    check(TransNASMicroSpace())
    check(TransNASMacroSpace())
    check(NASBench101Space())
    check(DARTSSpace())
    check(NATSBenchSizeSpace())
    check(AutoFormerSpace(size: .base))
    check(FlexiBERTSpace())
  }

  /// A record's settings make the space again.
  @Test func settingsMakeTheSpaceAgain() {
    func check<Space: ListedSpace>(_ space: Space, _ usual: Space) {
      #expect(usual.configured(by: space.settings).settings == space.settings, "\(space.name)")
      #expect(usual.settings != space.settings)
    }
    check(NASBenchMacroSpace(width: 8, classes: 3, resolution: 16), NASBenchMacroSpace())
    check(TransNASMicroSpace(width: 8, classes: 3, resolution: 16), TransNASMicroSpace())
    check(
      TransNASMacroSpace(width: 8, classes: 3, resolution: 16, shortcutEpsilon: 1e-5),
      TransNASMacroSpace())
    check(NASBench101Space(width: 8, cells: 1, classes: 3, resolution: 16), NASBench101Space())
    check(DARTSSpace.swap, DARTSSpace())
    check(NATSBenchSizeSpace(classes: 3, resolution: 16), NATSBenchSizeSpace())
    check(
      AutoFormerSpace(
        size: .tiny, classes: 3, resolution: 32, maximumDistance: 3, readsMean: false),
      AutoFormerSpace(size: .tiny))
    check(
      AutoFormerSpace(size: .tiny, hasRelativePositions: false), AutoFormerSpace(size: .tiny))
    check(FlexiBERTSpace(widths: .published, classes: 3, tokens: 16), FlexiBERTSpace())
  }
}
