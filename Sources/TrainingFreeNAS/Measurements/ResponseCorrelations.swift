internal import Networks
package import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Sums of the correlations between images of what activation functions read, and of the gradient there.
package struct ResponseCorrelations: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint
  /// A class for each image.
  package let labels: [Int]

  /// The correlations at a point of a candidate, `nil` where the images have no labels.
  package init?(of candidate: Candidate, at point: CandidatePoint) {
    guard let labels = candidate.labels(of: point.minibatch) else { return nil }
    self.point = candidate.resolved(point)
    self.labels = labels
  }

  /// Sums of entry-wise absolute values, `images x images`.
  package struct Value {
    /// With the weight `2^l` of block l.
    package var weighted: Matrix
    /// With the weight 1.
    package var plain: Matrix
    /// With `2^l`, as the published implementation counts.
    package var released: Matrix
    /// Whether everything was a finite number.
    package var isFinite = true

    init(images: Int) {
      weighted = Matrix(rows: images, columns: images)
      plain = weighted
      released = weighted
    }

    mutating func add(_ correlation: Matrix?, weight: Double, released times: Double) {
      guard let correlation else { return }
      for i in 0..<correlation.rows {
        for j in 0..<correlation.columns {
          let magnitude = abs(correlation[i, j])
          weighted[i, j] += weight * magnitude
          plain[i, j] += magnitude
          released[i, j] += times * weight * magnitude
        }
      }
    }

    /// Adds to the sum of the published implementation alone.
    mutating func add(released correlation: Matrix?, weight: Double) {
      guard let correlation else { return }
      for i in 0..<correlation.rows {
        for j in 0..<correlation.columns { released[i, j] += weight * abs(correlation[i, j]) }
      }
    }
  }

  /// A forward pass, and a backward pass of activations.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Value {
    let network = candidate.network
    let linearization = try candidate.linearization(at: point)
    let entropy = CrossEntropy(logits: linearization.output, labels: labels)
    var value = Value(images: linearization.batch)
    guard entropy.loss.isFinite else {
      value.isFinite = false
      return value
    }
    let precision = candidate.compute.precision
    func correlation(_ rows: Matrix) -> Matrix? {
      guard rows.values.allSatisfy(\.isFinite) else {
        value.isFinite = false
        return nil
      }
      return RowCorrelation(rows, roundedTo: precision)?.matrix
    }
    let responses = Responses(network)
    // Several functions may read one node.
    var read: [Int: Matrix?] = [:]
    for response in responses.list {
      let matrix: Matrix?
      if let known = read[response.input] {
        matrix = known
      } else {
        matrix = correlation(linearization.rows(of: response.input))
        read[response.input] = matrix
      }
      value.add(
        matrix, weight: response.weight,
        released: response.isLast ? 0 : response.convolution == nil ? 1 : 2)
      if response.isLast {
        value.add(
          released: correlation(linearization.rows(of: response.node)), weight: response.weight)
      }
    }
    let byNode = responses.byNode
    try linearization.pullback(entropy.cotangent, toEach: byNode.keys.sorted()) {
      node, cotangent throws(BackendError) in
      guard let role = byNode[node] else { return }
      switch role {
      case .activation(let weight):
        let gradient = try linearization.pullback(cotangent, through: node)
        value.add(correlation(gradient), weight: weight, released: 1)
      case .convolution(let weight):
        value.add(released: correlation(cotangent), weight: weight)
      }
    }
    return value
  }
}

/// The activation functions of a network, with the weights of their blocks.
private struct Responses {
  /// One function.
  struct Response {
    var node: Int
    /// What it reads.
    var input: Int
    /// `2^l`.
    var weight: Double
    /// The convolution that alone reads it, if one does.
    var convolution: Int?
    /// Whether it stands behind all blocks, at the head.
    var isLast: Bool
  }

  /// What the gradient of a node is for.
  enum Role {
    case activation(weight: Double)
    case convolution(weight: Double)
  }

  let list: [Response]

  init(_ network: Network) {
    let kinds = network.featureKinds
    let consumers = network.consumers
    let ends = network.blockOutputs
    list = network.features([.activation]).map { node in
      // What stands before the second end belongs to block 0, the first behind the stem.
      let block = ends.count { $0 < node } - 1
      let readers = consumers[node]
      let isRead = readers.count == 1 && kinds[readers[0]] == .convolution
      return Response(
        node: node, input: network.nodes[node].inputs[0], weight: exp2(Double(block)),
        convolution: isRead ? readers[0] : nil, isLast: node > (ends.last ?? network.output))
    }
  }

  var byNode: [Int: Role] {
    var result: [Int: Role] = [:]
    for response in list {
      result[response.node] = .activation(weight: response.weight)
      if let convolution = response.convolution {
        result[convolution] = .convolution(weight: response.weight)
      }
    }
    return result
  }
}
