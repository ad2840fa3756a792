internal import Networks
internal import Tensors

/// One worker's part of a Fisher information: its images, from input to weighted Jacobian.
final class FisherShare {
  private let worker: Compute.Worker
  private let images: Range<Int>
  private let network: Network
  private let parameters: Parameters
  private let inputs: [Float]
  private let plan: WalkPlan
  private let settings: FisherSettings
  private let route: FisherRoute
  private var walk: FrozenWalk?
  private var tangents: TangentWalk?
  /// For each normalisation of the next level, the moments of each image.
  private(set) var moments: [[[Double]]] = []
  /// `C J` of each image.
  private(set) var blocks: [Matrix] = []
  private(set) var logits: [[Double]] = []
  private(set) var failure: BackendError?

  init(
    worker: Compute.Worker, images: Range<Int>, plan: WalkPlan, network: Network,
    parameters: Parameters, inputs: [Float], settings: FisherSettings, route: FisherRoute
  ) {
    self.worker = worker
    self.images = images
    self.network = network
    self.parameters = parameters
    self.inputs = inputs
    self.plan = plan
    self.settings = settings
    self.route = route
  }

  private var isCalibrated: Bool { settings.normalization == .calibrated }

  /// Remembers the first failure; later steps of this share then do nothing.
  private func attempt(_ body: (FrozenWalk) throws(BackendError) -> Void) {
    guard failure == nil, let walk else { return }
    do { try body(walk) } catch { failure = error }
  }

  func bind() {
    worker.engine.adopt()
    worker.arena.reset()
    // Statistics of the whole minibatch need all its values; otherwise one image at a time will do.
    let isForward = route.kind == .tangents
    let walk = FrozenWalk(
      plan, parameters: parameters, rows: isForward ? 1 : route.rows,
      window: isCalibrated ? max(images.count, 1) : 1, engine: worker.engine, arena: worker.arena)
    if isForward { tangents = TangentWalk(walk, rows: route.rows) }
    if settings.normalization == .identity { walk.passNormalizations() }
    self.walk = walk
    if isCalibrated {
      for (place, image) in images.enumerated() { setInput(image, place: place, of: walk) }
    }
  }

  private func setInput(_ image: Int, place: Int, of walk: FrozenWalk) {
    let count = network.inputShape.imageCount
    walk.setInput(Array(inputs[image * count..<(image + 1) * count]), image: place)
  }

  // MARK: Calibration

  var levels: Int { walk?.levels ?? 0 }

  func normalizations(level: Int) -> [Int] { walk?.normalizations(level: level) ?? [] }

  func inputShape(of node: Int) -> TensorShape? {
    network.nodes[network.nodes[node].inputs[0]].shape
  }

  func freeze(_ node: Int, mean: [Double], variance: [Double]) {
    walk?.freeze(node, mean: mean, variance: variance)
  }

  /// Runs one level for all images and takes the moments that the next level needs.
  func forward(level: Int) {
    worker.engine.adopt()
    attempt { walk throws(BackendError) in
      for place in 0..<images.count { try walk.forward(level: level, image: place) }
      moments = walk.normalizations(level: level + 1).map { node in
        (0..<images.count).map { walk.moments(of: node, image: $0) }
      }
    }
  }

  // MARK: Jacobian

  func pullBack() {
    worker.engine.adopt()
    attempt { walk throws(BackendError) in
      if isCalibrated { walk.foldNormalizations() }
      blocks.reserveCapacity(images.count)
      for (place, image) in images.enumerated() {
        let place = isCalibrated ? place : 0
        if !isCalibrated {
          setInput(image, place: 0, of: walk)
          for level in 0..<walk.levels { try walk.forward(level: level, image: 0) }
        }
        let features = walk.features(image: place)
        let logits = walk.head?.outputs(features) ?? features
        let factor = LabelFactor(
          settings.factor, smoothing: settings.smoothing, logits: logits
        ).matrix
        blocks.append(
          try weightedJacobian(factor, walk: walk, features: features, image: place))
        self.logits.append(logits)
      }
    }
    walk = nil
    tangents = nil
  }

  /// `C J` of one image.
  private func weightedJacobian(
    _ factor: Matrix, walk: FrozenWalk, features: [Double], image: Int
  ) throws(BackendError) -> Matrix {
    let head = walk.head?.matrix
    var result: Matrix
    switch route.kind {
    case .factorRows:
      result = try pulledBack(
        head.map { factor.times($0) } ?? factor, walk: walk, image: image)
    case .logits:
      var directions = head ?? Matrix.identity(factor.columns)
      directions = directions.rows(0..<route.directions)
      let jacobian = try pulledBack(directions, walk: walk, image: image)
      result = factor.columns(0..<route.directions).times(jacobian)
    case .features, .tangents:
      let jacobian: Matrix
      if let tangents {
        jacobian = try tangents.jacobian(image: image)
      } else {
        jacobian = try pulledBack(Matrix.identity(route.directions), walk: walk, image: image)
      }
      result = (head.map { factor.times($0) } ?? factor).times(jacobian)
    }
    if walk.head != nil { addHead(factor, features: features, to: &result) }
    return result
  }

  /// The Jacobian of all directions, a few at a time.
  private func pulledBack(_ directions: Matrix, walk: FrozenWalk, image: Int)
    throws(BackendError) -> Matrix
  {
    if directions.rows == route.rows { return try walk.pullback(directions, image: image) }
    var blocks: [Matrix] = []
    for start in stride(from: 0, to: directions.rows, by: route.rows) {
      let end = min(start + route.rows, directions.rows)
      // A walk has a fixed number of rows; those that are left over are zero.
      let part = directions.rows(start..<end).padded(rows: route.rows)
      blocks.append(try walk.pullback(part, image: image).rows(0..<end - start))
    }
    return Matrix.stacked(blocks, columns: plan.selection.count)
  }

  /// Derivatives by the head's own weights, which need no walk: `W[o, i]` has `C[r, o] g[i]`, the
  /// bias `C[r, o]`.
  private func addHead(_ factor: Matrix, features: [Double], to result: inout Matrix) {
    let first = network.nodes[network.output].parameters.lowerBound
    for (column, address) in plan.selection.enumerated() where address.parameter >= first {
      for row in 0..<factor.rows {
        if network.parameters[address.parameter].role == .denseBias {
          result[row, column] = factor[row, address.index]
        } else {
          let output = address.index / features.count
          result[row, column] =
            factor[row, output] * features[address.index % features.count]
        }
      }
    }
  }
}
