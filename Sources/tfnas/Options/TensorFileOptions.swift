internal import ArgumentParser
internal import Formats
internal import Networks
internal import Scoring
internal import Tensors

/// Files with numbers that replace those drawn from the seed.
struct TensorFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A safetensors file with all parameters, by their PyTorch names; for ONNX files 'initial', weights "
        + "drawn from the seed (default), or 'stored', their own.", valueName: "file|initial|stored"
    ),
    completion: .file(extensions: ["safetensors"]))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Takes a prefix off the names in --weights, such as module. of DataParallel.",
      valueName: "prefix"))
  var stripPrefix: String?

  @Option(
    help: ArgumentHelp(
      "A safetensors file with the images, as the tensor 'input', and labels, as 'labels'.",
      valueName: "file"), completion: .file(extensions: ["safetensors"]))
  var input: String?

  /// What `--weights` may say of model files instead of naming a file.
  static let modelWords = ["initial", "stored"]

  /// The file of `--weights`, `nil` where it is not given or says what model files do.
  var weightFile: String? {
    weights.flatMap { Self.modelWords.contains($0) ? nil : $0 }
  }

  /// The tensors for a network, and the settings that go with them.
  ///
  /// Says on standard error what is ignored.
  func load(
    for network: Network, settings: ScoringSettings, seed: UInt64?
  ) throws -> (given: GivenTensors, settings: ScoringSettings) {
    let weightFile = try self.weightFile.map(SafeTensors.init(contentsOfFile:))
    // A pipe that both options name can be read once.
    let inputFile =
      input == self.weightFile ? weightFile : try input.map(SafeTensors.init(contentsOfFile:))
    let named =
      try stripPrefix.map { prefix in try weightFile?.strippingPrefix(prefix) } ?? weightFile
    let given = try GivenTensors(for: network, weights: named, inputs: inputFile)
    var settings = settings
    if given.parameters != nil { settings.initializations = 1 }
    if let inputs = given.inputs {
      settings.batch = inputs.pixels.count / network.inputShape.count
    }
    if let weightFile = named {
      let ignored = GivenTensors.ignoredNames(of: weightFile, for: network)
      if !ignored.isEmpty {
        let shown = ignored.prefix(3).joined(separator: ", ") + (ignored.count > 3 ? ", ..." : "")
        Diagnostics.say(
          "\(weightFile.file): \(ignored.count) tensors that the network does not name are ignored "
            + "(\(shown))")
      }
    }
    // Combinations of pulled-back directions are drawn by the seed too.
    let isDrawn = settings.fisher.resolved(classes: network.classes).pullbacks != .all
    if given.parameters != nil, given.inputs != nil, seed != nil, !isDrawn {
      Diagnostics.say("--seed is ignored: weights and images both come from files")
    }
    return (given, settings)
  }

  /// Checks what else is asked for.
  func check(batch: Int?, inits: Int?) throws {
    if input != nil, batch != nil {
      throw ValidationError(
        "--batch conflicts with --input: the file says how many images there are")
    }
    if stripPrefix != nil, weightFile == nil {
      throw ValidationError("--strip-prefix belongs to --weights")
    }
    if weightFile != nil, let inits, inits > 1 {
      throw ValidationError(
        "--inits \(inits) conflicts with --weights: the file is one initialisation")
    }
  }
}
