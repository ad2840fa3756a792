internal import Derivatives
internal import Networks
internal import Tensors

/// One worker's part of a Fisher information: its images, from input to weighted Jacobian.
final class FisherShare {
  private let worker: Compute.Worker
  private let images: Range<Int>
  private let network: Network
  private let parameters: Parameters
  private let inputs: [Float]
  private let pass: FisherPass
  /// The seed of random combinations.
  private let seed: UInt64
  private var walk: PerSampleWalk?
  private var tangents: TangentWalk?
  /// Where the statistics come from if the walk keeps one image only.
  private var calibration: CalibrationWalk?
  /// Statistics that take the place of those of the minibatch once all of them are known.
  private var updates: [Int: (mean: [Double], variance: [Double])] = [:]
  private let windowBytes: Int
  /// For each normalisation of the next level, the moments of each image.
  private(set) var moments: [[ChannelMoments]] = []
  /// For each weighting of the pass, `C J` of each of its images.
  private(set) var blocks: [[Matrix]]
  private(set) var logits: [[Double]] = []
  private(set) var failure: BackendError?

  init(
    worker: Compute.Worker, images: Range<Int>, pass: FisherPass, network: Network,
    parameters: Parameters, inputs: [Float], seed: UInt64, windowBytes: Int
  ) {
    self.windowBytes = windowBytes
    self.worker = worker
    self.images = images
    self.network = network
    self.parameters = parameters
    self.inputs = inputs
    self.pass = pass
    self.seed = seed
    blocks = [[Matrix]](repeating: [], count: pass.weightings.count)
  }

  private var readsMinibatch: Bool { pass.normalization.readsMinibatch }
  /// Whether the walk keeps every image of the share.
  private var keepsImages: Bool { readsMinibatch && calibration == nil }

  /// What the values of all images of a worker may take; beyond it, images are walked twice, once for
  /// the statistics.
  static let windowBytes = 256 << 20

  /// Remembers the first failure; later steps of this share then do nothing.
  private func attempt(_ body: (PerSampleWalk) throws(BackendError) -> Void) {
    guard failure == nil, let walk else { return }
    do { try body(walk) } catch { failure = error }
  }

  func bind() {
    worker.engine.adopt()
    worker.arena.reset()
    // Statistics of the whole minibatch need all its values; otherwise one image at a time will do.
    let bytes = images.count * PerSampleWalk.bytesPerImage(pass.plan, engine: worker.engine)
    // Images that are walked again with other statistics need not be kept either.
    let isWindowed = pass.normalization == .calibrated && bytes <= windowBytes
    let isForward = pass.route.kind == .tangents
    let walk: PerSampleWalk
    do throws(BackendError) {
      walk = try PerSampleWalk(
        pass.plan, parameters: parameters, rows: isForward ? 1 : pass.route.rows,
        window: isWindowed ? max(images.count, 1) : 1, engine: worker.engine, arena: worker.arena)
    } catch {
      failure = error
      return
    }
    if isForward { tangents = TangentWalk(walk, rows: pass.route.rows) }
    walk.prepare(pass.normalization)
    self.walk = walk
    if isWindowed {
      for (place, image) in images.enumerated() {
        walk.setInput(pixels(of: image), image: place)
      }
    } else if readsMinibatch {
      calibration = CalibrationWalk(walk, images: max(images.count, 1)) { [self] place, input in
        input.write(pixels(of: images.lowerBound + place))
      }
    }
  }

  private func pixels(of image: Int) -> [Float] {
    let count = network.inputShape.count
    return Array(inputs[image * count..<(image + 1) * count])
  }

  // MARK: Calibration

  var levels: Int { walk?.levels ?? 0 }

  func normalizations(level: Int) -> [Int] { walk?.normalizations(level: level) ?? [] }

  /// Fixes statistics of the minibatch.
  func freeze(_ node: Int, _ moments: ChannelMoments) {
    walk?.freeze(node, mean: moments.mean, variance: moments.variance)
    guard pass.normalization == .updated else { return }
    updates[node] = NormalizationMode.updated(
      mean: moments.mean, variance: moments.variance, count: moments.count)
  }

  /// Runs one level for all images and takes the moments that the next level needs.
  func forward(level: Int) {
    worker.engine.adopt()
    attempt { walk throws(BackendError) in
      let read = walk.normalizations(level: level + 1)
      if let calibration {
        // Nobody reads what comes after the last statistics.
        if level + 1 == walk.levels { return moments = [] }
        for place in 0..<images.count { try calibration.forward(level: level, image: place) }
        moments = read.map { node in
          (0..<images.count).map { calibration.moments(of: node, image: $0) }
        }
      } else {
        for place in 0..<images.count { try walk.forward(level: level, image: place) }
        moments = read.map { node in
          (0..<images.count).map { walk.moments(of: node, image: $0) }
        }
      }
    }
  }

  // MARK: Jacobian

