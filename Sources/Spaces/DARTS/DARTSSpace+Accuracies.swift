extension DARTSSpace {
  /// Task `cifar10`: what the surrogate of NAS-Bench-301 predicts for 250 genotypes, as validation accuracy.
  public static let accuracies: BenchmarkTable<DARTSArchitecture> = {
    let rows = EmbeddedRows.decode(NASBench301AccuracyText.cifar10)
    let architectures = rows.compactMap { row in
      let edges = stride(from: 0, to: row.digits.count, by: 2).map { place in
        DARTSEdge(DARTSOperation.searched[row.digits[place + 1]], source: row.digits[place])
      }
      return DARTSArchitecture(
        normal: Array(edges.prefix(DARTSArchitecture.edges)),
        reduction: Array(edges.dropFirst(DARTSArchitecture.edges)))
    }
    return BenchmarkTable(
      tasks: [BenchmarkTask(name: "cifar10", metric: "predicted validation accuracy in percent")],
      architectures: architectures, columns: [rows.map(\.value)])
  }()
}
