// A proxy of one's own: it reads activations and gradients, and is scored, stored and reported.
import Foundation
import Reports
import ResultStore
import TrainingFreeNAS

/// The share of active units, times the length of the gradient of the sum of the logits.
struct ActiveGradient: Proxy {
  var name: String { "active-gradient" }
  var summary: String { "share of active units times the length of a gradient" }
  var higherIsBetter: Bool { true }
  var needs: ProxyNeeds { [.weights, .inputs] }
  var cost: String { "1 forward, 1 backward" }
  var citation: String { "an example" }
  func passes(batch: Int, classes: Int) -> Double { 3 }

  func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  func score(of candidate: Candidate) throws(BackendError) -> Score {
    let point = try candidate.networkPoint(CandidatePoint(.noise))
    var (active, units) = (0, 0)
    for (node, layer) in point.network.nodes.enumerated() where layer.op is ReLU {
      let values = point.activations(of: node).values
      active += values.count { $0 > 0 }
      units += values.count
    }
    guard units > 0 else { return .undefined("the network has no ReLU") }
    let ones = Matrix(
      rows: point.images, columns: candidate.network.classes,
      values: [Double](repeating: 1, count: point.images * candidate.network.classes))
    let squares = try point.parameterGradients(ones).joined().reduce(0) { $0 + $1 * $1 }
    return .value(Double(active) / Double(units) * squares.squareRoot())
  }
}

let file = FileManager.default.temporaryDirectory
  .appendingPathComponent("own-proxy-\(ProcessInfo.processInfo.processIdentifier).sqlite").path
let store = try ResultStore(path: file)
let proxies: [any Proxy] = [ActiveGradient(), ParameterCount()]
let evaluator = Evaluator(
  space: NASBench201Space(skeleton: NASBench201Skeleton(channels: 4, cells: 1)),
  proxies: proxies, settings: ScoringSettings(batch: 4), seed: 1, threads: 2)
var entries: [ScoreReport.Entry] = []
try evaluator.run([0, 1462, 13714].compactMap(NASBench201Architecture.init(benchmarkIndex:))) {
  architecture, records in
  try store.append(records)
  entries.append(
    ScoreReport.Entry(
      architecture: architecture.description, index: architecture.benchmarkIndex,
      scores: records.map(\.score)))
}
let report = ScoreReport(
  ScoreReport.Context(
    space: NASBench201Space.name, hasIndex: true, seed: evaluator.seed,
    settings: evaluator.allSettings(of: proxies[0]), proxies: proxies),
  entries: entries)
print(report.text(.table))
let series = try store.series()
try store.close()
try FileManager.default.removeItem(atPath: file)
precondition(series.map(\.count) == [3, 3], "three records of either proxy")
