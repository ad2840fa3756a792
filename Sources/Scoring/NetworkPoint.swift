internal import Derivatives
public import Networks
public import Tensors

/// A network with numbers at a minibatch: its activations, and what cotangents are pulled back to.
///
/// Batch normalisations are over the minibatch, with the derivatives through their statistics. It is valid
/// until the candidate is asked for another point.
public struct NetworkPoint {
  private let linearization: Linearization

  init(_ linearization: Linearization) { self.linearization = linearization }

  /// The network; positions of nodes are those in its list.
  public var network: Network { linearization.network }
  /// Images of the minibatch.
  public var images: Int { linearization.batch }

  /// The values of a node.
  ///
  /// - Parameter node: the position of the node.
  /// - Returns: `images x elements`, row-major within an image.
  public func activations(of node: Int) -> Matrix { linearization.rows(of: node) }

  /// The cotangents of nodes for a cotangent of another: `(d source / d node)^T u`.
  ///
  /// - Parameters:
  ///   - cotangent: `u`, `images x elements` of the source.
  ///   - source: the position of the node that it belongs to, `nil` for the output.
  ///   - nodes: the positions of the nodes, 0 being the images.
  /// - Returns: one for each node, `images x elements`.
  /// - Throws: `BackendError` when a numerical library fails.
  public func pullback(
    _ cotangent: Matrix, from source: Int? = nil, to nodes: [Int]
  ) throws(BackendError) -> [Matrix] {
    try linearization.pullback(cotangent, from: source, to: nodes, parameters: false).nodes
  }

  /// The gradients of the parameters for a cotangent of the output, summed over the minibatch.
  ///
  /// - Parameter cotangent: `images x classes`, such as the derivatives of a loss by the logits.
  /// - Returns: row-major gradients, a list for each parameter tensor of the network.
  /// - Throws: `BackendError` when a numerical library fails.
  public func parameterGradients(_ cotangent: Matrix) throws(BackendError) -> [[Double]] {
    try linearization.pullback(cotangent).parameters
  }
}

extension Candidate {
  /// The network at a point.
  ///
  /// - Parameter point: the distribution of the numbers, and the minibatch.
  /// - Returns: the network at the point.
  /// - Throws: `BackendError` when a numerical library fails.
  public func networkPoint(_ point: CandidatePoint) throws(BackendError) -> NetworkPoint {
    NetworkPoint(try linearization(at: point))
  }
}
