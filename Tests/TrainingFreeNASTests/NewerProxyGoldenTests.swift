import Foundation
import Testing

@testable import Derivatives
@testable import Formats
@testable import Networks
@testable import Operators
@testable import Scoring
@testable import Search
@testable import Spaces
@testable import Studies
@testable import Tensors

/// The proxies from 2023 on, and what they are made of, against `Golden/README.md`.
@Suite struct NewerProxyGoldenTests {
  @Test func capacitiesOfMatrices() throws {
    let golden = try NewerProxyGolden.load()
    for row in golden.psi {
      for (m, n) in [(row.rows, row.columns), (row.columns, row.rows)] {
        let psi = SpectralCapacity.psi(rows: m, columns: n, variance: row.variance)
        #expect(abs(psi - row.value) <= 1e-12 * row.value, "\(m)x\(n): \(psi), \(row.value)")
      }
    }
    let (sizes, values) = (golden.vit.configuration, golden.vit.values)
    func blocks(_ convention: SpectralCapacity.AttentionConvention) -> Double {
      Double(sizes.depth)
        * SpectralCapacity.transformerBlock(
          width: sizes.width, heads: sizes.heads, headWidth: sizes.width / sizes.heads,
          hidden: sizes.mlp_ratio * sizes.width, convention: convention)
    }
    #expect(abs(blocks(.perHead) - values.nsc_blocks_per_head) < 1e-10)
    #expect(abs(blocks(.merged) - values.nsc_blocks_merged) < 1e-10)
    let rest =
      SpectralCapacity.psi(rows: sizes.width, columns: 3 * sizes.patch * sizes.patch)
      + SpectralCapacity.psi(rows: sizes.classes, columns: sizes.width)
    #expect(abs(blocks(.perHead) + rest - values.nsc_per_head) < 1e-10)
  }

  @Test(arguments: NewerProxyGolden.smallCells)
  func smallCells(name: String) throws {
    try check(NewerProxyGolden.load().small.cell(name), name)
  }

  @Test(arguments: ["A", "C"])
  func mediumCells(name: String) throws {
    try check(NewerProxyGolden.load().medium.cell(name), "medium \(name)")
  }

  @Test(.enabled(if: GoldenCase.isSlowWanted, "TFNAS_SLOW=1 runs it"))
  func fullNetwork() throws {
    try check(NewerProxyGolden.load().full.cell("A"), "full A")
  }

  /// Compares everything of one network.
  private func check(
    _ golden: (configuration: ConformanceConfiguration, values: NewerProxyGolden.Values),
    _ label: String
  ) throws {
    let candidate = try golden.configuration.candidate(
      on: Compute(threads: 2, precision: .double))
    let check = GoldenCheck(label: label, candidate: candidate, values: golden.values)
    try check.capacity()
    try check.inTrain()
    try check.near()
    try check.meCo()
    try check.dextr()
    try check.lSWAG()
    try check.wrCor()
  }
}

/// One minibatch whatever its number.
private struct FixedImages: ImageSource {
  let minibatch: Minibatch

  var settings: [String: SettingValue] { [:] }
  var hasLabels: Bool { minibatch.labels != nil }
  func obstacle(shape: Shape, classes: Int, count: Int, minibatches: Int) -> String? { nil }
  func minibatch(_: Int, count: Int, shape: Shape, classes: Int, seed: UInt64) -> Minibatch {
    minibatch
  }
}

/// The comparisons for one candidate.
private struct GoldenCheck {
  let label: String
  let candidate: Candidate
  let values: NewerProxyGolden.Values

