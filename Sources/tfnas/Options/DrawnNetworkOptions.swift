internal import ArgumentParser
internal import Figures
internal import Interchange
internal import Reports
internal import Scoring
internal import Spaces

/// Which network is drawn, and how large it is.
struct DrawnNetworkOptions: ParsableArguments {
  @OptionGroup var spaceOptions: SpaceOptions
  @OptionGroup var image: ImageOptions
  @OptionGroup var files: ModelFileOptions

  /// The option that was given, if one was.
  var given: String? {
    if spaceOptions.space != nil { return "--space" }
    if image.classes != nil { return "--classes" }
    if image.resolution != nil { return "--resolution" }
    return files.given
  }

  /// Refuses options that do not fit an argument.
  func check(_ argument: String, _ skeleton: SkeletonOptions) throws {
    let isModel = ModelFiles.isModel(argument)
    if !isModel, let option = files.given {
      throw ValidationError("\(option) belongs to ONNX files, and there is none")
    }
    try files.check(resolution: image.resolution)
    let sizes: [(option: String, isGiven: Bool)] = [
      ("--space", spaceOptions.space != nil), ("--classes", image.classes != nil),
      ("--width", skeleton.width != nil), ("--cells", skeleton.cells != nil),
    ]
    if isModel, let size = sizes.first(where: \.isGiven) {
      throw ValidationError(
        "\(size.option) belongs to architectures, and \(argument) is a model file")
    }
  }

  /// The drawing of an architecture or model file.
  ///
  /// - Parameters:
  ///   - argument: the architecture, or the path of the file.
  ///   - dataset: the data set whose classes and resolution cells have where no space is named.
  ///   - skeleton: the sizes of cells.
  /// - Returns: the figure.
  /// - Throws: 65 where it is no architecture, 66 where the file cannot be read.
  func figure(
    of argument: String, dataset: BenchmarkDataset, skeleton: SkeletonOptions
  ) throws -> Figure {
    if ModelFiles.isModel(argument) {
      let paths = try ModelFiles.paths(argument)
      guard paths.count == 1 else {
        throw CommandError(
          .usage, "\(argument): network draws one model file, and the folder has \(paths.count)")
      }
      let network = try ModelFiles.network(
        paths[0], by: files.importer(resolution: image.resolution), isClassifier: false
      ).network
      return try NetworkDrawing.drawn(
        Figure.network(network, titled: NetworkDrawing.fileName(paths[0])))
    }
    let usual = try spaceOptions.space?.space() ?? NASBench201Space().resized(dataset)
    return try figure(of: argument, in: skeleton.applied(to: image.applied(to: usual)))
  }

  private func figure<Space: ListedSpace>(of text: String, in space: Space) throws -> Figure {
    try NetworkDrawing.drawn(
      NetworkDrawing.figure(
        of: ArchitectureList.parse(text, at: "architecture", in: space), in: space))
  }
}

extension NASBench201Space {
  /// The space of networks for a data set.
  fileprivate func resized(_ dataset: BenchmarkDataset) -> any ListedSpace {
    resized(classes: dataset.classCount, resolution: dataset.resolution)
  }
}
