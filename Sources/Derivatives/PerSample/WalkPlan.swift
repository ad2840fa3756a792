package import Networks
internal import Tensors

/// The steps of a forward and a reverse walk through a network with fixed normalisation.
///
/// The plan is made from the graph and the selected weights alone; it holds no numbers and no
/// memory. Slots are places for values: value slots hold one image each, cotangent slots hold a row for
/// every pulled-back direction.
package struct WalkPlan: Sendable {
  /// A place for values of one shape.
  struct Slot: Hashable, Sendable {
    /// The shape of one image.
    var shape: Shape
    /// The order of the elements.
    var layout: Layout
    /// Whether one place serves all images, since what is written is read within the same level.
    var isShared = false

    init(_ node: Node, isShared: Bool = false) {
      shape = node.shape
      layout = node.layout
      self.isShared = isShared
    }
  }

  /// Computes the value of a node.
  struct ForwardStep: Sendable {
    var node: Int
    var inputs: [Int]
    var output: Int
    /// How many normalisations lie on the longest way from the input: steps of one level can run
    /// once the statistics of the levels before are known.
    var level: Int
    /// What weights meet in the step's inputs.
    var captures: [Capture]
  }

  /// What a weight meets, kept for the walk of derivatives.
  struct Capture: Hashable, Sendable {
    var plane: Int
    var capture: WeightCapture
  }

  /// One step of a walk of derivatives; slots hold a row for each direction.
  enum DerivativeStep: Sendable {
    /// Maps the cotangent of a node's output to those of its inputs; an input without a slot is not wanted.
    case pull(node: Int, from: Int, to: [Int?])
    /// Maps the tangents of a node's inputs to that of its output; an input without a slot has a tangent
    /// of zero.
    case push(node: Int, from: [Int?], to: Int)
    /// Sums derivatives; `gate` is a value slot whose positive places let the gated ones through.
    case combine(plain: [Int], gated: [Int], gate: Int?, to: Int)
    /// Reads the derivatives of some weights off a region of a cotangent.
    case read(from: Int, region: WeightRule.Region, readouts: [Readout])
    /// Sets a tangent to zero.
    case clear(slot: Int)
    /// Adds the tangent that one weight starts to a region of one row.
    case seed(slot: Int, row: Int, region: WeightRule.Region, readout: Readout)

    /// The slots that the step touches.
    var slots: [Int] {
      switch self {
      case .pull(_, let from, let to): [from] + to.compactMap { $0 }
      case .push(_, let from, let to): from.compactMap { $0 } + [to]
      case .combine(let plain, let gated, _, let to): plain + gated + [to]
      case .read(let from, _, _): [from]
      case .clear(let slot), .seed(let slot, _, _, _): [slot]
      }
    }

    /// The same step on other slots.
    func mapping(_ place: (Int) -> Int) -> DerivativeStep {
      switch self {
      case .pull(let node, let from, let to):
        .pull(node: node, from: place(from), to: to.map { $0.map(place) })
      case .push(let node, let from, let to):
        .push(node: node, from: from.map { $0.map(place) }, to: place(to))
      case .combine(let plain, let gated, let gate, let to):
        .combine(plain: plain.map(place), gated: gated.map(place), gate: gate, to: place(to))
      case .read(let from, let region, let readouts):
        .read(from: place(from), region: region, readouts: readouts)
      case .clear(let slot): .clear(slot: place(slot))
      case .seed(let slot, let row, let region, let readout):
        .seed(slot: place(slot), row: row, region: region, readout: readout)
      }
    }
  }

  /// How the derivative by one selected weight follows from the region of a cotangent that it touches.
  struct Readout: Sendable {
    /// The position of the weight in the selection.
    var column: Int
    /// The node that owns the weight.
    var node: Int
    /// The weight among the parameters of its node.
    var weight: WeightAddress
    /// The plane of what the weight meets, `nil` for ones.
    var plane: Int?
    /// The channel scale behind the node that its derivative includes, with the channel.
    var fold: Fold?
  }

  /// A channel of a scale that the node in front of it has taken over.
  struct Fold: Sendable {
    var node: Int
    var channel: Int
  }

  let graph: ReducedNetwork
  package let selection: [WeightAddress]
  /// The matrix that ends the network, if one does.
  package let head: Int?
  /// The node whose value is the input of the head, or the output.
  package let features: Int
  let forward: [ForwardStep]
  let levels: Int
  /// Where each level begins among the forward steps, and where the last one ends.
  let levelBounds: [Int]
  let valueSlots: [Slot]
  /// The value slot of each node that has one.
  let valueSlot: [Int: Int]
  /// The planes of what weights meet.
  let planes: [TensorShape]
  let backward: [DerivativeStep]
  let cotangentSlots: [Slot]
  /// The cotangent slot where the walk starts, `nil` where no selected weight is upstream.
  let start: Int?
  /// The forward steps of one level; none beyond the last.
  func steps(level: Int) -> ArraySlice<ForwardStep> {
    level < levels ? forward[levelBounds[level]..<levelBounds[level + 1]] : []
  }

  /// Elements of the features.
  package var featureCount: Int { graph.network.nodes[features].shape.count }
}
