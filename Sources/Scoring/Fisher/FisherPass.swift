package import Derivatives
public import Networks
internal import Tensors

/// A Fisher information that is asked for: its axes, and how many images it averages over.
package struct FisherRequest: Hashable, Sendable {
  /// The axes.
  package let settings: FisherSettings
  /// The number of images, from the first one on.
  package let batch: Int

  /// Asks for the Fisher information of some images.
  package init(_ settings: FisherSettings, batch: Int) {
    self.settings = settings
    self.batch = batch
  }
}

/// Requests that one walk over the images serves, since their Jacobians are columns of one.
///
/// A walk takes every direction through the whole network, whichever weights are read on the way, so
/// that more weights cost only their reading. What is walked together follows the same route in the
/// same blocks as it would alone: no digit of a member depends on the others.
struct FisherPass {
  /// A request of the pass.
  struct Member {
    /// The position of the request among all.
    let number: Int
    /// The number of images that it averages over.
    let batch: Int
    /// The position of its weighting.
    let weighting: Int
  }

  /// The weights and the factor that `C J` of an image follows from.
  ///
  /// Requests that differ in nothing but the batch share it.
  struct Weighting {
    /// The positions of the weights among those of the pass.
    let columns: [Int]
    let covariance: Covariance
    /// The largest batch of its members.
    var batch: Int
  }

  /// What the factor `C` follows from, besides the logits.
  struct Covariance: Hashable {
    let factor: FisherFactor
    let smoothing: Double
    let rounding: SmoothingRounding

    init(_ settings: FisherSettings) {
      factor = settings.factor
      smoothing = settings.smoothing
      rounding = settings.rounding
    }
  }

  let plan: WalkPlan
  let route: FisherRoute
  let normalization: NormalizationMode
  /// The largest batch of a member.
  let batch: Int
  let members: [Member]
  let weightings: [Weighting]

  /// What has to be equal for two requests to share a pass.
  private struct Key: Hashable {
    let normalization: NormalizationMode
    let route: FisherRoute
    /// Where statistics come from the minibatch, another minibatch is another network.
    var batch: Int?
    /// Where rows of the factor are pulled back, another factor has other directions.
    var covariance: Covariance?
    /// Where tangents are pushed forward, the weights are the directions.
    var selection: [WeightAddress]?
  }

  private struct Part {
    let number: Int
    let request: FisherRequest
    let plan: WalkPlan
  }

  /// The passes that serve requests, in the order of their first ones.
  static func passes(
    for requests: [FisherRequest], network: Network, forced: FisherRoute.Kind? = nil
  ) -> [FisherPass] {
    var order: [Key] = []
    var parts: [Key: [Part]] = [:]
    for (number, request) in requests.enumerated() {
      let settings = request.settings
      let plan = WalkPlan(network, selection: settings.selection(in: network))
      let route = FisherRoute(plan, network: network, settings: settings, forced: forced)
      var key = Key(normalization: settings.normalization, route: route)
      if settings.normalization.readsMinibatch { key.batch = request.batch }
      if route.kind == .factorRows { key.covariance = Covariance(settings) }
      if route.kind == .tangents { key.selection = plan.selection }
      if parts[key] == nil { order.append(key) }
      parts[key, default: []].append(Part(number: number, request: request, plan: plan))
    }
    return order.map { FisherPass($0, parts[$0, default: []], network: network) }
  }

  private init(_ key: Key, _ parts: [Part], network: Network) {
    normalization = key.normalization
    route = key.route
    batch = parts.map(\.request.batch).max() ?? 0
    let selections = parts.map(\.plan.selection)
    if let only = parts.first, selections.allSatisfy({ $0 == only.plan.selection }) {
      plan = only.plan
    } else {
      let union = Set(selections.joined()).sorted {
        ($0.parameter, $0.index) < ($1.parameter, $1.index)
      }
      plan = WalkPlan(network, selection: union)
    }
    let places = Dictionary(
      uniqueKeysWithValues: plan.selection.enumerated().map { ($1, $0) })
    var members: [Member] = []
    var weightings: [Weighting] = []
    for part in parts {
      let settings = part.request.settings
      let columns = part.plan.selection.compactMap { places[$0] }
      let covariance = Covariance(settings)
      let known = weightings.firstIndex {
        $0.covariance == covariance && $0.columns == columns
      }
      let weighting = known ?? weightings.count
      if known == nil {
        weightings.append(Weighting(columns: columns, covariance: covariance, batch: 0))
      }
      weightings[weighting].batch = max(weightings[weighting].batch, part.request.batch)
      members.append(
        Member(number: part.number, batch: part.request.batch, weighting: weighting))
    }
    self.members = members
    self.weightings = weightings
  }
}

