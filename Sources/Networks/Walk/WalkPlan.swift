internal import Tensors

/// The steps of a forward and a reverse walk through a network with frozen normalisation.
///
/// The plan is made from the graph and the selected weights alone; it holds no numbers and no
/// memory. Slots are places for feature maps: value slots hold one image each, cotangent slots hold
/// a row for every pulled-back direction.
package struct WalkPlan: Sendable {
  /// A place for feature maps of one shape.
  struct Slot: Hashable, Sendable {
    /// The shape of one image.
    var shape: TensorShape
    /// Whether the layout is plain: the network's input, and vectors.
    var isPlain: Bool
    /// Whether one place serves all images, since what is written is read within the same level.
    var isShared = false
  }

  /// Computes the value of a node.
  struct ForwardStep: Sendable {
    var node: Int
    var inputs: [Int]
    var output: Int
    /// How many normalisations lie on the longest way from the input: steps of one level can run
    /// once the statistics of the levels before are known.
    var level: Int
    /// Planes to keep from the value of the step's first input.
    var captures: [Capture]
  }

  /// A channel of a value that a weight's derivative needs, kept for the reverse walk.
  struct Capture: Hashable, Sendable {
    var plane: Int
    var channel: Int
    /// For a convolution's weight, the tap: the plane is what this tap reads.
    var tap: Tap?
  }

  struct Tap: Hashable, Sendable {
    var stride: Int
    var row: Int
    var column: Int
  }

  /// One step of a walk of derivatives; slots hold a row for each direction.
  enum DerivativeStep: Sendable {
    /// Maps the cotangent of a node's output to that of its input.
    case pull(node: Int, from: Int, to: Int)
    /// Maps the tangent of a node's input to that of its output.
    case push(node: Int, from: Int, to: Int)
    /// Maps the cotangent of a node's output to that of one of its inputs, at the values of an image.
    case pullAt(node: Int, place: Int, from: Int, to: Int)
    /// Maps the tangents of a node's inputs to that of its output, at the values of an image; an input
    /// without a slot has a tangent of zero.
    case pushAt(node: Int, from: [Int?], to: Int)
    /// Sums derivatives; `gate` is a value slot whose positive places let the gated ones through.
    case combine(plain: [Int], gated: [Int], gate: Int?, to: Int)
    /// Reads the derivatives of some weights off one channel of a cotangent.
    case read(from: Int, channel: Int, readouts: [Readout])
    /// Sets a tangent to zero.
    case clear(slot: Int)
    /// Adds the tangent that one weight starts to a channel of one row.
    case seed(slot: Int, row: Int, channel: Int, rule: Rule)

    /// The slots that the step touches.
    var slots: [Int] {
      switch self {
      case .pull(_, let from, let to), .push(_, let from, let to): [from, to]
      case .pullAt(_, _, let from, let to): [from, to]
      case .pushAt(_, let from, let to): from.compactMap { $0 } + [to]
      case .combine(let plain, let gated, _, let to): plain + gated + [to]
      case .read(let from, _, _): [from]
      case .clear(let slot), .seed(let slot, _, _, _): [slot]
      }
    }

    /// The same step on other slots.
    func mapping(_ place: (Int) -> Int) -> DerivativeStep {
      switch self {
      case .pull(let node, let from, let to):
        .pull(node: node, from: place(from), to: place(to))
      case .push(let node, let from, let to):
        .push(node: node, from: place(from), to: place(to))
      case .pullAt(let node, let input, let from, let to):
        .pullAt(node: node, place: input, from: place(from), to: place(to))
      case .pushAt(let node, let from, let to):
        .pushAt(node: node, from: from.map { $0.map(place) }, to: place(to))
      case .combine(let plain, let gated, let gate, let to):
        .combine(plain: plain.map(place), gated: gated.map(place), gate: gate, to: place(to))
      case .read(let from, let channel, let readouts):
        .read(from: place(from), channel: channel, readouts: readouts)
      case .clear(let slot): .clear(slot: place(slot))
      case .seed(let slot, let row, let channel, let rule):
        .seed(slot: place(slot), row: row, channel: channel, rule: rule)
      }
    }
  }

  /// How the derivative by one selected weight follows from a channel of a cotangent.
  struct Readout: Sendable {
    /// The position of the weight in the selection.
    var column: Int
    var rule: Rule
  }

  enum Rule: Sendable {
    /// A shift: the sum of the cotangent.
    case shift
    /// A scale of `normalization`: the product with the normalised input, whose plane is kept.
    case scale(normalization: Int, plane: Int)
    /// A weight: the product with the plane that its tap reads, times the frozen scale of the
    /// normalisation behind, if any.
    case weight(normalization: Int?, plane: Int)
  }

  let graph: ReducedGraph
  package let selection: [WeightAddress]
  /// The linear layer that ends the network, if one does.
  let head: Int?
  /// The node whose value is the input of the head, or the output.
  let features: Int
  let forward: [ForwardStep]
  let levels: Int
  /// Where each level begins among the forward steps, and where the last one ends.
  let levelBounds: [Int]
  let valueSlots: [Slot]
  /// The value slot of each node that has one.
  let valueSlot: [Int: Int]
  let planes: [TensorShape]
  let backward: [DerivativeStep]
  let cotangentSlots: [Slot]
  /// The cotangent slot where the walk starts, `nil` where no selected weight is upstream.
  let start: Int?
  /// The forward steps of one level; none beyond the last.
  func steps(level: Int) -> ArraySlice<ForwardStep> {
    level < levels ? forward[levelBounds[level]..<levelBounds[level + 1]] : []
  }

  /// Nodes whose cotangents are pulled back by a linear map, in order: the cost of a reverse walk.
  var pulled: [Int] {
    backward.compactMap { if case .pull(let node, _, _) = $0 { node } else { nil } }
  }
}
