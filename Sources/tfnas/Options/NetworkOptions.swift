internal import ArgumentParser
internal import Scoring
internal import Spaces

/// Which networks are ranked, and by which accuracies.
struct NetworkOptions: ParsableArguments {
  @Option(help: "The data set of the accuracies; classes and resolution follow from it.")
  var dataset = BenchmarkDataset.cifar10

  @Option(help: "The networks to draw from.")
  var population = NASBench201Population.live

  @Option(help: "Networks to draw. (default: the whole population)")
  var sample: Int?

  @Option(help: "The seed of the draw. (default: 0)")
  var sampleSeed: UInt64?

  func validate() throws {
    guard let sample else { return }
    try check("--sample", sample, in: 1...NASBench201Architecture.count)
    if sample > population.count {
      throw ValidationError(
        "--sample \(sample) is more than the \(population.count) networks of population "
          + population.rawValue)
    }
  }

  /// The networks; says on standard error what is ignored.
  var architectures: [NASBench201Architecture] {
    guard let sample else {
      if sampleSeed != nil {
        Diagnostics.say("--sample-seed is ignored: without --sample the whole population is used")
      }
      return population.architectures
    }
    return population.sample(count: sample, seed: sampleSeed ?? 0)
  }
}