extension FisherSettings {
  /// The weights whose Fisher information is taken, in registration order.
  ///
  /// - Parameter network: the network that holds them.
  /// - Returns: `weightsPerTensor` addresses for each of the first `dimension` tensors, or of as many
  ///   that are drawn; fewer for a tensor that is shorter, because an index is never taken twice.
  public func selection(in network: Network) -> [WeightAddress] {
    // The stream is the same for every network, so equal tensor shapes give equal indices.
    let stream = RandomStream(seed: 12, text: "", purpose: "weight positions")
    return counted(in: network).flatMap { parameter -> [WeightAddress] in
      let count = network.parameters[parameter].count
      return indices(of: count, stream: stream, parameter: parameter).map {
        WeightAddress(parameter: parameter, index: $0)
      }
    }
  }

  /// The tensors that count, in registration order.
  private func counted(in network: Network) -> [Int] {
    let all = network.parameters.indices
    switch tensors {
    case .tensors: return Array(all.prefix(dimension))
    case .layers:
      return Array(all.filter { network.parameters[$0].role.isLayerWeight }.prefix(dimension))
    case .sampled:
      var generator = MersenneTwister(seed: UInt64(all.count))
      return generator.sample(min(dimension, all.count), below: all.count).sorted()
    }
  }

  private func indices(of count: Int, stream: RandomStream, parameter: Int) -> [Int] {
    if weightsPerTensor == 1 {
      switch position {
      case .fraction(let fraction): return [Int(fraction * Double(count - 1))]
      case .random: return [stream.integer(below: count, at: parameter)]
      }
    }
    let taken = min(weightsPerTensor, count)
    if taken == 1 { return [0] }
    // In integers: a product with the rounded step may end just below a whole number.
    return (0..<taken).map { $0 * (count - 1) / (taken - 1) }
  }
}

/// How the Jacobian of a sample is taken, and how the factor's rows follow from it.
///
/// The factor has rank `classes - 1`, so that many pulled-back directions are enough; all logits pass
/// through the features that the head reads, so where there are fewer features than classes, the
/// features are pulled back instead; and where there are fewer weights than either, their tangents
/// are pushed forward. The cheapest way is taken, by multiply-accumulates.
///
/// Fewer combinations of the factor's rows than that are pulled back as they are (``Pullbacks``). Where tangents are
/// cheaper still, they give the same combinations, as every way does up to rounding: what is estimated does not
/// depend on the way.
package struct FisherRoute: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Pull back the rows of the factor themselves, or combinations of them.
    case factorRows
    /// Pull back logits, one by one; the factor is applied to the Jacobian. Its last column must be
    /// zero where the last logit is left out.
    case logits
    /// Pull back the features that the head reads; head and factor are applied to their Jacobian.
    case features
    /// Push one-weight tangents forward to the features.
    case tangents
  }

  package let kind: Kind
  /// Directions, or weights, of one sample.
  package let directions: Int
  /// Directions of one reverse walk, or weights of one forward walk.
  package let rows: Int

  /// How many combinations take the place of the factor's rows, `nil` where the rows are taken themselves.
  let combinations: Int?

  /// Directions that a walk takes at most: more do not run faster, and leave the cache.
  private static let most = 12

  /// Elements that the directions of a reverse walk take at most, 96 MB of floats.
  ///
  /// Beyond it a walk is no faster, and every worker has cotangents of its own. One direction may take more.
  static let mostElements = 24_000_000

  /// Reverse walks of one sample.
  package var walks: Int { (directions + rows - 1) / rows }

  /// The cheapest route, or the one that is asked for.
  package init(
    _ plan: WalkPlan, network: Network, settings: FisherSettings, forced: Kind? = nil
  ) {
    let factor = settings.factor
    let classes = network.classes
    var features = classes
    if plan.head != nil { features = plan.featureCount }
    let needed = max(factor == .logits ? classes : classes - 1, 1)
    let rank = min(needed, features)
    let pullbacks = settings.resolved(classes: classes).pullbacks ?? .all
    combinations = pullbacks.count(ofRank: rank)
    let direct: Kind = factor == .exact || combinations != nil ? .factorRows : .logits

    var kind = needed > features && combinations == nil ? Kind.features : direct
    let reverse = (combinations ?? rank) * plan.reverseMultiplyAdds
    if plan.tangentMultiplyAdds(rows: FisherRoute.most) < reverse { kind = .tangents }
    self.kind = forced ?? kind
    directions =
      switch self.kind {
      case .factorRows: combinations ?? needed
      case .logits: needed
      case .features: features
      case .tangents: max(plan.selection.count, 1)
      }
    let fitting = FisherRoute.mostElements / max(plan.cotangentCount, 1)
    let most = self.kind == .tangents ? FisherRoute.most : min(FisherRoute.most, max(fitting, 1))
    let walks = (directions + most - 1) / most
    rows = (directions + walks - 1) / walks
  }
}
