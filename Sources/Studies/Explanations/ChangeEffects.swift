public import Scoring

/// What single changes of a network do to its place in a ranking, beside the noise over initialisations.
///
/// All of them are ranked together with the network, once with the numbers of each initialisation. The gain of a
/// change is the mean over initialisations of its value less that of the network.
public struct ChangeEffects: Hashable, Sendable {
  /// What one change does.
  public struct Effect: Hashable, Sendable {
    /// The mean value in the ranking, `nil` where an initialisation has none.
    public let value: Double?
    /// The mean gain, `nil` where it or the network has no value.
    public let gain: Double?
    /// The standard error of the gain by its own spread, `nil` for a single initialisation.
    public let error: Double?
    /// The place by the mean value among the network and all changes, 1 being the best; equal ones share it.
    public let position: Int?
  }

  /// The network itself, whose gain is 0.
  public let network: Effect
  /// The changes, in the order in which they were given.
  public let changes: [Effect]
  /// The standard deviation of the network's own value over initialisations, `nil` for a single one.
  public let deviation: Double?
  /// The standard error of a gain, from the spread of all changes together, `nil` for a single initialisation.
  ///
  /// The spread of one change over few initialisations says little; what all have in common says more.
  public let noise: Double?

  /// Compares changes.
  ///
  /// - Parameter values: for each initialisation, the value of the network and then of each change, higher is better
  ///   and `nil` where there is none.
  public init(_ values: [[Double?]]) {
    let count = values.first?.count ?? 0
    precondition(
      count > 0 && values.allSatisfy { $0.count == count },
      "values of \(values.map(\.count)) networks")
    /// One number for each initialisation, or nothing.
    func complete(_ numbers: [Double?]) -> [Double]? {
      let known = numbers.compactMap(\.self)
      return known.count == numbers.count ? known : nil
    }
    let own = complete(values.map { $0[0] })
    let samples = (0..<count).map { network in
      complete(values.map { $0[network] }).map(Sample.init)
    }
    let gains = (0..<count).map { network -> Sample? in
      guard let own, let numbers = complete(values.map { $0[network] }) else { return nil }
      return Sample(zip(numbers, own).map { $0 - $1 })
    }
    let means = samples.compactMap { $0?.mean }
    let root = Double(values.count).squareRoot()
    let effects = (0..<count).map { network in
      Effect(
        value: samples[network]?.mean, gain: gains[network]?.mean,
        error: gains[network]?.deviation.map { $0 / root },
        position: samples[network].map { sample in 1 + means.count { $0 > sample.mean } })
    }
    network = effects[0]
    changes = Array(effects.dropFirst())
    deviation = samples[0]?.deviation
    let variances = gains.dropFirst().compactMap { $0?.variance }
    noise =
      variances.isEmpty
      ? nil : (variances.reduce(0, +) / Double(variances.count)).squareRoot() / root
  }

  /// The places of the changes, those that gain most first.
  public var order: [Int] {
    changes.indices.sorted {
      (changes[$1].value ?? -.infinity, $0) < (changes[$0].value ?? -.infinity, $1)
    }
  }
}

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
