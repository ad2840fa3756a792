/// An operation of an edge of a DARTS cell; the raw value is its name in genotypes.
public enum DARTSOperation: String, CaseIterable, Sendable {
  /// Zero.
  case none
  /// The maximum of 3x3 windows.
  case maxPool3x3 = "max_pool_3x3"
  /// The mean of 3x3 windows; places outside the image do not count.
  case averagePool3x3 = "avg_pool_3x3"
  /// The identity, or a factorised reduction with stride 2.
  case skipConnect = "skip_connect"
  /// Twice ReLU, depthwise 3x3 convolution, 1x1 convolution, batch normalisation.
  case separableConvolution3x3 = "sep_conv_3x3"
  /// The same with 5x5 windows.
  case separableConvolution5x5 = "sep_conv_5x5"
  /// ReLU, depthwise 3x3 convolution with dilation 2, 1x1 convolution, batch normalisation.
  case dilatedConvolution3x3 = "dil_conv_3x3"
  /// The same with 5x5 windows.
  case dilatedConvolution5x5 = "dil_conv_5x5"

  /// The operations that a cell is searched among; the place is the code of NASLib.
  public static let searched = allCases.filter { $0 != .none }
}

/// An edge of a DARTS cell: an operation on an input of the cell or on an earlier node.
public struct DARTSEdge: Hashable, Sendable {
  /// The operation.
  public var operation: DARTSOperation
  /// 0 for the output of the cell before the last one, 1 for that of the last one, then the nodes.
  public var source: Int

  /// Creates an edge.
  public init(_ operation: DARTSOperation, source: Int) {
    self.operation = operation
    self.source = source
  }
}

/// A genotype of DARTS: a normal and a reduction cell of four nodes with two edges each.
///
/// H. Liu, K. Simonyan and Y. Yang, *DARTS: Differentiable Architecture Search*, ICLR 2019. The space
/// is that of NAS-Bench-301, too (A. Zela et al., ICLR 2022).
public struct DARTSArchitecture: Hashable, Sendable {
  /// The edges of the normal cell; those at places 2j and 2j + 1 lead to node j + 2.
  public let normal: [DARTSEdge]
  /// The edges of the reduction cell.
  public let reduction: [DARTSEdge]

  /// Edges of a cell.
  public static let edges = 8

  /// A genotype, or `nil` where an edge comes from a node that is not before its target.
  public init?(normal: [DARTSEdge], reduction: [DARTSEdge]) {
    for cell in [normal, reduction] {
      guard cell.count == Self.edges,
        cell.enumerated().allSatisfy({ (0..<Self.sources($0)).contains($1.source) })
      else { return nil }
    }
    self.init(unchecked: normal, reduction)
  }

  /// A genotype of edges that come from inputs and earlier nodes.
  init(unchecked normal: [DARTSEdge], _ reduction: [DARTSEdge]) {
    self.normal = normal
    self.reduction = reduction
  }

  /// How many values an edge at a place of the list may come from.
  static func sources(_ place: Int) -> Int { place / 2 + 2 }
}
