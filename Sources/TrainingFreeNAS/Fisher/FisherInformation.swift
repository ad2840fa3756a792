package import Networks
package import Tensors

/// The Fisher information of selected weights, averaged over a minibatch.
///
/// `F = (1 / B) sum over b of (C_b J_b)^T (C_b J_b)`, with `J_b = d logits(x_b) / d weights` and `C_b`
/// from the predicted probabilities of sample `b` (`FisherFactor`). Activations have the precision of
/// the workers; every product and sum from the Jacobian on is in double.
package struct FisherInformation {
  /// `F`, symmetric, a row for each selected weight.
  package let matrix: Matrix
  /// The selected weights, in the order of the rows.
  package let selection: [WeightAddress]
  /// The logits of each sample.
  package let logits: [[Double]]

  /// Computes the Fisher information.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - parameters: its numbers.
  ///   - inputs: row-major images `[batch, channels, height, width]`.
  ///   - settings: the axes.
  ///   - compute: the workers; their number does not change a digit.
  /// - Throws: the first failure of a numerical library.
  package init(
    _ network: Network, parameters: Parameters, inputs: [Float], settings: FisherSettings,
    on compute: Compute
  ) throws(BackendError) {
    try self.init(
      network, parameters: parameters, inputs: inputs, settings: settings, forced: nil,
      on: compute)
  }

  /// The same by a given route; all routes give the same matrix up to rounding.
  init(
    _ network: Network, parameters: Parameters, inputs: [Float], settings: FisherSettings,
    forced: FisherRoute.Kind?, on compute: Compute
  ) throws(BackendError) {
    let batch = inputs.count / network.inputShape.imageCount
    precondition(
      batch > 0 && batch * network.inputShape.imageCount == inputs.count,
      "\(inputs.count) numbers are no images of \(network.inputShape)")
    let selection = settings.selection(in: network)
    let plan = WalkPlan(network, selection: selection)
    let route = FisherRoute(plan, network: network, factor: settings.factor, forced: forced)
    let shares = compute.workers.enumerated().map { number, worker in
      FisherShare(
        worker: worker, images: compute.team.share(batch, of: number), plan: plan,
        network: network, parameters: parameters, inputs: inputs, settings: settings, route: route)
    }

    compute.team.run { shares[$0].bind() }
    if settings.normalization == .calibrated {
      for level in 0..<(shares.first?.levels ?? 0) {
        FisherInformation.freeze(level: level, of: shares, batch: batch)
        compute.team.run { shares[$0].forward(level: level) }
        // A share that failed has no moments for the next level.
        if shares.contains(where: { $0.failure != nil }) { break }
      }
    }
    compute.team.run { shares[$0].pullBack() }
    for share in shares {
      if let failure = share.failure { throw failure }
    }

    // One product over all samples in their order, so that no sum depends on the shares.
    let stacked = Matrix.stacked(shares.flatMap(\.blocks), columns: selection.count)
    matrix = stacked.gram().scaled(by: 1 / Double(batch))
    self.selection = selection
    logits = shares.flatMap(\.logits)
  }

  /// The eigenvalues of the matrix.
  package func spectrum() throws(BackendError) -> FisherSpectrum {
    FisherSpectrum(eigenvalues: try matrix.symmetricEigenvalues())
  }

  /// Joins the workers' moments in the order of the images and fixes the statistics of a level.
  private static func freeze(level: Int, of shares: [FisherShare], batch: Int) {
    guard level > 0, let first = shares.first else { return }
    for (position, node) in first.normalizations(level: level).enumerated() {
      let perImage = shares.flatMap { $0.moments[position] }
      guard let shape = first.inputShape(of: node) else { continue }
      let count = Double(batch * shape.area)
      var mean = [Double](repeating: 0, count: shape.channels)
      var variance = mean
      for moments in perImage {
        for c in 0..<shape.channels {
          mean[c] += moments[c]
          variance[c] += moments[shape.channels + c]
        }
      }
      for c in 0..<shape.channels {
        mean[c] /= count
        variance[c] = max(variance[c] / count - mean[c] * mean[c], 0)
      }
      for share in shares { share.freeze(node, mean: mean, variance: variance) }
    }
  }
}
