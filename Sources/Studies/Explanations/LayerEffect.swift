public import Scoring

/// What a layer has to do with a network's VKDNW, averaged over initialisations.
public struct LayerEffect: Hashable, Sendable {
  /// The name of the layer.
  public let name: String
  /// Its tensors, with the mean of their traces.
  public let tensors: [LayerInfluence.Tensor]
  /// The mean share of the trace of the Fisher information.
  public let share: Double
  /// The mean change of VKDNW when the weights of the layer are left out, `nil` where nothing is left.
  public let change: Double?
  /// The standard deviation of the change over initialisations, `nil` for a single one.
  public let deviation: Double?

  /// Averages over initialisations.
  ///
  /// - Parameter influences: for each initialisation, the layers of one and the same network.
  /// - Returns: the layers, those first whose absence raises VKDNW most.
  public static func effects(of influences: [[LayerInfluence]]) -> [LayerEffect] {
    guard let first = influences.first else { return [] }
    let count = Double(influences.count)
    let effects = first.indices.map { place in
      let layer = influences.map { $0[place] }
      let changes = layer.compactMap(\.change)
      let change = changes.count == layer.count ? Sample(changes) : nil
      return LayerEffect(
        name: layer[0].name,
        tensors: layer[0].tensors.indices.map { tensor in
          LayerInfluence.Tensor(
            name: layer[0].tensors[tensor].name, weights: layer[0].tensors[tensor].weights,
            trace: layer.reduce(0) { $0 + $1.tensors[tensor].trace } / count)
        },
        share: layer.reduce(0) { $0 + $1.share } / count, change: change?.mean,
        deviation: change?.deviation)
    }
    let order = effects.indices.sorted {
      (effects[$1].change ?? -.infinity, $0) < (effects[$0].change ?? -.infinity, $1)
    }
    return order.map { effects[$0] }
  }
}

/// The mean and the standard deviation of some numbers.
struct Sample {
  let mean: Double
  /// The unbiased variance, `nil` for a single number.
  let variance: Double?

  /// The root of the unbiased variance, `nil` for a single number.
  var deviation: Double? { variance?.squareRoot() }

  /// - Parameter numbers: at least one.
  init(_ numbers: [Double]) {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    self.mean = mean
    variance =
      numbers.count > 1
      ? numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) : nil
  }
}
