/// The order of the items in each layer, in which few edges cross.
struct LayerOrder {
  /// The items of each layer from left to right.
  private(set) var layers: [[Int]]
  /// The items in the layer before that lead to each item.
  private let before: [[Int]]
  /// The items in the next layer that each item leads to.
  private let behind: [[Int]]
  /// The place of each item in its layer.
  private var places: [Int]

  /// Sweeps down and up until crossings become no fewer.
  ///
  /// - Parameter plan: the items and the links between them.
  init(_ plan: LayerPlan) {
    var before = [[Int]](repeating: [], count: plan.items.count)
    var behind = before
    for link in plan.links {
      before[link.target].append(link.source)
      behind[link.source].append(link.target)
    }
    self.before = before
    self.behind = behind
    layers = [[Int]](repeating: [], count: plan.count)
    places = [Int](repeating: 0, count: plan.items.count)
    for (number, item) in plan.items.enumerated() {
      places[number] = layers[item.layer].count
      layers[item.layer].append(number)
    }
    var best = layers
    var fewest = crossings
    for round in 0..<Self.sweeps where fewest > 0 {
      if round % 2 == 0 {
        for layer in layers.indices.dropFirst() { sort(layer, by: before) }
      } else {
        for layer in layers.indices.dropLast().reversed() { sort(layer, by: behind) }
      }
      let found = crossings
      if found < fewest { (best, fewest) = (layers, found) }
    }
    layers = best
  }

  private static let sweeps = 16

  /// Puts the items of a layer into the order of the means of their neighbours' places.
  private mutating func sort(_ layer: Int, by neighbours: [[Int]]) {
    let keyed = layers[layer].map { item -> (item: Int, mean: Double) in
      let near = neighbours[item]
      guard !near.isEmpty else { return (item, Double(places[item])) }
      return (item, Double(near.reduce(0) { $0 + places[$1] }) / Double(near.count))
    }
    layers[layer] = keyed.sorted { ($0.mean, places[$0.item]) < ($1.mean, places[$1.item]) }
      .map(\.item)
    for (place, item) in layers[layer].enumerated() { places[item] = place }
  }

  /// The crossings of links.
  private var crossings: Int {
    layers.indices.dropLast().reduce(0) { $0 + crossings(behind: $1) }
  }

  /// The crossings of links between a layer and the next: pairs in another order below than above.
  private func crossings(behind layer: Int) -> Int {
    let ends = layers[layer].flatMap { item in behind[item].map { places[$0] }.sorted() }
    // A tree of partial sums (P. M. Fenwick, 1994) counts the ends so far by their place.
    var tree = [Int](repeating: 0, count: layers[layer + 1].count + 1)
    var crossings = 0
    for (seen, end) in ends.enumerated() {
      var (place, notBehind) = (end + 1, 0)
      while place > 0 {
        notBehind += tree[place]
        place -= place & -place
      }
      crossings += seen - notBehind
      place = end + 1
      while place < tree.count {
        tree[place] += 1
        place += place & -place
      }
    }
    return crossings
  }
}
