import Derivatives
import Networks
import Operators
import Tensors
import Testing

/// An example of an operator as a network: the shared suite runs over all of them.
struct OperatorFixture: CustomTestStringConvertible, Sendable {
  /// What stands in front of the operator.
  enum Feed: Sendable, CaseIterable {
    /// The network's input, cut into pieces where there are several: row-major.
    case input
    /// A layer in front of each input, in the engine's layout.
    case layers
    /// A layer in front of the first input alone: two layouts meet.
    case mixed
  }

  var type: any ListedOperator.Type
  var example: OperatorExample
  var op: any Operator { example.op }

  var testDescription: String {
    "\(op) on \(example.inputs.map(\.description).joined(separator: " and "))"
  }

  static let all: [OperatorFixture] = AllOperators.types.flatMap { type in
    type.examples.map { OperatorFixture(type: type, example: $0) }
  }

  /// The modes that differ for this operator.
  var modes: [NormalizationMode] {
    op.derivative.couplesMinibatch ? NormalizationMode.allCases : [.fresh]
  }

  /// The feeds that differ.
  var feeds: [Feed] {
    switch example.inputs.count {
    case 0: [.input]
    case 1: [.input, .layers]
    default: Feed.allCases
    }
  }

  func network(_ feed: Feed) throws -> Network {
    let total = example.inputs.reduce(0) { $0 + $1.count }
    let isAlone = example.inputs.count == 1 && example.domain == .all
    var builder = NetworkBuilder(input: isAlone ? example.inputs[0] : [max(total, 3)])
    var start = 0
    var inputs: [Int] = []
    for (place, shape) in example.inputs.enumerated() {
      var node = 0
      if !isAlone {
        node = try builder.add(
          Slice(axis: 0, from: start, count: shape.count), 0, name: "part\(place)")
        node = try builder.add(Reshape(to: shape.extents), node, name: "shape\(place)")
        start += shape.count
      }
      if feed == .layers || feed == .mixed && place == 0 {
        node = try builder.layer(node, name: "layer\(place)")
      }
      inputs.append(try builder.limited(node, to: example.domain, name: "domain\(place)"))
    }
    try builder.add(op, inputs, name: "op")
    return builder.build()
  }

  func setting(_ feed: Feed, batch: Int = 2) throws -> Setting {
    Setting(try network(feed), seed: 7, batch: batch)
  }

  /// Every network of the example with its numbers.
  var settings: [Setting] { get throws { try feeds.map { try setting($0) } } }
}

extension NetworkBuilder {
  /// A layer that keeps the shape: a 1x1 convolution on maps, a linear one on anything else.
  mutating func layer(_ node: Int, name: String) throws -> Int {
    let shape = shape(of: node)
    guard shape.rank > 0 else {
      let vector = try add(Reshape(to: [1]), node, name: "\(name).vector")
      let linear = try add(Linear(inFeatures: 1, outFeatures: 1), vector, name: name)
      return try add(Reshape(to: []), linear, name: "\(name).scalar")
    }
    guard shape.isMaps else {
      return try add(Linear(inFeatures: shape.last, outFeatures: shape.last), node, name: name)
    }
    return try add(
      Convolution(inChannels: shape.channels, outChannels: shape.channels, kernel: 1), node,
      name: name)
  }

  /// The elements of a node, brought into a domain.
  mutating func limited(_ node: Int, to domain: OperatorExample.Domain, name: String) throws -> Int
  {
    switch domain {
    case .all: return node
    case .bounded: return try add(Tanh(), node, name: "\(name).tanh")
    case .positive:
      let sigmoid = try add(Sigmoid(), node, name: "\(name).sigmoid")
      let least = try add(Constant(0.5), [], name: "\(name).least")
      return try add(Add(), sigmoid, least, name: name)
    }
  }
}
