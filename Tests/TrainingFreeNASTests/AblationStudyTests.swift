import Testing

@testable import Scoring
@testable import Spaces
@testable import Studies

/// What ablations compare, and with which published numbers.
@Suite struct AblationStudyTests {
  private let base = ScoringSettings(recipe: .released)

  @Test(arguments: Ablation.allCases)
  func everySettingHasItsOwnLabelAndReference(ablation: Ablation) throws {
    let study = try AblationStudy([ablation], base: base, batch: nil)
    let labels = study.settings.map(\.label)
    #expect(labels.count > 2 && Set(labels).count == labels.count)
    for setting in study.settings {
      #expect(setting.ablation == ablation)
      #expect(setting.reference.map { labels.contains($0) && $0 != setting.label } ?? true)
    }
    let isCompared = study.settings.contains { $0.reference != nil }
    #expect(isCompared == (ablation != .orthogonality))
    #expect(Set(study.proxies.map(\.key)).count == study.proxies.count)
    // Whatever a setting reads is scored.
    for setting in study.settings {
      #expect(
        setting.ranking.proxies.allSatisfy { proxy in
          study.proxies.contains { $0.key == proxy.key }
        })
    }
  }

  @Test func everyPublishedRowHasASetting() throws {
    let study = try AblationStudy(Ablation.allCases, base: base, batch: nil)
    for row in PublishedAblation.all {
      #expect(
        study.settings.contains { $0.ablation == row.ablation && $0.label == row.label },
        "\(row)")
    }
    for ablation in Ablation.allCases {
      let isPublished = PublishedAblation.all.contains { $0.ablation == ablation }
      #expect(isPublished == (ablation.publishedTable != nil))
    }
  }

  /// Read from the printed tables.
  @Test(arguments: [
    (Ablation.components, "V, J, E, T, F", BenchmarkDataset.imageNet16, [0.743, 0.906, 0.664]),
    (.components, "J, E, T, F", .imageNet16, [0.735, 0.901, 0.646]),
    (.batch, "8", .imageNet16, [0.615, 0.808, 0.617]),
    (.input, "images, 128", .imageNet16, [0.615, 0.806, 0.591]),
    (.dimension, "256", .imageNet16, [0.619, 0.812, 0.606]),
    (.position, "0.4", .imageNet16, [0.625, 0.817, 0.606]),
    (.position, "random", .imageNet16, [0.618, 0.811, 0.586]),
    (.weightsPerLayer, "2", .imageNet16, [0.634, 0.824, 0.608]),
    (.orthogonality, "vkdnw", .cifar100, [-0.09]),
  ])
  func printed(ablation: Ablation, label: String, dataset: BenchmarkDataset, numbers: [Double])
    throws
  {
    let metrics = try #require(PublishedAblation.metrics(of: ablation, label, on: dataset))
    let found = [metrics.kendall, metrics.spearman, metrics.ndcg].compactMap(\.self)
    #expect(found == numbers)
  }

  @Test func numbersThatThePaperDoesNotPrint() {
    #expect(PublishedAblation.metrics(of: .batch, "8", on: .cifar10) == nil)
    #expect(PublishedAblation.metrics(of: .factor, "exact", on: .imageNet16) == nil)
  }

  @Test func variantsDifferInWhatIsVaried() throws {
    let study = try AblationStudy(
      [.dimension, .weightsPerLayer, .batchNorm, .position], base: base, batch: 5)
    let variants = study.proxies.compactMap { $0 as? VKDNWVariant }
    #expect(variants.allSatisfy { $0.batch == 5 && $0.input == .noise })
    #expect(Set(variants.map(\.fisher.dimension)) == [8, 16, 32, 64, 128, 256])
    #expect(Set(variants.map(\.fisher.weightsPerTensor)) == [1, 2, 4, 8])
    #expect(variants.contains { $0.fisher.position == .random })
    #expect(variants.contains { $0.fisher.normalization == .calibrated })
    // Everything else is that of the base.
    #expect(variants.allSatisfy { $0.fisher.factor == .released && $0.fisher.smoothing == 0.05 })
    // The setting that is not varied is scored once for all that share it.
    #expect(variants.filter { $0.fisher == base.fisher }.count == 1)
    let batches = try AblationStudy([.input], base: base, batch: nil, batches: [4, 2])
    #expect(batches.settings.map(\.label) == ["noise, 4", "images, 4", "noise, 2", "images, 2"])
    #expect(batches.settings.map(\.reference) == [nil, "noise, 4", nil, "noise, 2"])
  }

  /// The single ranking is that of the pair, as `vkdnw-single` has it.
  @Test func settingsRankByLayersThenEntropy() throws {
    let study = try AblationStudy([.batch], base: base, batch: nil, batches: [8, 16])
    let setting = study.settings[0]
    // What has no entropy ties with the worst, and stays among its layers.
    let key = try #require(setting.ranking.proxies.first { $0.name == "vkdnw" }?.key)
    let scores: [String: [Score]] = [
      "layers": [.value(8), .value(23), .value(8), .value(23)],
      key: [.value(2), .value(0.5), .value(1), .undefined("none")],
    ]
    #expect(setting.ranking.values(of: setting.columns(of: scores), count: 4) == [2, 3, 1, 3])
  }
}