  func pullBack() {
    worker.engine.adopt()
    attempt { walk throws(BackendError) in
      for (node, update) in updates {
        walk.freeze(node, mean: update.mean, variance: update.variance)
      }
      if readsMinibatch { walk.foldScales() }
      for (place, image) in images.enumerated() {
        let place = keepsImages ? place : 0
        if !keepsImages {
          walk.setInput(pixels(of: image), image: 0)
          for level in 0..<walk.levels { try walk.forward(level: level, image: 0) }
        }
        let features = walk.features(image: place)
        let logits = walk.head?.outputs(features) ?? features
        try weigh(image, at: place, of: walk, features: features, logits: logits)
        self.logits.append(logits)
      }
    }
    walk = nil
    tangents = nil
    calibration = nil
  }

  /// Appends `C J` of one image for every weighting that reads it.
  private func weigh(
    _ image: Int, at place: Int, of walk: PerSampleWalk, features: [Double], logits: [Double]
  ) throws(BackendError) {
    let reading = pass.weightings.indices.filter { image < pass.weightings[$0].batch }
    var factors: [FisherPass.Covariance: SampleFactor] = [:]
    for covariance in Set(reading.map { pass.weightings[$0].covariance }) {
      let factor = LabelFactor(
        covariance.factor, smoothing: covariance.smoothing, rounding: covariance.rounding,
        logits: logits)
      factors[covariance] =
        pass.route.combinations.map {
          SampleFactor.combined(
            factor.combined(
              by: RowCombinations(count: $0, rows: factor.rows, seed: seed, image: image)))
        } ?? .whole(factor)
    }
    guard let first = reading.first, let directions = factors[pass.weightings[first].covariance]
    else { return }
    let jacobian = try jacobian(directions, walk: walk, image: place)
    // Weightings of the same weights share the product with the head.
    var byClass: [[Int]: Matrix] = [:]
    for number in reading {
      let weighting = pass.weightings[number]
      guard let factor = factors[weighting.covariance] else { continue }
      let columns = weighting.columns
      var result: Matrix
      if pass.route.kind == .factorRows {
        result = jacobian.columns(columns)
      } else {
        let logits = byClass[columns] ?? logitJacobian(jacobian.columns(columns), walk: walk)
        byClass[columns] = logits
        result = factor.times(logits)
      }
      if let head = walk.head { addHead(factor, head, features: features, columns, to: &result) }
      blocks[number].append(result)
    }
  }

  /// The derivatives of all logits, from those of the route's directions.
  private func logitJacobian(_ part: Matrix, walk: PerSampleWalk) -> Matrix {
    switch pass.route.kind {
    // The column of a logit that is left out is zero.
    case .factorRows, .logits: part.padded(rows: network.classes)
    case .features, .tangents: walk.head.map { $0.matrix.times(part) } ?? part
    }
  }

  /// The derivatives of the route's directions by the weights of the pass, at one image.
  ///
  /// - Parameters:
  ///   - factor: the factor of all members, where its rows are the directions.
  ///   - walk: the walk, which was run forward for the image.
  ///   - image: the place of the image in the walk.
  /// - Returns: a row for each direction.
  /// - Throws: the failure of a numerical library.
  private func jacobian(
    _ factor: SampleFactor, walk: PerSampleWalk, image: Int
  ) throws(BackendError) -> Matrix {
    switch pass.route.kind {
    case .factorRows:
      return try pulledBack(
        walk.head.map { factor.times($0.matrix) } ?? factor.matrix, walk: walk, image: image)
    case .logits:
      let directions = walk.head?.matrix ?? Matrix.identity(network.classes)
      return try pulledBack(
        directions.rows(0..<pass.route.directions), walk: walk, image: image)
    case .features, .tangents:
      if let tangents { return try tangents.jacobian(image: image) }
      return try pulledBack(Matrix.identity(pass.route.directions), walk: walk, image: image)
    }
  }

  /// The Jacobian of all directions, a few at a time.
  private func pulledBack(_ directions: Matrix, walk: PerSampleWalk, image: Int)
    throws(BackendError) -> Matrix
  {
    if directions.rows == pass.route.rows { return try walk.pullback(directions, image: image) }
    var blocks: [Matrix] = []
    for start in stride(from: 0, to: directions.rows, by: pass.route.rows) {
      let end = min(start + pass.route.rows, directions.rows)
      // A walk has a fixed number of rows; those that are left over are zero.
      let part = directions.rows(start..<end).padded(rows: pass.route.rows)
      blocks.append(try walk.pullback(part, image: image).rows(0..<end - start))
    }
    return Matrix.stacked(blocks, columns: pass.plan.selection.count)
  }

  /// Derivatives by the head's own weights, which need no walk: `W[o, i]` has `C[r, o] g[i]`, the
  /// bias `C[r, o]`.
  private func addHead(
    _ factor: SampleFactor, _ head: any BoundMatrixOperator, features: [Double],
    _ columns: [Int], to result: inout Matrix
  ) {
    let first = network.nodes[network.output].parameters.lowerBound
    for (column, place) in columns.enumerated() {
      let address = pass.plan.selection[place]
      guard address.parameter >= first else { continue }
      let (output, feature) = head.entry(
        WeightAddress(parameter: address.parameter - first, index: address.index))
      let met = feature.map { features[$0] } ?? 1
      for row in 0..<factor.rows { result[row, column] = factor[row, output] * met }
    }
  }
}
