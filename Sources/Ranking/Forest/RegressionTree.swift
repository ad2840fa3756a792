/// A binary tree of questions to the features of a network, with a prediction in each leaf.
///
/// A network whose feature is at most the threshold of a node goes left, otherwise right.
public struct RegressionTree: Hashable, Sendable {
  /// A question or a leaf.
  struct Node: Hashable, Sendable {
    /// The feature that is compared, -1 in a leaf.
    let feature: Int32
    /// The number of the right child; the left child is the next node.
    var right: Int32 = 0
    /// The threshold, or the prediction of a leaf.
    let value: Double

    /// A question.
    init(feature: Int, threshold: Double) {
      self.feature = Int32(feature)
      value = threshold
    }

    /// A leaf.
    init(leaf prediction: Double) {
      feature = -1
      value = prediction
    }
  }

  /// The nodes in preorder: a question, all of its left side, all of its right side.
  let nodes: [Node]

  /// A tree of nodes whose right children are known.
  init(nodes: [Node]) {
    self.nodes = nodes
  }

  /// A tree from its nodes in preorder.
  ///
  /// - Parameters:
  ///   - features: for each node the feature that is compared, -1 for a leaf.
  ///   - values: for each node the threshold, or the prediction of a leaf.
  ///   - featureCount: the number of features.
  /// - Throws: the first node at which it is no tree.
  public init(
    preorder features: [Int], values: [Double], featureCount: Int
  ) throws(RegressionTreeError) {
    guard features.count == values.count else {
      throw .differentCounts(features: features.count, values: values.count)
    }
    guard features.count <= Int(Int32.max) else { throw .tooMany(features.count) }
    var nodes: [Node] = []
    nodes.reserveCapacity(features.count)
    // The questions whose right side is still to come.
    var open: [Int] = []
    for (number, feature) in features.enumerated() {
      if number > 0, nodes[number - 1].feature < 0 {
        guard let parent = open.popLast() else { throw .trailing(node: number) }
        nodes[parent].right = Int32(number)
      }
      guard values[number].isFinite else { throw .notFinite(node: number) }
      switch feature {
      case -1: nodes.append(Node(leaf: values[number]))
      case 0..<featureCount:
        open.append(number)
        nodes.append(Node(feature: feature, threshold: values[number]))
      default: throw .unknownFeature(feature, node: number)
      }
    }
    guard let last = nodes.last, last.feature < 0, open.isEmpty else { throw .truncated }
    self.nodes = nodes
  }

  /// For each node in preorder the feature that is compared, -1 for a leaf.
  public var preorderFeatures: [Int] { nodes.map { Int($0.feature) } }
  /// For each node in preorder the threshold, or the prediction of a leaf.
  public var preorderValues: [Double] { nodes.map(\.value) }
  /// The largest magnitude of a prediction.
  var largestLeaf: Double {
    nodes.reduce(0) { $1.feature < 0 ? max($0, $1.value.magnitude) : $0 }
  }
  /// The number of leaves.
  public var leafCount: Int { nodes.count { $0.feature < 0 } }

  /// The prediction for a network.
  ///
  /// - Parameter row: its features.
  /// - Returns: the prediction of the leaf that it comes to.
  public func prediction(for row: [Double]) -> Double { Self.prediction(nodes.span, row.span, 0) }

  /// The prediction for features that begin at a place.
  @inline(__always)
  static func prediction(_ nodes: Span<Node>, _ values: Span<Double>, _ first: Int) -> Double {
    var number = 0
    while nodes[number].feature >= 0 {
      let node = nodes[number]
      number = values[first + Int(node.feature)] <= node.value ? number + 1 : Int(node.right)
    }
    return nodes[number].value
  }
}

/// Why numbers are no tree; nodes count from 0 in preorder.
public enum RegressionTreeError: Error, Hashable, Sendable {
  /// There are not as many values as features.
  case differentCounts(features: Int, values: Int)
  /// There are more nodes than 2^31 - 1.
  case tooMany(Int)
  /// A node compares a feature that there is not.
  case unknownFeature(Int, node: Int)
  /// A threshold or a prediction is infinite or NaN.
  case notFinite(node: Int)
  /// A question lacks a side.
  case truncated
  /// There are nodes behind the last leaf.
  case trailing(node: Int)
}

extension RegressionTreeError: CustomStringConvertible {
  /// One line that names the node.
  public var description: String {
    switch self {
    case .differentCounts(let features, let values): "\(features) nodes with \(values) values"
    case .tooMany(let nodes): "\(nodes) nodes, more than 2^31 - 1"
    case .unknownFeature(let feature, let node):
      "node \(node) compares feature \(feature), which there is not"
    case .notFinite(let node): "the value of node \(node) is not finite"
    case .truncated: "it ends before its last leaf"
    case .trailing(let node): "node \(node) follows the last leaf"
    }
  }
}
