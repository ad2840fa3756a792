internal import Derivatives
internal import Networks
package import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The effective rank of each of some outputs, cut to a square matrix.
///
/// A row is a place: rows run over images, columns of the map and rows of the map, in this order with the
/// last fastest, and there are as many as channels, from the first; fewer where the minibatch ends before.
/// A vector is a row of its image.
package struct EffectiveRanks: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint
  /// Positions of nodes.
  package let nodes: [Int]

  /// The ranks of some nodes at a point of a candidate.
  package init(of nodes: [Int], _ candidate: Candidate, at point: CandidatePoint) {
    self.nodes = nodes
    self.point = candidate.resolved(point)
  }

  /// The rank of each node, `nil` where a feature is not finite, 0 where all vanish.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Double?] {
    let linearization = try candidate.linearization(at: point)
    let network = linearization.network
    let isVanishing = VanishingNodes.flags(
      of: linearization, parameters: candidate.parameters(point.initializer))
    var ranks: [Int: Double?] = [:]
    let groups = NodeGroups.groups(nodes) { node in
      let channels = network.nodes[node].shape.channels
      return channels * channels * MemoryLayout<Double>.size
    }
    for group in groups {
      let squares = try Self.squares(group, of: linearization)
      let parts = group.map { _ in Part() }
      candidate.compute.team.run(
        costs: squares.map { Double($0.columns * $0.columns * $0.rows) }
      ) { place in
        do throws(BackendError) {
          let isZero = isVanishing[group[place]]
          parts[place].rank = .success(isZero ? 0 : try Self.effectiveRank(of: squares[place]))
        } catch { parts[place].rank = .failure(error) }
      }
      for (node, part) in zip(group, parts) { ranks[node] = try part.rank.get() }
    }
    return nodes.map { ranks[$0] ?? nil }
  }

  private final class Part {
    var rank = Result<Double?, BackendError>.success(nil)
  }

  /// `exp(- sum p ln p)`, p the singular values over their sum: 0 for zeros, `nil` for what is not finite.
  package static func effectiveRank(of matrix: Matrix) throws(BackendError) -> Double? {
    guard matrix.values.allSatisfy(\.isFinite) else { return nil }
    let singular = try matrix.singularValues()
    let sum = singular.reduce(0, +)
    guard sum > 0 else { return 0 }
    return exp(
      singular.reduce(0) { result, value in
        value > 0 ? result - value / sum * log(value / sum) : result
      })
  }

  /// The first places of each node as a matrix of as many rows as columns, or fewer.
  private static func squares(
    _ nodes: [Int], of linearization: Linearization
  ) throws(BackendError) -> [Matrix] {
    let shapes = nodes.map { linearization.network.nodes[$0].shape }
    // Nodes that need the same images are read together.
    let images = shapes.map { min(linearization.batch, ($0.channels + $0.area - 1) / $0.area) }
    var result = shapes.map { Matrix(rows: 0, columns: $0.channels) }
    for count in Set(images).sorted() {
      let places = images.indices.filter { images[$0] == count }
      let parts = (0..<linearization.chunks).map { _ in Values() }
      try linearization.read(places.map { nodes[$0] }, images: count) { chunk, values in
        parts[chunk].lists = values.map { value in
          value.images(0..<min(value.shape.batch, count)).values()
        }
      }
      for (number, place) in places.enumerated() {
        let values = parts.flatMap { $0.lists.isEmpty ? [] : $0.lists[number] }
        result[place] = square(values, shape: shapes[place], images: count)
      }
    }
    return result
  }

  private final class Values {
    var lists: [[Double]] = []
  }

  private static func square(_ values: [Double], shape: Shape, images: Int) -> Matrix {
    let (channels, area) = (shape.channels, shape.area)
    let rows = min(channels, images * area)
    var square: [Double] = []
    square.reserveCapacity(rows * channels)
    for row in 0..<rows {
      let (image, place) = (row / area, row % area)
      let (column, line) = (place / shape.height, place % shape.height)
      let start = image * shape.count + line * shape.width + column
      for channel in 0..<channels { square.append(values[start + channel * area]) }
    }
    return Matrix(rows: rows, columns: channels, values: square)
  }
}
