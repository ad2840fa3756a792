internal import Formats
public import Networks
internal import Tensors

/// A network that was read from a file, with the numbers that the file holds.
public struct ImportedNetwork: Sendable {
  /// An operator of the file with the number of nodes that have it.
  public struct OperatorCount: Hashable, Sendable {
    /// The operator, such as `Conv`.
    public let name: String
    /// The domain of its operator set, empty for that of ONNX itself.
    public let domain: String
    /// Nodes.
    public let count: Int
    /// Whether it is supported wherever it stands.
    public let isSupported: Bool
  }

  /// What somebody should know who reads scores of the network.
  public enum Remark: Hashable, Sendable {
    /// There is no normalisation behind convolutions: an exporter has folded it into them, or the network never had
    /// one.
    case foldedNormalization(convolutions: Int)
    /// Batch normalisations were put behind convolutions.
    case unfolded(normalizations: Int)
    /// The file ends with a softmax, which was left out: scores read what goes into it.
    case softmaxLeftOut
    /// Tensors of the file are those of several layers: each layer has its own here.
    case sharedTensors(count: Int, first: String)

    /// One line.
    public var text: String {
      switch self {
      case .foldedNormalization(let convolutions):
        "there is no normalisation behind \(convolutions) convolutions: if batch normalisations were folded into them, export the network without that (PyTorch: optimize=False, or training=TrainingMode.PRESERVE and do_constant_folding=False), or put fresh ones behind them with --unfold"
      case .unfolded(let count): "put \(count) batch normalisations behind biased convolutions"
      case .softmaxLeftOut: "left out the softmax at the end: scores read logits"
      case .sharedTensors(let count, let first):
        "\(count == 1 ? "the tensor \(first) is" : "\(count) tensors, \(first) first, are") shared by several layers, of which each has its own here"
      }
    }
  }

  /// The path of the file, or what it is called.
  public let file: String
  /// The network.
  public let network: Network
  /// The file's parameters and running statistics.
  public let stored: Parameters
  /// The name of the images in the file.
  public let input: String
  /// The name of the output in the file.
  public let output: String
  /// Whether the file wants its images with their channels last.
  public let isChannelsLast: Bool
  /// The batch that the file is fixed to, `nil` where it is open.
  public let fixedBatch: Int?
  /// The operators of the file, in the order in which they first stand there.
  public let operators: [OperatorCount]
  /// What somebody should know.
  public let remarks: [Remark]
  /// Positions of parameter tensors that are another layer's too: that layer stands in front.
  let repeats: [Int]
  /// The text of the architecture that the network was built from, where the file says so.
  public internal(set) var architecture: String?

  /// What names the network in records, whatever the file is called: its graph, and which layers share tensors.
  public var digest: String {
    if repeats.isEmpty { return network.graphDigest }
    var digest = Digest()
    digest.add(network.graphDigest)
    for place in repeats { digest.add(UInt32(truncatingIfNeeded: place)) }
    return digest.text
  }

  /// The numbers in parameter tensors that are another layer's too.
  public var repeatedParameters: Int { repeats.reduce(0) { $0 + network.parameters[$1].count } }

  /// What the network has and does; a parameter that several layers share in the file counts once.
  ///
  /// - Parameters:
  ///   - batch: the images in a batch, for the memory; at least 1.
  ///   - includesLayers: whether every layer is listed.
  /// - Returns: the counts.
  public func count(batch: Int = 1, includesLayers: Bool = false) -> NetworkCount {
    var count = NetworkCount(network, batch: batch, includesLayers: includesLayers)
    count.parameters -= repeatedParameters
    return count
  }

  /// Whether the output is one vector for each image.
  public var isClassifier: Bool { network.outputShape.rank == 1 }
}
