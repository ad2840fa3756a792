import ArgumentParser
import TrainingFreeNAS
import ResultStore
import Tensors
import Networks

@main
struct TFNAS: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tfnas")
  @Argument var text: String
  @Option var batch: Int?
  @Option var classes = 10
  @Option var threads = 1
  @Option var recipe = "released"
  @Option var repeats = 5
  @Option var store: String?
  @Option var sample: Int?
  @Option var smoothing: Double?
  @Option var bn: String?
  @Option var weightsOf: String?
  @Option var factor: String?
  @Option var dimension: Int?
  @Option var perTensor: Int?
  @Option var position: Double?
  @Option var inits: Int?
  func run() throws {
    var settings = ScoringSettings(recipe: Recipe(rawValue: recipe)!, batch: batch, initializations: inits)
    if let smoothing { settings.fisher.smoothing = smoothing }
    if let bn { settings.fisher.normalization = NormalizationMode(rawValue: bn)! }
    if let weightsOf { settings.fisher.tensors = WeightTensors(rawValue: weightsOf)! }
    if let factor { settings.fisher.factor = FisherFactor(rawValue: factor)! }
    if let dimension { settings.fisher.dimension = dimension }
    if let perTensor { settings.fisher.weightsPerTensor = perTensor }
    if let position { settings.fisher.position = .fraction(position) }
    if let store {
      let s = try ResultStore(path: store)
      let architectures = sample.map { NASBench201Population.live.sample(count: $0, seed: 0) } ?? NASBench201Population.live.architectures
      let e = Evaluator(space: NASBench201Space(skeleton: NASBench201Skeleton(classes: classes)), proxies: [VKDNW()], settings: settings, seed: 0, threads: threads)
      var done = Set(try s.evaluations(space: "nas-bench-201", proxy: "vkdnw", settings: e.settingsText(of: VKDNW()), seed: 0).keys)
      print(e.settingsText(of: VKDNW()), done.count)
      let known = done
      try e.run(architectures, wanted: { a, _ in !known.contains(a.description) }) { a, r in
        try s.append(r); done.insert(a.description); if done.count % 100 == 0 { print(done.count) }
      }
      try s.close()
      return
    }
    if text == "routes" {
      var counts: [String: Int] = [:]
      for a in NASBench201Population.live.architectures {
        let n = try NASBench201Skeleton(classes: classes).network(of: a)
        let plan = WalkPlan(n, selection: settings.fisher.selection(in: n))
        let r = "\(plan.tangentMultiplyAdds(rows: 12) < min(classes - 1, 64) * plan.reverseMultiplyAdds)"
        counts[r, default: 0] += 1
      }
      print(counts)
      return
    }
    let cell = try NASBench201Architecture(parsing: text)
    let m = try measureSpeed(of: cell, skeleton: NASBench201Skeleton(classes: classes), settings: settings, threads: threads, repetitions: repeats)
    print(m.seconds, m.convolutionBoundSeconds, m.boundShare, m.gflops, m.peakMemoryBytes / 1_000_000)
  }
}
