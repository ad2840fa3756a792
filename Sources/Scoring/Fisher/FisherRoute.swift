package import Derivatives
package import Networks
internal import Tensors

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
    let walks = (directions + FisherRoute.most - 1) / FisherRoute.most
    rows = (directions + walks - 1) / walks
  }
}
