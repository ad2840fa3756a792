public import Formats
internal import Networks
public import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How well conditioned features are, and how strongly the logits bend where images go round a circle.
///
/// With `S` the sum over outputs of the smallest over the largest singular value of a map of one image,
/// and `k` the curvature of the logits' path,
///
///     k = sqrt(|v|^2 |w|^2 - (v . w)^2) / |v|^3,   v, w their first and second derivative (`CircleJet`)
///     a = ln(1 + S),  b = ln(1 + k),  score = a b / (a + b)
///
/// Outputs are those of convolutions, normalisations, activation functions, poolings and blocks with more
/// than one place, and all logits count; the weights are PyTorch's. Asthana et al., *Dextr: Zero-Shot
/// Neural Architecture Search with Singular Value Decomposition and Extrinsic Curvature*, TMLR 2025,
/// arXiv 2508.12977.
public struct Dextr: Proxy {
  /// Logits that the published implementation looks at, drawn with replacement.
  package static let coordinates = 10

  /// Whether the sum and the logits are those of the published implementation: outputs count as often as
  /// its modules return them, vectors count 1, and ten logits are drawn with replacement.
  public var countsModules: Bool

  /// Creates the proxy; outputs and logits count once.
  public init(countsModules: Bool = false) { self.countsModules = countsModules }

  /// `dextr`, and `dextr-released` with modules counted.
  public var name: String { countsModules ? "dextr-released" : "dextr" }
  /// What it measures.
  public var summary: String {
    "condition of features and curvature of the logits"
      + (countsModules ? ", containers counted" : "")
  }
  /// More is better.
  public var higherIsBetter: Bool { true }
  /// Weights and an image of noise.
  public var needs: ProxyNeeds { [.weights, .inputs] }
  /// One image, and another with two derivatives.
  public var cost: String { "4 forwards of one image" }
  /// Four images.
  public func passes(batch: Int, classes: Int) -> Double { 4 / Double(batch) }
  /// The paper.
  public var citation: String { "Asthana et al., TMLR 2025 (arXiv 2508.12977)" }

  /// Those of `meco`.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    SingleImage.settings(settings)
  }

  /// The score, undefined where the logits do not move or something overflows.
  ///
  /// The published implementation returns `a` alone there, which is above the scores of good networks.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let network = candidate.network
    let conditions = try SingleImage.sum(of: candidate, countsModules: countsModules) {
      InverseConditions(of: $0)
    }
    guard let sum = conditions.value else { return conditions }
    guard let jet = try candidate.value(of: CircleJet()) else {
      return .undefined("an operator of the network has no second derivative along a path")
    }
    guard (jet.velocity + jet.acceleration).allSatisfy(\.isFinite) else {
      return .undefined("the derivatives of the logits are not finite")
    }
    let classes = countsModules ? Self.drawn(candidate) : Array(0..<network.classes)
    guard
      let curvature = Self.curvature(
        classes.map { jet.velocity[$0] }, classes.map { jet.acceleration[$0] })
    else { return .undefined("the logits do not change with the images") }
    return Score(Self.joined(sum, curvature), otherwise: "the curvature overflows")
  }

  /// `a b / (a + b)`, 0 where both are.
  package static func joined(_ sum: Double, _ curvature: Double) -> Double {
    let (a, b) = (log(1 + sum), log(1 + curvature))
    return a + b > 0 ? a * b / (a + b) : 0
  }

  /// The curvature of a path by its first two derivatives, `nil` where it does not move.
  package static func curvature(_ velocity: [Double], _ acceleration: [Double]) -> Double? {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let speed = dot(velocity, velocity)
    guard speed > 0 else { return nil }
    // The part at right angles, so that nothing cancels: |v|^2 |w|^2 - (v . w)^2 = |v|^2 |w - p v|^2.
    let along = dot(velocity, acceleration) / speed
    let across = zip(acceleration, velocity).map { $0 - along * $1 }
    return dot(across, across).squareRoot() / speed
  }

  /// The classes whose logits the published implementation looks at, the same for all networks of a run.
  private static func drawn(_ candidate: Candidate) -> [Int] {
    if let given = candidate.given.coordinates { return given }
    let stream = RandomStream(
      seed: candidate.seed, text: "", purpose: "coordinates \(candidate.initialization)")
    return (0..<coordinates).map { stream.integer(below: candidate.network.classes, at: $0) }
  }
}