  private func expect(
    _ name: String, _ value: Double?, _ expected: Double, tolerance: Double = 1e-9,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let value else {
      Issue.record("\(label) \(name) has no value", sourceLocation: sourceLocation)
      return
    }
    #expect(
      abs(value - expected) <= max(tolerance * abs(expected), 1e-14),
      "\(label) \(name): \(value), \(expected)",
      sourceLocation: sourceLocation)
  }

  private func expect(_ proxy: any Proxy, _ expected: Double, tolerance: Double = 1e-9) throws {
    expect(proxy.key, try candidate.score(proxy).value, expected, tolerance: tolerance)
  }

  func capacity() throws {
    try expect(NSC(), values.nsc, tolerance: 1e-12)
    // Nothing of the cell F passes anything on, so no layer is live; the expected value drops its edges.
    try expect(
      NSC(countsDeadLayers: false), label == "F" ? 0 : values.nsc_live, tolerance: 1e-12)
  }

  func inTrain() throws {
    let network = candidate.network
    let keys: [(InTrain.Layers, String)] = [
      (.weights, "weights"), (.activations, "relu"), (.all, "all"),
    ]
    for (layers, key) in keys {
      let count = try #require(values.intrain["L_\(key)"])
      var gamma = try #require(values.intrain["gamma_\(key)"])
      let score = try #require(values.intrain["score_\(key)"]) / gamma
      if label == "F" {
        // As defined, what is 0 has the covariance e I and fills all directions.
        for node in network.features(Set(layerKinds(layers))) where node > network.blockOutputs[0] {
          gamma -= log(Double(network.nodes[node].shape.channels))
        }
      }
      #expect(Double(network.features(Set(layerKinds(layers))).count) == count)
      try expect(InTrainCapacity(layers: layers), gamma)
      try expect(InTrain(layers: layers), score * gamma)
    }
    let gradient = try candidate.value(
      of: #require(LossGradient(of: candidate, at: CandidatePoint(.noise))))
    expect(
      "o", InTrain.resilience(gradient.tensors), try #require(values.intrain["o"]))
  }

  private let allKinds: [FeatureKind] = [.convolution, .normalization, .activation, .linear]

  private func layerKinds(_ layers: InTrain.Layers) -> [FeatureKind] {
    switch layers {
    case .weights: [.convolution, .linear]
    case .activations: [.activation]
    case .all: allKinds
    }
  }

  func near() throws {
    try expect(NEAR(), #require(values.near["code"]))
    let paper = try #require(values.near["paper"])
    try expect(NEAR(rule: .activations), paper)
    let parts: [(FeatureKind, String)] = [
      (.convolution, "conv"), (.normalization, "bn"), (.activation, "relu"), (.linear, "linear"),
    ]
    for (kind, key) in parts {
      let ranks = try candidate.value(
        of: EffectiveRanks(
          of: candidate.network.features([kind]), candidate,
          at: CandidatePoint(.uniformFanIn, .noise)))
      expect(
        "near \(key)", ranks.reduce(0) { $0 + ($1 ?? .nan) }, try #require(values.near[key]))
    }
  }

  func meCo() throws {
    try expect(MeCo(), #require(values.meco["meco_clean"]))
    try expect(MeCo(countsModules: true), #require(values.meco["meco"]))
    guard candidate.network.nodes.allSatisfy({ $0.shape.area <= 8 || $0.shape.channels <= 8 })
    else { return try meCoOpt() }
    // All channels are drawn.
    try expect(MeCoOpt(), #require(values.meco["meco_opt_clean"]))
    try expect(MeCoOpt(countsModules: true), #require(values.meco["meco_opt"]))
  }

  /// The expected values have one draw of channels, which is not known; ours has others.
  private func meCoOpt() throws {
    for (proxy, key) in [
      (MeCoOpt(), "meco_opt_clean"), (MeCoOpt(countsModules: true), "meco_opt"),
    ] {
      let scores = try (0..<40).map { initialization in
        try #require(
          try Candidate(
            architecture: candidate.architecture, network: candidate.network,
            settings: candidate.settings, seed: 0, initialization: initialization,
            given: candidate.given, noise: FixedImages(minibatch: candidate.minibatch(.noise)),
            compute: candidate.compute
          ).score(proxy).value)
      }
      let mean = scores.reduce(0, +) / 40
      let deviation = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39).squareRoot()
      let expected = try #require(values.meco[key])
      #expect(deviation > 0 && deviation < 0.1 * mean)
      #expect(abs(expected - mean) < 3 * deviation, "\(label) \(key) \(mean) \(deviation)")
    }
  }

  func dextr() throws {
    let golden = values.dextr
    let trace = FeatureTrace(candidate.network)
    func sum(_ entries: [FeatureTrace.Entry], _ weight: (FeatureTrace.Entry) -> Int) throws
      -> Double
    {
      let ratios = try candidate.value(of: InverseConditions(of: entries))
      return zip(entries, ratios).reduce(0) {
        $0 + Double(weight($1.0)) * ($1.1 ?? .nan)
      }
    }
    expect("dextr S", try sum(trace.features) { _ in 1 }, golden.inverse_condition_sum_clean)
    expect(
      "dextr S released", try sum(trace.entries) { $0.modules }, golden.inverse_condition_sum)
    #expect(candidate.given.coordinates == golden.indices)
    let jet = try #require(try candidate.value(of: CircleJet()))
    let all = Dextr.curvature(jet.velocity, jet.acceleration)
    let ten = Dextr.curvature(
      golden.indices.map { jet.velocity[$0] }, golden.indices.map { jet.acceleration[$0] })
    if golden.kappa_all.value.isNaN {
      #expect(all == nil && ten == nil, "\(label)")
      for proxy in [Dextr(), Dextr(countsModules: true)] {
        #expect(
          try candidate.score(proxy).reason == "the logits do not change with the images")
      }
    } else {
      expect("kappa", all, golden.kappa_all.value, tolerance: 1e-8)
      expect("kappa of ten", ten, golden.kappa_10.value, tolerance: 1e-8)
      try expect(Dextr(), golden.dextr_clean)
      try expect(Dextr(countsModules: true), golden.dextr)
    }
  }

  func lSWAG() throws {
    let images = CandidatePoint(.uniformFanIn, .images)
    let gradients = try [images, CandidatePoint(.uniformFanIn, .secondImages)].map { point in
      try candidate.value(of: #require(LossGradient(of: candidate, at: point))).tensors
    }
    let layers = candidate.network.layerWeights
    #expect(layers.count == values.lswag.per_layer.count)
    for (number, (layer, expected)) in zip(layers, values.lswag.per_layer).enumerated() {
      expect(
        "l-swag layer \(number)",
        LSWAG.logarithm(gradients[0][layer], gradients[1][layer]) ?? 0, expected, tolerance: 1e-7)
    }
    let patterns = try candidate.value(of: ActivationPatterns(of: candidate, at: images))
    #expect(patterns.distinctPatterns == values.lswag.psi, "\(label)")
    try expect(LSWAG(), values.lswag.score, tolerance: 1e-7)
  }

  func wrCor() throws {
    for form in WRCor.Form.allCases {
      let key = form == .released ? "wrcor_released" : form.rawValue
      let expected = try #require(values.wrcor[key]).value
      if expected.isFinite {
        try expect(WRCor(form: form), expected)
      } else {
        #expect(
          try candidate.score(WRCor(form: form)).reason
            == "the sum of the correlations is singular")
      }
    }
  }
}
