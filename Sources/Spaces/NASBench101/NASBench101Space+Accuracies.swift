extension NASBench101Space {
  /// Task `cifar10`: the validation accuracies of 250 specifications.
  ///
  /// They are 161 modules, of which some stand with accuracies of different trainings. What is computed
  /// of their number, such as an interval, has to take those of one ``NASBench101Architecture/moduleHash``
  /// together.
  public static let accuracies: BenchmarkTable<NASBench101Architecture> = {
    let rows = EmbeddedRows.decode(NASBench101AccuracyText.cifar10)
    let count = NASBench101Architecture.maximumVertices
    let architectures = rows.map { row in
      NASBench101Architecture(
        unchecked: (0..<count).map { vertex in
          row.digits[vertex * count..<(vertex + 1) * count].map { $0 == 1 }
        },
        row.digits[count * count + 1..<row.digits.count - 1].compactMap {
          NASBench101Operation(rawValue: $0)
        })
    }
    return BenchmarkTable(
      tasks: [BenchmarkTask(name: "cifar10", metric: "validation accuracy in percent")],
      architectures: architectures, columns: [rows.map(\.value)])
  }()
}
