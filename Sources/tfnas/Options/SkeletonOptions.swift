internal import ArgumentParser
internal import Scoring
internal import Spaces

/// The sizes of the networks that do not follow from a data set.
struct SkeletonOptions: ParsableArguments {
  @Option(help: "Channels of the first stage.")
  var width = 16

  @Option(help: "Cells of each of the three stages.")
  var cells = 5

  func validate() throws {
    try check("--width", width, in: 1...4096)
    try check("--cells", cells, in: 1...1000)
  }

  /// The space of networks for a data set.
  func space(for dataset: BenchmarkDataset) -> NASBench201Space {
    NASBench201Space(
      skeleton: NASBench201Skeleton(
        channels: width, cells: cells, classes: dataset.classCount,
        resolution: dataset.resolution))
  }
}

/// The sizes that a data set would give.
struct ImageOptions: ParsableArguments {
  @Option(help: "Outputs of the classifier.")
  var classes = 10

  @Option(help: "Rows and columns of an image.")
  var resolution = 32

  func validate() throws {
    try check("--classes", classes, in: 2...100_000)
    try check("--resolution", resolution, in: 1...4096)
  }
}

/// Checks that a minibatch can be addressed and has a size that somebody may want.
func checkMinibatch(_ batch: Int, resolution: Int) throws {
  let pixels = batch * 3 * resolution * resolution
  guard pixels <= 1 << 30 else {
    throw ValidationError(
      "\(batch) images of \(resolution)x\(resolution) pixels are more than a minibatch may hold")
  }
}
