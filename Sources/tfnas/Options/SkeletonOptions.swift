internal import ArgumentParser
internal import Scoring
internal import Spaces
internal import Tensors

/// The sizes of cells, which do not follow from a data set.
struct SkeletonOptions: ParsableArguments {
  @Option(help: "Channels of the first stage of cells. (default: \(Self.standard.channels))")
  var width: Int?

  @Option(help: "Cells of each of the three stages. (default: \(Self.standard.cells))")
  var cells: Int?

  private static let standard = NASBench201Skeleton()

  func validate() throws {
    try tfnas.check("--width", width, in: 1...4096)
    try tfnas.check("--cells", cells, in: 1...1000)
  }

  /// Refuses sizes of cells in a space that has none.
  func check(in space: SpaceName) throws {
    guard space != .nasBench201 else { return }
    let given = [width.map { _ in "--width" }, cells.map { _ in "--cells" }].compactMap(\.self)
    if let option = given.first {
      throw ValidationError(
        "\(option) belongs to \(SpaceName.nasBench201.rawValue): \(space.rawValue) has no cells")
    }
  }

  /// The space of networks with sizes.
  func space(_ sizes: SpaceSizes) -> NASBench201Space {
    NASBench201Space(
      skeleton: NASBench201Skeleton(
        channels: width ?? Self.standard.channels, cells: cells ?? Self.standard.cells,
        classes: sizes.classes, resolution: sizes.resolution))
  }

  /// The space of networks for a data set.
  func space(for dataset: BenchmarkDataset) -> NASBench201Space {
    space(SpaceSizes(classes: dataset.classCount, resolution: dataset.resolution))
  }
}

/// The sizes that a data set would give.
struct ImageOptions: ParsableArguments {
  @Option(help: "Outputs of the classifier. (default: \(SpaceName.defaults(\.classes)))")
  var classes: Int?

  @Option(help: "Rows and columns of an image. (default: \(SpaceName.defaults(\.resolution)))")
  var resolution: Int?

  func validate() throws {
    try tfnas.check("--classes", classes, in: 2...100_000)
    try tfnas.check("--resolution", resolution, in: 1...4096)
  }

  /// Refuses images that the space does not count.
  func check(in space: SpaceName) throws {
    if space == .mobileNetV2 {
      try tfnas.check("--resolution", resolution, in: 1...MobileNetV2Space.maximumResolution)
    }
  }

  /// The sizes in a space, by default the space's own.
  func sizes(in space: SpaceName) -> SpaceSizes {
    SpaceSizes(
      classes: classes ?? space.sizes.classes,
      resolution: resolution ?? space.sizes.resolution)
  }
}

/// Checks that a minibatch can be addressed and has a size that somebody may want.
func checkMinibatch(_ batch: Int, resolution: Int) throws {
  try checkMinibatch(
    batch, shape: Shape(channels: 3, height: resolution, width: resolution))
}

/// Checks that a minibatch of images of a shape can be addressed.
func checkMinibatch(_ batch: Int, shape: Shape) throws {
  guard batch <= (1 << 30) / shape.count else {
    throw ValidationError(
      "\(batch) images of \(shape.height)x\(shape.width) pixels are more than a minibatch may hold")
  }
}
