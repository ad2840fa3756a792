/// Where the middles of items lie in their layers, so that edges are straight where they can be.
struct LayerPlaces {
  /// The middle of each item.
  private(set) var middles: [Double]

  /// The room between items.
  static let gap = 18.0

  private let plan: LayerPlan
  private let layers: [[Int]]
  /// The links that end and that begin at each item.
  private let incoming: [[LayerPlan.Link]]
  private let outgoing: [[LayerPlan.Link]]

  /// Places the items of a plan in an order.
  init(_ plan: LayerPlan, _ order: LayerOrder) {
    self.plan = plan
    layers = order.layers
    var incoming = [[LayerPlan.Link]](repeating: [], count: plan.items.count)
    var outgoing = incoming
    for link in plan.links {
      incoming[link.target].append(link)
      outgoing[link.source].append(link)
    }
    self.incoming = incoming
    self.outgoing = outgoing
    middles = [Double](repeating: 0, count: plan.items.count)
    for layer in layers {
      place(layer, wanted: [Double](repeating: 0, count: layer.count), weights: nil)
    }
    for _ in 0..<Self.rounds {
      for layer in layers.dropFirst() { move(layer, above: true, below: false) }
      for layer in layers.dropLast().reversed() { move(layer, above: false, below: true) }
    }
    for _ in 0..<2 { for layer in layers { move(layer, above: true, below: true) } }
  }

  private static let rounds = 12

  /// Moves the items of a layer to where their links are shortest.
  private mutating func move(_ layer: [Int], above: Bool, below: Bool) {
    var (wanted, weights): ([Double], [Double]) = ([], [])
    for item in layer {
      var (sum, weight) = (0.0, 0.0)
      if above {
        for link in incoming[item] {
          sum += link.weight * (middles[link.source] + link.leaving - link.entering)
          weight += link.weight
        }
      }
      if below {
        for link in outgoing[item] {
          sum += link.weight * (middles[link.target] + link.entering - link.leaving)
          weight += link.weight
        }
      }
      wanted.append(weight > 0 ? sum / weight : middles[item])
      // What has no neighbours gives way.
      weights.append(weight > 0 ? weight : 0.01)
    }
    place(layer, wanted: wanted, weights: weights)
  }

  private mutating func place(_ layer: [Int], wanted: [Double], weights: [Double]?) {
    let distances = zip(layer, layer.dropFirst()).map { left, right in
      (plan.items[left].breadth + plan.items[right].breadth) / 2 + Self.gap
    }
    let places = Self.separated(
      wanted, weights: weights ?? [Double](repeating: 1, count: layer.count), distances: distances)
    for (item, place) in zip(layer, places) { middles[item] = place }
  }

  /// Places as near as can be to wanted ones: they minimise `sum of w (x - wanted)²` where each is at least
  /// a distance behind the one before.
  ///
  /// Less the distances so far, it is an isotonic regression: neighbours in the wrong order are pooled (R. E.
  /// Barlow et al., *Statistical Inference under Order Restrictions*, 1972).
  ///
  /// - Parameters:
  ///   - wanted: the wanted places.
  ///   - weights: their weights, positive.
  ///   - distances: from each to the next.
  /// - Returns: the places.
  static func separated(
    _ wanted: [Double], weights: [Double], distances: [Double]
  ) -> [Double] {
    var offsets = [0.0]
    for distance in distances { offsets.append((offsets.last ?? 0) + distance) }
    var pools: [(mean: Double, weight: Double, count: Int)] = []
    for (place, value) in wanted.enumerated() {
      var pool = (mean: value - offsets[place], weight: weights[place], count: 1)
      while let last = pools.last, last.mean > pool.mean {
        let weight = last.weight + pool.weight
        pool = (
          (last.mean * last.weight + pool.mean * pool.weight) / weight, weight,
          last.count + pool.count
        )
        pools.removeLast()
      }
      pools.append(pool)
    }
    let means = pools.flatMap { [Double](repeating: $0.mean, count: $0.count) }
    return zip(means, offsets).map { $0 + $1 }
  }
}
