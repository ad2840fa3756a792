internal import Networks
internal import Tensors

/// Which directions are pulled back for every sample, and how the factor's rows follow from them.
///
/// The factor has rank `classes - 1`, so that many directions are enough; and all logits pass through
/// the features that the head reads, so where there are fewer features than classes, the features
/// are pulled back instead.
struct FisherRoute: Sendable {
  enum Kind: Sendable {
    /// The rows of the factor themselves.
    case factorRows
    /// Logits, one by one; the factor is applied to the Jacobian. Its last column must be zero
    /// where the last logit is left out.
    case logits
    /// The features that the head reads; head and factor are applied to their Jacobian.
    case features
  }

  let kind: Kind
  /// Directions of one sample.
  let directions: Int
  /// Directions of one reverse walk.
  let rows: Int
  /// Reverse walks of one sample.
  let walks: Int

  /// Directions that a reverse walk takes at most: more do not run faster, and leave the cache.
  private static let most = 12

  init(_ network: Network, factor: FisherFactor) {
    let classes = network.classes
    var features = classes
    if let head = network.nodes[network.output].primitive as? Dense { features = head.inFeatures }
    let needed = max(factor == .logits ? classes : classes - 1, 1)
    if needed > features {
      (kind, directions) = (.features, features)
    } else {
      (kind, directions) = (factor == .exact ? .factorRows : .logits, needed)
    }
    walks = (directions + FisherRoute.most - 1) / FisherRoute.most
    rows = (directions + walks - 1) / walks
  }
}
