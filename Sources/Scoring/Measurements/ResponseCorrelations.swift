internal import Derivatives
internal import Networks
package import Tensors

/// Sums of the correlations between images of what activation functions read, and of the gradient there.
package struct ResponseCorrelations: Measurement {
  /// The gradient of the loss.
  package let gradient: LossGradient

  /// The correlations at a point of a candidate, `nil` where the images have no labels.
  package init?(of candidate: Candidate, at point: CandidatePoint) {
    guard let gradient = LossGradient(of: candidate, at: point) else { return nil }
    self.gradient = gradient
  }

  /// Sums over activation functions.
  package struct Sums {
    /// Of what they read and of the gradient there, with the weight `2^l` of block l.
    package var weighted: AbsoluteSum
    /// The same with the weight 1.
    package var plain: AbsoluteSum
    /// Of what those read that stand in front of a convolution, with `2^l`.
    package var inFrontOfConvolutions: AbsoluteSum
    /// Of what those behind all blocks read, with `2^l`.
    package var last: AbsoluteSum
    /// Whether everything was a finite number.
    package var isFinite = true

    init(images: Int) {
      weighted = AbsoluteSum(size: images)
      plain = weighted
      inFrontOfConvolutions = weighted
      last = weighted
    }
  }

  private final class Collector {
    var sums: Sums
    init(images: Int) { sums = Sums(images: images) }
  }

  /// A forward pass, and a backward pass of activations.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Sums {
    let linearization = try candidate.linearization(at: gradient.point)
    let collector = Collector(images: linearization.batch)
    let entropy = CrossEntropy(logits: linearization.output, labels: gradient.labels)
    guard entropy.loss.isFinite else {
      collector.sums.isFinite = false
      return collector.sums
    }
    let responses = Response.all(of: candidate.network)
    // Several functions may read one node.
    let readers = Dictionary(grouping: responses, by: \.input)
    let read = CorrelationQueue(candidate.compute) { input, correlation in
      for response in readers[input] ?? [] {
        collector.sums.weighted.add(correlation, times: response.weight)
        collector.sums.plain.add(correlation, times: 1)
        if response.convolution != nil {
          collector.sums.inFrontOfConvolutions.add(correlation, times: response.weight)
        }
        if response.isLast { collector.sums.last.add(correlation, times: response.weight) }
      }
    }
    for input in readers.keys.sorted() { read.append(input, linearization.rows(of: input)) }
    read.finish()
    let weights = Dictionary(uniqueKeysWithValues: responses.map { ($0.node, $0.weight) })
    let pulled = CorrelationQueue(candidate.compute) { node, correlation in
      collector.sums.weighted.add(correlation, times: weights[node] ?? 0)
      collector.sums.plain.add(correlation, times: 1)
    }
    try linearization.pullback(entropy.cotangent, toEach: weights.keys.sorted()) {
      node, cotangent throws(BackendError) in
      pulled.append(node, try linearization.pullback(cotangent, through: node))
    }
    pulled.finish()
    collector.sums.isFinite = read.isFinite && pulled.isFinite
    return collector.sums
  }
}

/// What the published implementation of WRCor adds to the correlations of responses.
package struct WrapperCorrelations: Measurement {
  /// The gradient of the loss.
  package let gradient: LossGradient

  /// The correlations where those of responses are taken.
  package init(_ responses: ResponseCorrelations) { gradient = responses.gradient }

  /// The sum, with the weight `2^l` of block l, of the correlations of the gradient behind convolutions that an
  /// activation function stands in front of, and of what the functions behind all blocks give.
  package struct Sum {
    /// The sum.
    package var weighted: AbsoluteSum
    /// Whether everything was a finite number.
    package var isFinite = true
  }

  private final class Collector {
    var sum: Sum
    init(images: Int) { sum = Sum(weighted: AbsoluteSum(size: images)) }
  }

  /// A backward pass of activations.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Sum {
    let linearization = try candidate.linearization(at: gradient.point)
    let collector = Collector(images: linearization.batch)
    let entropy = CrossEntropy(logits: linearization.output, labels: gradient.labels)
    let responses = Response.all(of: candidate.network)
    var weights: [Int: Double] = [:]
    for response in responses {
      if let convolution = response.convolution { weights[convolution] = response.weight }
      if response.isLast { weights[response.node] = response.weight }
    }
    let queue = CorrelationQueue(candidate.compute) { node, correlation in
      collector.sum.weighted.add(correlation, times: weights[node] ?? 0)
    }
    for response in responses where response.isLast {
      queue.append(response.node, linearization.rows(of: response.node))
    }
    queue.finish()
    let convolutions = responses.compactMap(\.convolution).sorted()
    try linearization.pullback(entropy.cotangent, toEach: convolutions) { node, cotangent in
      queue.append(node, cotangent)
    }
    queue.finish()
    collector.sum.isFinite = queue.isFinite && entropy.loss.isFinite
    return collector.sum
  }
}
