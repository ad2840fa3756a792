internal import Distribution
internal import Formats
internal import Scoring
internal import Search
internal import Spaces

extension SearchSession {
  /// All that determines the search, as it is written down for the processes that share it.
  ///
  /// - Parameters:
  ///   - preset: the preset of the search.
  ///   - command: the command line of this process.
  /// - Returns: the plan.
  func sharedPlan(preset: SearchPreset, command: [String]) -> SharedSearchPlan {
    let evaluator = scorer.evaluator
    let plan = search.plan
    var listed: [SharedSearchPlan.Fact] = [
      .init("space", evaluator.space.name), .init("preset", preset.rawValue),
      .init("seed", "\(plan.seed)"), .init("seed of scores", "\(evaluator.seed)"),
      .init("list of components", plan.components.map(\.name).joined(separator: ",")),
    ]
    listed += facts.map { .init($0.name, $0.value == .null ? "none" : $0.value.compact) }
    listed.append(.init("random search", surroundings.hasBaselines ? "beside" : "left out"))
    if let chains = plan.domain as? MobileNetV2Domain {
      listed += [
        .init("start", chains.start.description),
        .init("list of type weights", chains.mutation.typeWeights.rawValue),
      ]
    }
    if !surroundings.beside.isEmpty {
      var digest = Digest()
      for architecture in surroundings.beside { digest.add(architecture.description + "\n") }
      listed.append(
        .init(
          "list of architectures beside it",
          "one of \(surroundings.beside.count) with the digest \(digest.text)"))
    }
    listed += evaluator.proxies.map {
      .init("setting of '\($0.name)'", evaluator.settingsText(of: $0))
    }
    let kernels = evaluator.proxies.map { Evaluator<Domain.Space>.kernels(of: $0) }
    return SharedSearchPlan(
      version: packageVersion, facts: listed, kernels: kernels.first { !$0.isEmpty } ?? "",
      expected: plan.evaluations * (surroundings.hasBaselines ? 2 : 1), command: command)
  }
}
