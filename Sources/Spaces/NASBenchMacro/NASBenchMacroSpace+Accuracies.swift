extension NASBenchMacroSpace {
  /// Task `cifar10`: the test accuracies of all 6,561 architectures, means of three trainings.
  public static let accuracies = BenchmarkTable(
    tasks: [BenchmarkTask(name: "cifar10", metric: "test accuracy in percent")],
    architectures: Array(NASBenchMacroArchitecture.all),
    columns: [
      EmbeddedNumbers.decode(NASBenchMacroAccuracyText.cifar10, digits: 3).map { Double($0) / 300 }
    ])
}
