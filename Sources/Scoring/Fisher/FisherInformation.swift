internal import Derivatives
public import Networks
public import Tensors

/// The Fisher information of selected weights, averaged over a minibatch.
///
/// `F = (1 / B) sum over b of (C_b J_b)^T (C_b J_b)`, with `J_b = d logits(x_b) / d weights` and `C_b`
/// from the predicted probabilities of sample `b` (`FisherFactor`), or with random combinations of the rows of
/// `C_b` in its place (``Pullbacks``). Activations have the precision of
/// the workers; every product and sum from the Jacobian on is in double.
public struct FisherInformation: Sendable {
  /// `F`, symmetric, a row for each selected weight.
  public let matrix: Matrix
  /// The selected weights, in the order of the rows.
  public let selection: [WeightAddress]
  /// The logits of each sample.
  public let logits: [[Double]]

  /// Computes the Fisher information.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - parameters: its numbers.
  ///   - inputs: row-major images `[batch, channels, height, width]`.
  ///   - settings: the axes.
  ///   - seed: what random combinations are drawn by, where the settings ask for such.
  ///   - compute: the workers; their number does not change a digit.
  /// - Throws: the first failure of a numerical library.
  public init(
    _ network: Network, parameters: Parameters, inputs: [Float], settings: FisherSettings,
    seed: UInt64 = 0, on compute: Compute
  ) throws(BackendError) {
    try self.init(
      network, parameters: parameters, inputs: inputs, settings: settings, seed: seed, forced: nil,
      on: compute)
  }

  /// The same by a given route, and with a bound for what a worker keeps of its images; all routes give the
  /// same matrix up to rounding, and all bounds to the last bit.
  init(
    _ network: Network, parameters: Parameters, inputs: [Float], settings: FisherSettings,
    seed: UInt64 = 0, forced: FisherRoute.Kind?, windowBytes: Int = FisherShare.windowBytes,
    on compute: Compute
  ) throws(BackendError) {
    let request = FisherRequest(settings, batch: inputs.count / network.inputShape.count)
    self = try FisherInformation.all(
      of: [request], network: network, parameters: parameters, inputs: inputs, seed: seed,
      forced: forced,
      windowBytes: windowBytes, on: compute)[0]
  }

  /// The Fisher informations of several settings at the same numbers and images.
  ///
  /// Settings whose Jacobians can be columns of one are walked together; each result is, to the last
  /// bit, what it is alone.
  ///
  /// - Parameters:
  ///   - requests: the settings, each with the number of images that it reads from the first on.
  ///   - network: the network.
  ///   - parameters: its numbers.
  ///   - inputs: row-major images, at least as many as the largest batch.
  ///   - seed: what random combinations are drawn by.
  ///   - compute: the workers; their number does not change a digit.
  /// - Returns: one for each request, in their order.
  /// - Throws: the first failure of a numerical library.
  package static func all(
    of requests: [FisherRequest], network: Network, parameters: Parameters, inputs: [Float],
    seed: UInt64 = 0, on compute: Compute
  ) throws(BackendError) -> [FisherInformation] {
    try all(
      of: requests, network: network, parameters: parameters, inputs: inputs, seed: seed,
      forced: nil, on: compute)
  }

  private static func all(
    of requests: [FisherRequest], network: Network, parameters: Parameters, inputs: [Float],
    seed: UInt64, forced: FisherRoute.Kind?, windowBytes: Int = FisherShare.windowBytes,
    on compute: Compute
  ) throws(BackendError) -> [FisherInformation] {
    let count = network.inputShape.count
    let batch = requests.map(\.batch).max() ?? 0
    precondition(
      requests.allSatisfy { $0.batch > 0 } && batch * count <= inputs.count
        && inputs.count % count == 0,
      "\(inputs.count) numbers are not \(batch) images of \(network.inputShape)")
    var results = [FisherInformation?](repeating: nil, count: requests.count)
    for pass in FisherPass.passes(for: requests, network: network, forced: forced) {
      let informations = try run(
        pass, network: network, parameters: parameters, inputs: inputs, seed: seed,
        windowBytes: windowBytes, on: compute)
      for (member, information) in zip(pass.members, informations) {
        results[member.number] = information
      }
    }
    return results.compactMap(\.self)
  }

