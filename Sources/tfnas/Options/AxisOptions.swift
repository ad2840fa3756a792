internal import ArgumentParser
internal import Networks
internal import Scoring

/// The axes of VKDNW, each of which overrides the recipe.
struct AxisOptions: ParsableArguments {
  @Option(help: "How the covariance of the labels enters.")
  var factor: FisherFactor?

  @Option(help: "Where batch normalisation takes its statistics from.")
  var batchNorm: NormalizationMode?

  @Option(help: "The share of the uniform distribution in the predicted one, 0 to 1.")
  var smoothing: Double?

  @Option(
    help: "The precision of the constants of smoothing. (default: half for --factor released)")
  var smoothingRounding: SmoothingRounding?

  @Option(help: "Which parameter tensors count: all, those of layers, or some that are drawn.")
  var weightsOf: WeightTensors?

  @Option(help: "At most this many tensors, the first ones or those that are drawn.")
  var dimension: Int?

  @Option(help: "Weights of each tensor.")
  var weightsPerTensor: Int?

  @Option(
    help: ArgumentHelp(
      "Where the single weight of a tensor lies, from 0, the first, to 1, the last.",
      valueName: "fraction|random"),
    transform: WeightPosition.init(argument:))
  var position: WeightPosition?

  @Option(help: "The quantiles of the eigenvalues whose entropy is taken: 0.1 to 0.9, or 0 to 1.")
  var quantiles: SpectrumQuantiles?

  @Option(
    help: ArgumentHelp(
      "Directions that are pulled back for each image: so many random combinations of the factor's rows, an "
        + "estimate, or all, the exact matrix.", valueName: "n|all"),
    transform: Pullbacks.init(argument:))
  var pullbacks: Pullbacks?

  func validate() throws {
    try check("--dimension", dimension, in: 1...1_000_000)
    try check("--weights-per-tensor", weightsPerTensor, in: 1...1_000_000)
    if let smoothing, !(0...1).contains(smoothing) {
      throw ValidationError("--smoothing must be a number from 0 to 1, not \(smoothing)")
    }
    if let weightsPerTensor, weightsPerTensor > 1, position != nil {
      throw ValidationError(
        "--position places a single weight, but --weights-per-tensor asks for \(weightsPerTensor)")
    }
  }

  /// The axes of a recipe with what deviates from them.
  func applied(to recipe: FisherSettings) -> FisherSettings {
    FisherSettings(
      factor: factor ?? recipe.factor, normalization: batchNorm ?? recipe.normalization,
      smoothing: smoothing ?? recipe.smoothing,
      smoothingRounding: smoothingRounding ?? recipe.smoothingRounding,
      tensors: weightsOf ?? recipe.tensors, dimension: dimension ?? recipe.dimension,
      weightsPerTensor: weightsPerTensor ?? recipe.weightsPerTensor,
      position: position ?? recipe.position, quantiles: quantiles ?? recipe.quantiles,
      pullbacks: pullbacks ?? recipe.pullbacks)
  }
}
