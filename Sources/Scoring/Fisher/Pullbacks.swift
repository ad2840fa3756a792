/// How many directions are pulled back for each image's share of the Fisher information.
public enum Pullbacks: Hashable, Sendable {
  /// As many as its rank, at most `min(classes - 1, features)`: the exact matrix.
  case all
  /// So many random combinations of the factor's rows: a matrix whose expectation is the exact one.
  ///
  /// Where there are no fewer than the rank, the matrix is the exact one to the last bit.
  case combinations(Int)

  /// What is pulled back where nothing else is asked for.
  ///
  /// - Parameter classes: the outputs of the network.
  /// - Returns: all, whatever the number.
  public static func standard(classes: Int) -> Pullbacks { .all }

  /// The number of combinations in the place of the factor's rows.
  ///
  /// - Parameter rank: the rank of an image's share.
  /// - Returns: fewer than the rank, `nil` for the rows themselves.
  func count(ofRank rank: Int) -> Int? {
    if case .combinations(let count) = self, count < rank { count } else { nil }
  }
}

extension FisherSettings {
  /// The settings with what ``pullbacks`` leave open decided: the standard for a number of classes, and all of
  /// them where networks have different numbers.
  public func resolved(classes: Int?) -> FisherSettings {
    var settings = self
    settings.pullbacks = pullbacks ?? classes.map(Pullbacks.standard) ?? .all
    return settings
  }
}

extension ScoringSettings {
  /// The settings with what the axes leave open decided for a number of classes.
  public func resolved(classes: Int?) -> ScoringSettings {
    var settings = self
    settings.fisher = fisher.resolved(classes: classes)
    return settings
  }
}
