import Foundation
import Scoring

@testable import Distribution

/// A plan of so many networks with two columns.
func plan(_ count: Int, seed: UInt64 = 0, kernels: String = "AVX2") -> RunPlan {
  RunPlan(
    version: "0.2.0", space: "cells", seed: seed,
    columns: [
      RunPlan.Column(proxy: "vkdnw", settings: #"{"batch":2}"#, kernels: kernels),
      RunPlan.Column(proxy: "flops", settings: "{}", kernels: ""),
    ], networks: (0..<count).map { "|cell~\($0)|" }, command: ["tfnas", "evaluate"])
}

/// The records of a network, a pure function of its number.
func evaluations(_ number: Int, of plan: RunPlan) -> [Evaluation] {
  plan.columns.enumerated().map { position, column in
    Evaluation(
      space: plan.space, architecture: plan.networks[number], proxy: column.proxy,
      settings: column.settings, seed: plan.seed, version: plan.version, kernels: column.kernels,
      score: number % 7 == 3 && position == 0
        ? .undefined("no\ttab, \\ or\nline \(number)") : .value(1 / Double(number + 3)),
      seconds: Double(number) / 3)
  }
}
