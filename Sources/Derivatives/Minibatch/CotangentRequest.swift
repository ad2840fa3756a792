internal import Networks
internal import Tensors

/// What a pullback starts from and what is wanted of it.
struct CotangentRequest {
  /// The node whose cotangent is given.
  let source: Int
  /// Fills the cotangent of the source for a chunk, a tensor for each lane.
  let seed: (_ chunk: Int, _ lanes: [Tensor]) throws(BackendError) -> Void
  /// Nodes whose cotangents are kept for all images.
  let kept: Set<Int>
  /// The node whose cotangent is read chunk by chunk.
  let target: Int?
  /// Reads the cotangent of the target, beside that of the source.
  let read: ((_ chunk: Int, _ cotangent: Tensor, _ source: Tensor) throws(BackendError) -> Void)?
  /// Whether the cotangents of the parameters are wanted.
  let parameters: Bool
  /// Whether anything that is wanted lies at or above a node.
  let isWanted: [Bool]

  init(
    _ network: Network, source: Int, kept: Set<Int> = [], target: Int? = nil, parameters: Bool,
    seed: @escaping (Int, [Tensor]) throws(BackendError) -> Void,
    read: ((Int, Tensor, Tensor) throws(BackendError) -> Void)? = nil
  ) {
    self.source = source
    self.seed = seed
    self.kept = kept
    self.target = target
    self.read = read
    self.parameters = parameters
    var isWanted = [Bool](repeating: false, count: source + 1)
    for position in 0...source {
      let node = network.nodes[position]
      isWanted[position] =
        kept.contains(position) || position == target
        || parameters && !node.parameters.isEmpty
        || node.op?.derivative.zero != .always && node.inputs.contains { isWanted[$0] }
    }
    self.isWanted = isWanted
  }
}
