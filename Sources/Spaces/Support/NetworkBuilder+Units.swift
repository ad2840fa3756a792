internal import Networks
internal import Operators
internal import Tensors

/// What cells and blocks of several benchmarks are made of.
extension NetworkBuilder {
  /// Convolution and batch normalisation, with two numbers from `first` on behind the name.
  mutating func addNormalized(
    _ convolution: Convolution, reading input: Int, name: String, first: Int = 0,
    epsilon: Double = 1e-5
  ) throws(NetworkError) -> Int {
    let convolved = try add(convolution, input, name: "\(name).\(first)")
    return try add(
      BatchNormalization(channels: convolution.outChannels, epsilon: epsilon), convolved,
      name: "\(name).\(first + 1)")
  }

  /// Convolution, batch normalisation, ReLU, with three numbers from `first` on behind the name.
  mutating func addConvolutionUnit(
    _ convolution: Convolution, reading input: Int, name: String, first: Int = 0
  ) throws(NetworkError) -> Int {
    let normalized = try addNormalized(convolution, reading: input, name: name, first: first)
    return try add(ReLU(), normalized, name: "\(name).\(first + 2)")
  }

  /// ReLU, convolution, batch normalisation, with 0, 1 and 2 behind the name.
  mutating func addPreactivatedUnit(
    _ convolution: Convolution, reading input: Int, name: String
  ) throws(NetworkError) -> Int {
    let active = try add(ReLU(), input, name: "\(name).0")
    return try addNormalized(convolution, reading: active, name: name, first: 1)
  }

  /// The factorised reduction of DARTS: two 1x1 convolutions side by side with a stride, the second one
  /// of the image moved by one row and one column, and one batch normalisation.
  ///
  /// H. Liu, K. Simonyan and Y. Yang, *DARTS: Differentiable Architecture Search*, ICLR 2019. At
  /// an odd side the place that the second convolution would read behind the image is zero.
  mutating func addFactorizedReduction(
    reading input: Int, from inChannels: Int, to outChannels: Int, stride: Int, name: String,
    parts: (first: String, second: String, normalization: String)
  ) throws(NetworkError) -> Int {
    let half = outChannels / 2
    let active = try add(ReLU(), input, name: "\(name).relu")
    let first = try add(
      Convolution(inChannels: inChannels, outChannels: half, kernel: 1, stride: stride), active,
      name: "\(name).\(parts.first)")
    // The image without its first row and column, and zeros behind it where a window would lack a place.
    var moved = active
    for axis in [1, 2] {
      let side = shape(of: moved)[axis]
      moved = try add(
        Slice(axis: axis, from: 1, count: side - 1), moved, name: "\(name).moved\(axis)")
    }
    func window(_ side: Int) -> WindowSide {
      WindowSide(kernel: 1, stride: stride, after: (side - 1) % stride == 0 ? 1 : 0)
    }
    let maps = shape(of: active)
    let second = try add(
      Convolution(
        inChannels: inChannels, outChannels: outChannels - half, rows: window(maps.height),
        columns: window(maps.width)), moved, name: "\(name).\(parts.second)")
    let both = try add(Concatenate(), first, second, name: "\(name).concat")
    return try add(
      BatchNormalization(channels: outChannels), both, name: "\(name).\(parts.normalization)")
  }

  /// The mean of each channel, and a linear layer.
  mutating func addClassifier(
    reading input: Int, classes: Int, name: String
  ) throws(NetworkError) {
    let channels = shape(of: input).channels
    let means = try add(GlobalAveragePool(), input, name: "global_pooling")
    try add(Linear(inFeatures: channels, outFeatures: classes), means, name: name)
  }
}