  /// The Fisher informations of the members of a pass.
  private static func run(
    _ pass: FisherPass, network: Network, parameters: Parameters, inputs: [Float],
    seed: UInt64, windowBytes: Int, on compute: Compute
  ) throws(BackendError) -> [FisherInformation] {
    let shares = compute.workers.enumerated().map { number, worker in
      FisherShare(
        worker: worker, images: compute.team.share(pass.batch, of: number), pass: pass,
        network: network, parameters: parameters, inputs: inputs, seed: seed,
        windowBytes: windowBytes)
    }
    compute.team.run { shares[$0].bind() }
    if pass.normalization.readsMinibatch {
      for level in 0..<(shares.first?.levels ?? 0) {
        FisherInformation.freeze(level: level, of: shares)
        compute.team.run { shares[$0].forward(level: level) }
        // A share that failed has no moments for the next level.
        if shares.contains(where: { $0.failure != nil }) { break }
      }
    }
    compute.team.run { shares[$0].pullBack() }
    for share in shares {
      if let failure = share.failure { throw failure }
    }

    let logits = shares.flatMap(\.logits)
    return pass.members.map { member in
      let columns = pass.weightings[member.weighting].columns
      // One product over all samples in their order, so that no sum depends on the shares.
      let blocks = shares.flatMap { $0.blocks[member.weighting] }
      let stacked = Matrix.stacked(
        Array(blocks.prefix(member.batch)), columns: columns.count)
      return FisherInformation(
        matrix: stacked.gram().scaled(by: 1 / Double(member.batch)),
        selection: columns.map { pass.plan.selection[$0] },
        logits: Array(logits.prefix(member.batch)))
    }
  }

  private init(matrix: Matrix, selection: [WeightAddress], logits: [[Double]]) {
    self.matrix = matrix
    self.selection = selection
    self.logits = logits
  }

  /// The eigenvalues of the matrix, with the quantiles whose entropy is to be taken.
  ///
  /// Those below the noise of the spectrum are 0: they are rounding, and another processor has others.
  package func spectrum(
    _ quantiles: SpectrumQuantiles = .deciles
  ) throws(BackendError) -> FisherSpectrum {
    try FisherInformation.spectrum(of: matrix, quantiles)
  }

  /// The same for some of the selected weights, by their rows.
  func spectrum(
    of rows: [Int], _ quantiles: SpectrumQuantiles
  ) throws(BackendError) -> FisherSpectrum {
    let values = rows.flatMap { row in rows.map { matrix[row, $0] } }
    return try FisherInformation.spectrum(
      of: Matrix(rows: rows.count, columns: rows.count, values: values), quantiles)
  }

  private static func spectrum(
    of matrix: Matrix, _ quantiles: SpectrumQuantiles
  ) throws(BackendError) -> FisherSpectrum {
    let eigenvalues = try matrix.symmetricEigenvalues()
    let noise = FisherInformation.noise(of: eigenvalues)
    return FisherSpectrum(
      eigenvalues: eigenvalues.map { $0 > noise ? $0 : 0 }, quantiles: quantiles)
  }

  /// How far rounding alone moves an eigenvalue of a Gram matrix of doubles: `n 2^-52 max(eigenvalues)`.
  ///
  /// A symmetric perturbation moves no eigenvalue by more than its norm (Weyl), and both the products of the
  /// Gram matrix and the solver perturb it by a few roundings a row.
  package static func noise(of eigenvalues: [Double]) -> Double {
    Double(eigenvalues.count) * 0x1p-52 * (eigenvalues.max() ?? 0)
  }

  /// Joins the workers' moments in the order of the images and fixes the statistics of a level.
  private static func freeze(level: Int, of shares: [FisherShare]) {
    guard level > 0, let first = shares.first else { return }
    for (position, node) in first.normalizations(level: level).enumerated() {
      var perImage = shares.flatMap { $0.moments[position] }[...]
      guard var joined = perImage.popFirst() else { continue }
      for moments in perImage { joined.add(moments) }
      for share in shares { share.freeze(node, joined) }
    }
  }
}
