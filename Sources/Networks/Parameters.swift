/// The numbers of a network's parameters, tensor by tensor, row-major.
public struct Parameters: Sendable, Hashable {
  /// One array for each tensor, in the network's parameter order.
  public var values: [[Float]]

  /// Joins numbers to a network's specifications.
  public init(_ values: [[Float]], for network: Network) {
    precondition(
      values.count == network.parameters.count
        && zip(values, network.parameters).allSatisfy { $0.count == $1.count },
      "\(values.count) tensors for \(network.parameters.count) specifications")
    self.values = values
  }
}
