public import Formats
internal import Networks
public import Ranking
public import Tensors

/// How well each block passes gradients on, neither shrinking nor amplifying them.
///
/// For each block, random signs in the shape of its output are pulled back to its input, through batch
/// statistics; s is the largest singular value of the correlation of the channels of the two, mean over
/// images and places. The score is the mean over blocks of `2 - s - 1 / (s + 1e-6)`, at most 0 where s
/// is 1 everywhere. A block that passes nothing has s = 0 and the value -999,998. Lee and Ham, *AZ-NAS:
/// Assembling Zero-Cost Proxies for Network Architecture Search*, CVPR 2024.
public struct Trainability: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `trainability`.
  public var name: String { "trainability" }
  /// What it measures.
  public var summary: String { "how close the gain of each block's derivative is to 1" }
  /// Closer to 0 from below is better.
  public var higherIsBetter: Bool { true }
  /// As the published aggregates have it.
  public var undefinedPolicy: UndefinedPolicy { .belowAll }
  /// Weights and noise.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// One pass forward, and each block once back.
  public var cost: String { "1 forward, 1 activation backward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 2 }
  /// The paper.
  public var citation: String { "Lee and Ham, CVPR 2024" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The mean, undefined where a block is the identity.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let gains = try candidate.value(of: BlockGains(of: candidate, at: CandidatePoint(.noise)))
    guard !gains.isEmpty else { return .undefined("the network has no two blocks") }
    var sum = 0.0
    for (number, gain) in gains.enumerated() {
      switch gain {
      case .singularValue(let s): sum += 2 - s - 1 / (s + 1e-6)
      case .identity: return .undefined("block \(number + 1) is the identity")
      case .undefined(let reason): return .undefined(reason)
      }
    }
    return .value(sum / Double(gains.count))
  }
}
