internal import ArgumentParser
internal import Search

/// What networks may cost.
struct CostLimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Multiply-accumulates at most: digits, perhaps with K, M or G.", valueName: "450M"),
    transform: Quantity.init(parsing:))
  var flops: Quantity?

  @Option(
    name: [.customLong("max-parameters"), .customLong("parameters")],
    help: ArgumentHelp("Parameters at most: digits, perhaps with K, M or G.", valueName: "6M"),
    transform: Quantity.init(parsing:))
  var parameters: Quantity?

  @Option(
    help: ArgumentHelp(
      "Layers at most, or a range, as the space counts them (tfnas spaces).", valueName: "14|13-15"),
    transform: LayerRange.init(parsing:))
  var layers: LayerRange?

  /// Whether anything is limited.
  var isSet: Bool { flops != nil || parameters != nil || layers != nil }

  /// Constraints with what deviates from them.
  func applied(to constraints: SearchConstraints = SearchConstraints()) -> SearchConstraints {
    var limited = constraints
    limited.layers = layers?.range ?? constraints.layers
    limited.parameters = parameters?.value ?? constraints.parameters
    limited.flops = flops?.value ?? constraints.flops
    return limited
  }
}
