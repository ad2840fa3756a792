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

  /// A space with these sizes.
  ///
  /// - Throws: a usage error for sizes of cells in a space that has none.
  func applied(to space: any ListedSpace) throws -> any ListedSpace {
    let given = [width.map { _ in "--width" }, cells.map { _ in "--cells" }].compactMap(\.self)
    guard let option = given.first else { return space }
    guard var sized = space as? any CellSpace else {
      let others = AllSpaces.all.filter { $0 is any CellSpace }.map(\.name)
      throw ValidationError(
        "\(option) belongs to \(others.joined(separator: ", ")): \(space.name) has no cells")
    }
    if let width { sized.width = width }
    if let cells { sized.cells = cells }
    return sized
  }

  /// The space of networks of NAS-Bench-201 for a data set, with images as a recipe has them.
  func space(for dataset: BenchmarkDataset, _ recipe: Recipe) -> NASBench201Space {
    NASBench201Space(
      skeleton: NASBench201Skeleton(
        channels: width ?? Self.standard.channels, cells: cells ?? Self.standard.cells,
        classes: dataset.classCount,
        resolution: recipe.resolution(usual: dataset.resolution)))
  }
}

/// The sizes of images and classifier.
struct ImageOptions: ParsableArguments {
  @Option(help: "Outputs of the classifier. (default: the space's, as tfnas spaces lists it)")
  var classes: Int?

  @Option(help: "Rows and columns of an image. (default: the space's, as tfnas spaces lists it)")
  var resolution: Int?

  func validate() throws {
    try tfnas.check("--classes", classes, in: 2...100_000)
    try tfnas.check("--resolution", resolution, in: 1...4096)
  }

  /// A space with these sizes.
  ///
  /// - Parameters:
  ///   - space: the space.
  ///   - recipe: says how large images are where no option does.
  /// - Returns: the space with its sizes.
  /// - Throws: a usage error where the space has no images of that size.
  func applied(
    to space: any ListedSpace, _ recipe: Recipe = .default
  ) throws -> any ListedSpace {
    try tfnas.check("--resolution", resolution, in: 1...space.maximumResolution)
    let usual = space.inputShape
    let own = usual.height == usual.width ? recipe.resolution(usual: usual.height) : usual.height
    return space.resized(
      classes: classes, resolution: resolution ?? (own == usual.height ? nil : own))
  }
}

/// Checks that a minibatch of images of a shape can be addressed.
func checkMinibatch(_ batch: Int, shape: Shape) throws {
  guard batch <= (1 << 30) / shape.count else {
    throw ValidationError(
      "\(batch) images of \(shape.height)x\(shape.width) pixels are more than a minibatch may hold")
  }
}

/// Checks that a minibatch of square images of three channels can be addressed.
func checkMinibatch(_ batch: Int, resolution: Int) throws {
  try checkMinibatch(batch, shape: Shape(channels: 3, height: resolution, width: resolution))
}
