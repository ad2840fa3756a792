internal import ArgumentParser
internal import Formats
internal import Networks
internal import Scoring
internal import Tensors

/// Where the images of proxies come from that were published with real ones.
struct ImageSourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Images for proxies that need them: noise, synthetic, or files (.npy, .npz, CIFAR binary).",
      valueName: "noise|synthetic|file,..."), completion: .file())
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Labels of the images of files. (default: those in the files)",
      valueName: "random|file.npy"), completion: .file())
  var labels: String?

  @Option(
    help: "The mean and deviation that bytes are normalised by. (default: the data set's)")
  var imageStats: ImageNormalization?

  @Flag(help: "Takes images of bytes as they are: neither mirrored nor shifted at random.")
  var noAugmentation = false

  /// The files, `nil` where the images are generated or nothing is said of them.
  private var files: [String]? {
    get throws {
      guard let images, images != "noise", images != "synthetic" else { return nil }
      do { return try CSV.fields(of: images) } catch {
        throw ValidationError("--images: \(error.explanation)")
      }
    }
  }

  func validate() throws {
    let files = try files
    if let files, files.contains("") {
      throw ValidationError(
        "--images must be noise, synthetic, or files with commas between them; a name with a comma "
          + "stands in double quotes")
    }
    let dependent = [
      labels.map { _ in "--labels" }, imageStats.map { _ in "--image-stats" },
      noAugmentation ? "--no-augmentation" : nil,
    ].compactMap(\.self)
    if files == nil, let option = dependent.first {
      throw ValidationError("\(option) belongs to --images with files")
    }
  }

  /// The images, checked against what the proxies need of them.
  ///
  /// - Parameters:
  ///   - proxies: what is to be scored.
  ///   - settings: the settings of all proxies.
  ///   - given: tensors that replace drawn ones.
  ///   - shape: that of an image.
  ///   - classes: the network's classes.
  /// - Returns: the source; noise where no proxy needs images.
  /// - Throws: 64, 65 or 66 with what stands in the way.
  func source(
    for proxies: [any Proxy], settings: ScoringSettings, given: GivenTensors = GivenTensors(),
    shape: Shape, classes: Int
  ) throws -> any ImageSource {
    let source = try read(resolution: shape.height, classes: classes)
    let obstacle = InputObstacle.first(
      for: proxies, settings: settings, images: source, given: given,
      shape: shape, classes: classes)
    if let obstacle { throw obstacle }
    if source != nil, !proxies.contains(where: { $0.needs.contains(.images) }) {
      Diagnostics.say("--images is ignored: no proxy that is asked for reads images")
    }
    return source ?? NoiseImages()
  }

  /// What stands in the way of networks that take images of several shapes, `nil` where nothing does.
  ///
  /// What is generated is made in any shape; images of files have one.
  func obstacle(forShapesOf networks: [Network]) throws -> String? {
    let shapes = Set(networks.map(\.inputShape))
    guard shapes.count > 1, try files != nil else { return nil }
    return "--images: the networks take images of \(shapes.count) shapes; score those of one"
  }

  /// The same for square images of three channels.
  func source(
    for proxies: [any Proxy], settings: ScoringSettings, given: GivenTensors = GivenTensors(),
    resolution: Int, classes: Int
  ) throws -> any ImageSource {
    try source(
      for: proxies, settings: settings, given: given,
      shape: Shape(channels: 3, height: resolution, width: resolution), classes: classes)
  }

  private func read(resolution: Int, classes: Int) throws -> (any ImageSource)? {
    guard let files = try files else {
      return switch images {
      case "noise": NoiseImages()
      case "synthetic": SyntheticImages()
      default: nil
      }
    }
    let parts = try files.map {
      try ImageArray(contentsOfFile: $0, readsLabels: labels == nil)
    }
    let origin: LabelledImages.Labels =
      switch labels {
      case nil: .own
      case "random": .random
      case let path?: .given(try ImageArray.labels(contentsOfFile: path), file: path)
      }
    let known = imageStats ?? ImageNormalization(classes: classes, resolution: resolution)
    if parts[0].isBytes, known == nil {
      throw CommandError(
        .usage,
        "--image-stats is needed: no data set has \(classes) classes and "
          + "\(resolution)x\(resolution) pixels")
    }
    if !parts[0].isBytes, let imageStats, imageStats != .none {
      throw CommandError(
        .usage,
        "--image-stats \(imageStats.rawValue) is for images of bytes: \(parts[0].file) holds "
          + "floating-point numbers, which are taken as they are")
    }
    return try LabelledImages(
      parts, labels: origin, normalization: known ?? .none, isAugmented: !noAugmentation)
  }
}
