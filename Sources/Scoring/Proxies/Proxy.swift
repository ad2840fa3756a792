public import Formats
public import Ranking
public import Tensors

/// A number that ranks networks without training them.
///
/// A proxy is a pure function of a candidate. To add one: a file in this folder, a line in
/// `AllProxies.swift`, a page in `Guides`.
public protocol Proxy: Sendable {
  /// The name in records and on the command line.
  var name: String { get }
  /// What tells it from the other proxies of one run: the name, unless one proxy is asked for with
  /// several settings.
  var key: String { get }
  /// What it measures, in one sentence.
  var summary: String { get }
  /// Whether larger scores mean better networks.
  var higherIsBetter: Bool { get }
  /// What it needs besides the architecture.
  var needs: ProxyNeeds { get }
  /// Passes over the minibatch, in words.
  var cost: String { get }
  /// The work of its passes in forward passes of the minibatch: a backward pass of activations alone
  /// counts one, a full backward pass two.
  ///
  /// - Parameters:
  ///   - batch: images of the minibatch.
  ///   - classes: classes of the network.
  /// - Returns: a number of forward passes.
  func passes(batch: Int, classes: Int) -> Double
  /// Where it was published.
  var citation: String { get }
  /// Where networks without a score stand when ranks by it are combined.
  var undefinedPolicy: UndefinedPolicy { get }

  /// The settings that the score depends on, those of the search space left out.
  func settings(_ settings: ScoringSettings) -> [String: SettingValue]

  /// The score.
  ///
  /// - Throws: `BackendError` when a numerical library fails; a network for which no number exists
  ///   is not an error but an undefined score.
  func score(of candidate: Candidate) throws(BackendError) -> Score
}

extension Proxy {
  /// The name.
  public var key: String { name }

  /// They tie with the lowest score.
  public var undefinedPolicy: UndefinedPolicy { .tiedWithLowest }
}

/// What a proxy needs besides the architecture.
public struct ProxyNeeds: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: Int

  /// Creates a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Numbers for the parameters.
  public static let weights = ProxyNeeds(rawValue: 1)
  /// A minibatch; noise will do.
  public static let inputs = ProxyNeeds(rawValue: 2)
  /// Labels of the images.
  public static let labels = ProxyNeeds(rawValue: 4)
  /// Images, which were real ones where the proxy was published.
  public static let images = ProxyNeeds(rawValue: 8)

  /// The needs in words, `nothing` where there are none.
  public var text: String {
    let words: [(ProxyNeeds, String)] = [
      (.weights, "weights"), (.inputs, "inputs"), (.images, "images"), (.labels, "labels"),
    ]
    let held = words.filter { contains($0.0) }.map(\.1)
    return held.isEmpty ? "nothing" : held.joined(separator: ", ")
  }
}

extension ProxyNeeds {
  /// A second minibatch, disjoint from the first one.
  public static let secondMinibatch = ProxyNeeds(rawValue: 16)
  /// More than one image in a minibatch, as with statistics over the images.
  public static let severalImages = ProxyNeeds(rawValue: 32)
}
