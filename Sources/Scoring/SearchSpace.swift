public import Formats
public import Networks

/// A set of architectures, each of which builds a network.
public protocol SearchSpace: Sendable {
  /// A point of the space: a small value whose text is its identity everywhere.
  associatedtype Architecture: Hashable, Sendable, LosslessStringConvertible

  /// The name of the space in records and on the command line.
  static var name: String { get }

  /// What the network depends on besides the architecture, for the settings of a record.
  var settings: [String: SettingValue] { get }

  /// The network of an architecture, without numbers.
  ///
  /// - Throws: `NetworkError` when the space's sizes leave no room for the network.
  func network(for architecture: Architecture) throws(NetworkError) -> Network
}
