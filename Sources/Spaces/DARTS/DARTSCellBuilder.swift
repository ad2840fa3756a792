internal import Networks
internal import Operators
internal import Tensors

/// Adds a cell of DARTS to a network.
struct DARTSCellBuilder {
  /// The network that grows.
  var builder: NetworkBuilder
  /// Channels of each node.
  let width: Int
  /// What edges from the inputs of the cell step by.
  let stride: Int
  /// What names begin with.
  let name: String

  /// Adds the cell and returns its output.
  ///
  /// - Parameters:
  ///   - edges: two for each of the four nodes.
  ///   - beforeLast: the output of the cell before the last one.
  ///   - last: the output of the last one.
  ///   - followsReduction: whether the last cell was a reduction, so that the one before it has larger maps.
  /// - Returns: the output of the cell.
  /// - Throws: `NetworkError` where shapes do not fit.
  mutating func add(
    _ edges: [DARTSEdge], beforeLast: Int, last: Int, followsReduction: Bool
  ) throws(NetworkError) -> Int {
    let first =
      followsReduction
      ? try reduction(of: beforeLast, name: "\(name).preprocess0")
      : try unit(of: beforeLast, name: "\(name).preprocess0")
    var values = [first, try unit(of: last, name: "\(name).preprocess1")]
    var read: [Int] = []
    for (place, edge) in edges.enumerated() {
      read.append(
        try add(
          edge.operation, reading: values[edge.source], stride: edge.source < 2 ? stride : 1,
          name: "\(name)._ops.\(place)"))
      if read.count == 2 {
        values.append(try builder.add(Sum(), read, name: "\(name).node\(values.count)"))
        read = []
      }
    }
    return try builder.add(Concatenate(), Array(values[2...]), name: name)
  }

  private mutating func unit(of input: Int, name: String) throws(NetworkError) -> Int {
    try builder.addPreactivatedUnit(
      Convolution(
        inChannels: builder.shape(of: input).channels, outChannels: width, kernel: 1),
      reading: input, name: "\(name).op")
  }

  private mutating func reduction(of input: Int, name: String) throws(NetworkError) -> Int {
    try builder.addFactorizedReduction(
      reading: input, from: builder.shape(of: input).channels, to: width, stride: 2, name: name,
      parts: ("conv_1", "conv_2", "bn"))
  }

  private mutating func add(
    _ operation: DARTSOperation, reading input: Int, stride: Int, name: String
  ) throws(NetworkError) -> Int {
    let windows = PoolingGeometry(kernel: 3, stride: stride, padding: 1)
    switch operation {
    case .none:
      return try builder.add(Zero(), try thinned(input, stride: stride, name: name), name: name)
    case .maxPool3x3: return try builder.add(MaxPool(windows), input, name: name)
    case .averagePool3x3: return try builder.add(AveragePool(windows), input, name: name)
    case .skipConnect: return stride == 1 ? input : try reduction(of: input, name: name)
    case .separableConvolution3x3, .separableConvolution5x5:
      let kernel = operation == .separableConvolution3x3 ? 3 : 5
      let half = try separated(
        input, kernel: kernel, stride: stride, dilation: 1, name: "\(name).op", first: 0)
      return try separated(
        half, kernel: kernel, stride: 1, dilation: 1, name: "\(name).op", first: 4)
    case .dilatedConvolution3x3, .dilatedConvolution5x5:
      return try separated(
        input, kernel: operation == .dilatedConvolution3x3 ? 3 : 5, stride: stride, dilation: 2,
        name: "\(name).op", first: 0)
    }
  }

  /// ReLU, depthwise convolution, 1x1 convolution, batch normalisation.
  private mutating func separated(
    _ input: Int, kernel: Int, stride: Int, dilation: Int, name: String, first: Int
  ) throws(NetworkError) -> Int {
    let active = try builder.add(ReLU(), input, name: "\(name).\(first)")
    let filtered = try builder.add(
      Convolution(
        inChannels: width, outChannels: width, kernel: kernel, stride: stride,
        dilation: dilation, groups: width), active, name: "\(name).\(first + 1)")
    return try builder.addNormalized(
      Convolution(inChannels: width, outChannels: width, kernel: 1), reading: filtered,
      name: name, first: first + 2)
  }

  /// Every other row and column where the stride is 2.
  private mutating func thinned(
    _ input: Int, stride: Int, name: String
  ) throws(NetworkError) -> Int {
    guard stride > 1 else { return input }
    var node = input
    for axis in [1, 2] {
      let side = builder.shape(of: node)[axis]
      node = try builder.add(
        Slice(axis: axis, from: 0, count: (side + stride - 1) / stride, step: stride), node,
        name: "\(name).thinned\(axis)")
    }
    return node
  }
}
