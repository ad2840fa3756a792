/// The scores of one proxy under one setting and one seed, over the architectures of one space.
///
/// A series is what a ranking is computed from: everything but the architecture is fixed.
public struct EvaluationSeries: Hashable, Sendable {
  /// The name of the search space, such as `nas-bench-201`.
  public var space: String
  /// The name of the proxy, such as `vkdnw`.
  public var proxy: String
  /// The settings that the proxy depends on, as canonical JSON: sorted keys, no white space.
  public var settings: String
  /// The seed of weights and inputs.
  public var seed: UInt64
  /// The instruction sets and the libraries that computed the scores; empty where they have no part in
  /// them, and in records of versions that did not write them down.
  public var kernels: String

  /// Creates a series from its parts.
  public init(
    space: String, proxy: String, settings: String, seed: UInt64, kernels: String = ""
  ) {
    self.space = space
    self.proxy = proxy
    self.settings = settings
    self.seed = seed
    self.kernels = kernels
  }

  /// A short name for the settings: the first 16 hexadecimal digits of the SHA-256 of their text.
  ///
  /// It is the column `hash` of the table `settings`, and the same on every machine.
  public var settingsHash: String { Self.hash(ofSettings: settings) }

  static func hash(ofSettings text: String) -> String {
    String(SHA256.hexDigest(of: text.utf8).prefix(16))
  }
}
