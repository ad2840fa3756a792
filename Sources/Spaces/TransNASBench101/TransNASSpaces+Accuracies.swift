/// The tasks of TransNAS-Bench-101 whose results are embedded.
private enum TransNASTask {
  static let classScene = BenchmarkTask(
    name: "class_scene", metric: "validation accuracy in percent")
  static let jigsaw = BenchmarkTask(name: "jigsaw", metric: "validation accuracy in percent")
  static let normal = BenchmarkTask(name: "normal", metric: "structural similarity")
}

extension TransNASMicroSpace {
  /// Tasks `class_scene`, `jigsaw` and `normal` of all 4,096 cells.
  public static let accuracies = BenchmarkTable(
    tasks: [TransNASTask.classScene, TransNASTask.jigsaw, TransNASTask.normal],
    architectures: Array(TransNASMicroArchitecture.all),
    columns: [
      EmbeddedNumbers.decodeFloats(TransNASMicroAccuracyText.classScene),
      EmbeddedNumbers.decodeFloats(TransNASMicroAccuracyText.jigsaw),
      EmbeddedNumbers.decodeFloats(TransNASMicroAccuracyText.normal),
    ])
}

extension TransNASMacroSpace {
  /// Tasks `class_scene` and `normal` of 3,255 networks: all but `64-113444-basic`.
  public static let accuracies = BenchmarkTable(
    tasks: [TransNASTask.classScene, TransNASTask.normal],
    architectures: TransNASMacroArchitecture.all.filter {
      $0.modules.map(\.rawValue) != [1, 1, 3, 4, 4, 4]
    },
    columns: [
      EmbeddedNumbers.decodeFloats(TransNASMacroAccuracyText.classScene),
      EmbeddedNumbers.decodeFloats(TransNASMacroAccuracyText.normal),
    ])
}
