/// The numbers of a network's parameters and buffers, tensor by tensor, row-major.
public struct Parameters: Sendable, Hashable {
  /// One array for each parameter tensor, in the network's order.
  public var values: [[Float]]
  /// One array for each buffer, in the network's order.
  public var buffers: [[Float]]

  /// Joins numbers to a network's specifications; without buffers, those of a network that was never
  /// run.
  public init(_ values: [[Float]], buffers: [[Float]]? = nil, for network: Network) {
    let buffers =
      buffers ?? network.buffers.map { [Float](repeating: $0.value, count: $0.count) }
    precondition(
      values.count == network.parameters.count
        && zip(values, network.parameters).allSatisfy { $0.count == $1.count },
      "\(values.count) tensors for \(network.parameters.count) specifications")
    precondition(
      buffers.count == network.buffers.count
        && zip(buffers, network.buffers).allSatisfy { $0.count == $1.count },
      "\(buffers.count) buffers for \(network.buffers.count) specifications")
    self.values = values
    self.buffers = buffers
  }
}
