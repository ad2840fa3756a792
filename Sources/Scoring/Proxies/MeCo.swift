internal import Derivatives
public import Formats
internal import Networks
internal import Ranking
public import Tensors

/// How far the channels of feature maps are from depending on each other, from a single image.
///
/// The sum over outputs of the smallest eigenvalue of Pearson's correlation of their channels over the
/// places of one image of noise, with PyTorch's weights. Outputs are those of convolutions,
/// normalisations, activation functions, poolings and blocks. A channel that is constant, or as many
/// channels as places or more, make an eigenvalue 0. Jiang, Wang and Bie, *MeCo: Zero-Shot NAS with One
/// Data and Single Forward Pass via Minimum Eigenvalue of Correlation*, NeurIPS 2023.
public struct MeCo: Proxy {
  /// Whether outputs count as often as modules of the published implementation return them: containers
  /// hand on what their last member returns.
  public var countsModules: Bool

  /// Creates the proxy; outputs count once.
  public init(countsModules: Bool = false) { self.countsModules = countsModules }

  /// `meco`, and `meco-released` with modules counted.
  public var name: String { countsModules ? "meco-released" : "meco" }
  /// What it measures.
  public var summary: String {
    "smallest eigenvalues of channel correlations, one image"
      + (countsModules ? ", containers counted" : "")
  }
  /// More independent is better.
  public var higherIsBetter: Bool { true }
  /// Weights and an image of noise.
  public var needs: ProxyNeeds { [.weights, .inputs] }
  /// One image.
  public var cost: String { "1 forward of one image" }
  /// One image.
  public func passes(batch: Int, classes: Int) -> Double { 1 / Double(batch) }
  /// The paper.
  public var citation: String { "Jiang et al., NeurIPS 2023" }

  /// Initialisations, precision and the outputs; the image is the first of the minibatch, whatever its
  /// size.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    SingleImage.settings(settings)
  }

  /// The sum, undefined if a feature map overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    try SingleImage.sum(of: candidate, countsModules: countsModules) {
      SmallestCorrelations(of: $0)
    }
  }
}

/// `MeCo` over eight channels of each output.
///
/// Eight channels are drawn without replacement, the same in all networks of a run, and the smallest
/// eigenvalue of their correlation counts `channels / 8` times; where there are fewer than eight, all are
/// taken. Maps with as many channels as places, which are 0 for `meco`, count here. Jiang, Wang and Bie,
/// *MeCo*, NeurIPS 2023, equation 13.
public struct MeCoOpt: Proxy {
  /// The channels that are drawn.
  static let drawn = 8

  /// Whether outputs count as often as modules of the published implementation return them.
  public var countsModules: Bool

  /// Creates the proxy; outputs count once.
  public init(countsModules: Bool = false) { self.countsModules = countsModules }

  /// `meco-opt`, and `meco-opt-released` with modules counted.
  public var name: String { countsModules ? "meco-opt-released" : "meco-opt" }
  /// What it measures.
  public var summary: String {
    "meco over eight channels of each output" + (countsModules ? ", containers counted" : "")
  }
  /// More independent is better.
  public var higherIsBetter: Bool { true }
  /// Weights and an image of noise.
  public var needs: ProxyNeeds { MeCo().needs }
  /// One image.
  public var cost: String { MeCo().cost }
  /// One image.
  public func passes(batch: Int, classes: Int) -> Double { 1 / Double(batch) }
  /// The paper.
  public var citation: String { MeCo().citation }

  /// Those of `meco`.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    SingleImage.settings(settings)
  }

  /// The sum, undefined if a feature map overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    try SingleImage.sum(of: candidate, countsModules: countsModules) {
      SmallestCorrelations(of: $0, drawn: Self.drawn)
    }
  }
}
