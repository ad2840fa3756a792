internal import Networks
package import Tensors

/// How often the gradients of single images are positive less how often they are negative, for each
/// weight of convolutions and linear layers.
///
/// Counts of convolutions stay in the layout of the kernels, which is the same for all images and all
/// workers; only sums over a layer are read.
package final class GradientSignCounts {
  /// Entries of at most this share of the largest entry of all parameters count as 0.
  ///
  /// An entry is a sum of products over places. Where all of it cancels, behind a constant feature map
  /// for example, rounding may leave a number whose sign means nothing. In double, cancelled sums leave
  /// some units in the last place, 2e-16, of terms that a normalisation of a constant map has magnified
  /// up to 316 times (`1 / sqrt(1e-5)`). Float cannot have a bound above its own rounding: where poolings
  /// flatten the features, true entries lie between 1e-12 and 1e-6 of the largest, and float has their
  /// signs right (108,430 against 108,432 in double for a full-size cell of poolings and four images, of
  /// which a bound of 1e-6 would leave 26,426). So it has the same bound, which what cancels in float
  /// may exceed.
  package static let negligibleShare = 1e-12

  /// The counts of each node with weights.
  private var counts: [Int: [Int16]] = [:]
  /// Gradients that were counted.
  private var gradients = 0

  package init() {}

  fileprivate func add(
    _ node: Int, count: Int, _ body: (inout [Int16]) -> Void
  ) {
    var list = counts.removeValue(forKey: node) ?? [Int16](repeating: 0, count: count)
    body(&list)
    counts[node] = list
  }

  fileprivate func countGradient() {
    gradients += 1
    precondition(gradients <= Int(Int16.max), "\(gradients) gradients in 16 bits")
  }

  /// The sum over the weights of a node of `|sum over gradients of the sign|`.
  ///
  /// - Parameters:
  ///   - node: the position of a convolution or linear layer.
  ///   - others: counts of other gradients, which are added first.
  /// - Returns: the sum, 0 where no gradient reaches the node.
  package func agreement(of node: Int, with others: [GradientSignCounts] = []) -> Int {
    let lists = ([self] + others).compactMap { $0.counts[node] }
    guard let first = lists.first else { return 0 }
    var sum = 0
    for weight in first.indices {
      var total = 0
      for list in lists { total += Int(list[weight]) }
      sum += abs(total)
    }
    return sum
  }
}

extension Linearization {
  /// Counts the signs of the gradient that a cotangent of the logits pulls back to.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent, an image a row; the minibatch must fit one chunk.
  ///   - counts: what is added to.
  /// - Returns: whether every entry of the gradient is finite; otherwise nothing was counted.
  /// - Throws: `BackendError` when a library call fails.
  package func countGradientSigns(of cotangent: Matrix, in counts: GradientSignCounts)
    throws(BackendError) -> Bool
  {
    precondition(chunks == 1, "\(batch) images are more than a chunk")
    let request = CotangentRequest(
      network, source: network.output, parameters: true,
      seed: { _, lanes throws(BackendError) in lanes[0].write(cotangent.values) })
    let passes = try cotangents(request)
    defer { for pass in passes { pass.close() } }
    var largest = 0.0
    for pass in passes {
      for case let part in pass.parameters.values.joined() {
        switch part {
        case .packed(let weights, _): largest = max(largest, weights.largestMagnitude)
        case .numbers(let numbers):
          for entry in numbers.joined() { largest = max(largest, entry.finiteMagnitude) }
        }
      }
      for (node, parts) in pass.parts {
        guard let normalization = shares[0].normalization(node), let sums = parts.first?.first
        else { continue }
        for entry in normalization.parameterCotangent(sums, self.normalization).joined() {
          largest = max(largest, entry.finiteMagnitude)
        }
      }
    }
    guard largest.isFinite else { return false }
    let threshold = largest * GradientSignCounts.negligibleShare
    counts.countGradient()
    for pass in passes {
      for (node, parts) in pass.parameters {
        guard let part = parts.first else { continue }
        switch part {
        case .packed(let weights, _):
          counts.add(node, count: weights.storedCount) {
            weights.addSigns(beyond: threshold, to: &$0)
          }
        case .numbers(let numbers):
          // Weights come first; biases are no weights.
          counts.add(node, count: numbers[0].count) { list in
            for (place, entry) in numbers[0].enumerated() where abs(entry) > threshold {
              list[place] += entry > 0 ? 1 : -1
            }
          }
        }
      }
    }
    return true
  }
}

extension Double {
  /// The magnitude, infinite for what is no number.
  fileprivate var finiteMagnitude: Double { isNaN ? .infinity : magnitude }
}
