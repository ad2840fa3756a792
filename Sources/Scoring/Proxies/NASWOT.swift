public import Formats
internal import Networks
internal import RealModule
public import Tensors

/// How well the activation codes of rectified units tell images apart.
///
/// With K[i, j] the number of units that are active for both or for neither of images i and j:
/// `ln |det K|`. Every rectifier that is executed counts, those of dead edges included. Mellor et al.,
/// *Neural Architecture Search without Training*, ICML 2021; on noise, as in the VKDNW paper.
public struct NASWOT: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `naswot`.
  public var name: String { "naswot" }
  /// What it measures.
  public var summary: String { "log-determinant of the agreement of activation codes" }
  /// Codes further apart are better.
  public var higherIsBetter: Bool { true }
  /// Weights and noise.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// One pass.
  public var cost: String { "1 forward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 1 }
  /// The paper.
  public var citation: String { "Mellor et al., ICML 2021" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The log-determinant, undefined where the agreement is singular, as with equal codes.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let codes = try candidate.value(
      of: ActivationPatterns(of: candidate, at: CandidatePoint(.noise)))
    guard codes.isFinite else { return .undefined("an activation is not finite") }
    let eigenvalues = try codes.agreement.symmetricEigenvalues()
    guard let smallest = eigenvalues.first, let largest = eigenvalues.last else {
      return .undefined("the network has no rectifier")
    }
    // An eigenvalue that is 0 comes out as some units in the last place of the largest.
    guard smallest > 4 * Double(eigenvalues.count) * largest.ulp else {
      return .undefined("the agreement of the activation codes is singular")
    }
    return .value(eigenvalues.reduce(0) { $0 + Double.log($1) })
  }
}
