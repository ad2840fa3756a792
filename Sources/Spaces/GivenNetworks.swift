public import Formats
public import Networks
public import Scoring

/// Networks that somebody brings, such as those of model files: each is a point of its own.
///
/// What names a network is the digest of its graph, so that records hold whatever its file is called, and
/// wherever it lies.
public struct GivenNetworks: SearchSpace {
  /// The name of one network.
  public struct Architecture: Hashable, Sendable, LosslessStringConvertible {
    /// The digest of the graph, and behind a colon that of the numbers where these are the network's own.
    public let description: String

    /// The name of a network by its digests.
    public init(graph: String, numbers: String? = nil) {
      description = numbers.map { "\(graph):\($0)" } ?? graph
    }

    /// Reads a name: sixteen hexadecimal digits, or twice as many with a colon between them.
    public init?(_ text: String) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let isDigest = { (part: Substring) in
        part.utf8.count == 16 && part.allSatisfy { $0.isHexDigit && !$0.isUppercase }
      }
      guard (1...2).contains(parts.count), parts.allSatisfy(isDigest) else { return nil }
      description = text
    }
  }

  /// One network.
  public struct Member: Sendable {
    /// Its name in records.
    public var architecture: Architecture
    /// The network.
    public var network: Network
    /// The numbers that it came with, `nil` to draw them from the seed.
    public var parameters: Parameters?
    /// How many numbers stand in tensors that several layers share, each time but the first.
    public var repeatedParameters: Int
    /// What its numbers and images are drawn by, where it was written from an architecture of another
    /// space; `nil` for its own name.
    public var drawnAs: String?

    /// Creates a member.
    public init(
      architecture: Architecture, network: Network, parameters: Parameters? = nil,
      repeatedParameters: Int = 0, drawnAs: String? = nil
    ) {
      self.architecture = architecture
      self.network = network
      self.parameters = parameters
      self.repeatedParameters = repeatedParameters
      self.drawnAs = drawnAs
    }
  }

  /// `onnx`: what records call the space of networks from files.
  public static let name = "onnx"

  private let members: [Architecture: Member]

  /// A set of networks; of those with one name the first counts.
  public init(_ members: [Member]) {
    self.members = Dictionary(members.map { ($0.architecture, $0) }) { first, _ in first }
  }

  /// None: what a network is, its name says.
  public var settings: [String: SettingValue] { [:] }

  /// The number of classes where all networks have the same.
  public var commonClasses: Int? {
    let classes = Set(members.values.map(\.network.classes))
    return classes.count == 1 ? classes.first : nil
  }

  /// The network with a name.
  ///
  /// - Throws: `NetworkError` where no network of the set has it.
  public func network(for architecture: Architecture) throws(NetworkError) -> Network {
    guard let member = members[architecture] else {
      throw NetworkError(
        node: architecture.description, problem: "no network that was given has this digest")
    }
    return member.network
  }

  /// The costs that the graph shows; a parameter that several layers share counts once.
  ///
  /// - Throws: `NetworkError` where no network of the set has the name.
  public func costs(of architecture: Architecture) throws(NetworkError) -> SpaceCosts {
    var costs = SpaceCosts(try network(for: architecture))
    costs.parameters -= members[architecture]?.repeatedParameters ?? 0
    return costs
  }

  /// The numbers that a network came with.
  public func parameters(of architecture: Architecture) -> Parameters? {
    members[architecture]?.parameters
  }

  /// What the numbers of a network are drawn by.
  public func drawingText(of architecture: Architecture) -> String {
    members[architecture]?.drawnAs ?? architecture.description
  }
}
