/// The value of an attribute of a node.
indirect enum AttributeValue: Sendable {
  case integer(Int)
  case number(Float)
  case text(String)
  case tensor(StoredTensor)
  case graph(ModelGraph)
  case integers([Int])
  case numbers([Float])
  case texts([String])
  /// An attribute of the function that the node stands in.
  case reference(String)
  /// A kind that nothing here reads.
  case other
}

/// A node of a model: an operator with names for what it reads and gives.
struct ModelNode: Sendable {
  /// The name, or what stands for it in messages.
  var name: String
  var type: String
  /// The domain of the operator, empty for that of ONNX itself.
  var domain: String
  /// The variant of a function.
  var overload: String
  /// The version of the operator set.
  var opset: Int
  /// Names of the values that it reads, empty for one that is left out.
  var inputs: [String]
  /// Names of the values that it gives, empty for one that is left out.
  var outputs: [String]
  var attributes: [String: AttributeValue]
}

/// A value that a graph is given or gives.
struct ModelValue: Sendable {
  var name: String
  var type: ElementType?
  /// The extents, `nil` for one that is open; `nil` for all where even their number is.
  var extents: [Int?]?
}

/// A graph as a file holds it, in plain values.
struct ModelGraph: Sendable {
  var inputs: [ModelValue] = []
  var outputs: [ModelValue] = []
  var nodes: [ModelNode] = []
  var tensors: [StoredTensor] = []
}

/// A function of a model: nodes that stand for an operator.
struct ModelFunction: Sendable {
  /// What a node calls it by.
  struct Key: Hashable, Sendable {
    var domain: String
    var name: String
    var overload: String
  }

  var inputs: [String]
  var outputs: [String]
  var attributes: [String]
  var defaults: [String: AttributeValue]
  var nodes: [ModelNode]
}

/// A model as a file holds it, in plain values.
struct Model: Sendable {
  /// The program that wrote it.
  var producer: String
  /// Versions of operator sets by domain.
  var opsets: [String: Int]
  var graph: ModelGraph
  var functions: [ModelFunction.Key: ModelFunction]
  /// What a file of this library says of itself.
  var metadata: [String: String]
}
