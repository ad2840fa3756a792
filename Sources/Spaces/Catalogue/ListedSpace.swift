public import Formats
public import Scoring
public import Tensors

/// A search space that every command takes by its name.
///
/// A value of it has sizes, and the value with the usual sizes stands in ``AllSpaces``. What has a default here is a
/// capability: a space that lacks it is refused, in one line, by the commands that need it.
public protocol ListedSpace: SearchSpace {
  /// What the networks are, such as `chains of inverted residuals`.
  var summary: String { get }

  /// Who defined the space, such as `Dong and Yang, ICLR 2020`.
  var citation: String { get }

  /// Classes and resolution of the networks.
  var sizes: SpaceSizes { get set }

  /// The largest resolution that may be asked for; 4,096 where nothing else is said.
  var maximumResolution: Int { get }

  /// Channels, rows and columns of an image; three channels and a square where nothing else is said.
  var inputShape: Shape { get }

  /// Reads an architecture in any notation of the space.
  ///
  /// - Throws: an error whose description is one line that names the token and its place.
  func architecture(parsing text: String) throws -> Architecture

  /// An architecture that has of everything in the space, on which speed is measured.
  var example: Architecture { get }

  /// The number of architectures, `nil` where they are not counted.
  var architectureCount: Int? { get }

  /// Sets of architectures that have names; none where there is but the whole space.
  var populations: [SpacePopulation] { get }

  /// The index of an architecture in its benchmark, `nil` where there is none.
  var indexing: (@Sendable (Architecture) -> Int)? { get }

  /// The cells of an architecture as they are drawn, none where the network is not made of cells.
  func cellGraphs(of architecture: Architecture) -> [CellGraph]

  /// What networks of the space were trained for, the usual task first; none where nothing is on record.
  var tasks: [BenchmarkTask] { get }

  /// What networks cost on devices on which they were measured; none where nothing is on record.
  var deviceCosts: [DeviceCost] { get }

  /// What a network costs on a device.
  ///
  /// It was measured with the usual sizes of the space, whatever those of this value are.
  ///
  /// - Parameters:
  ///   - cost: one of ``deviceCosts``.
  ///   - architecture: the network.
  /// - Returns: the cost in the unit of its quantity, `nil` where it is not on record.
  func value(of cost: DeviceCost, for architecture: Architecture) -> Double?

  /// The networks on record for a task, that of a device included; `nil` for a task of another space.
  func accuracies(on task: BenchmarkTask) -> TaskAccuracies<Architecture>?

  /// The same space with other classes or images, `nil` for what they are.
  func resized(classes: Int?, resolution: Int?) -> Self

  /// The space of the networks of a record.
  ///
  /// - Parameter settings: the settings of the record, of the proxy's too.
  /// - Returns: the space with their sizes.
  func configured(by settings: [String: SettingValue]) -> Self
}

extension ListedSpace {
  /// The classes of the sizes.
  public var commonClasses: Int? { sizes.classes }

  /// 4,096.
  public var maximumResolution: Int { 4096 }

  /// A square of three channels.
  public var inputShape: Shape {
    Shape(channels: 3, height: sizes.resolution, width: sizes.resolution)
  }

  /// Unknown.
  public var architectureCount: Int? { nil }

  /// None.
  public var populations: [SpacePopulation] { [] }

  /// None.
  public var indexing: (@Sendable (Architecture) -> Int)? { nil }

  /// None.
  public func cellGraphs(of architecture: Architecture) -> [CellGraph] { [] }

  /// None.
  public var tasks: [BenchmarkTask] { [] }

  /// None.
  public var deviceCosts: [DeviceCost] { [] }

  /// Nothing.
  public func value(of cost: DeviceCost, for architecture: Architecture) -> Double? { nil }

  /// None.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<Architecture>? { nil }

  /// The same space with the classes and the resolution of the record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    var space = self
    if case .integer(let classes) = settings["classes"] { space.sizes.classes = classes }
    if case .integer(let resolution) = settings["resolution"] {
      space.sizes.resolution = resolution
    }
    return space
  }

  /// The same space with the sizes that are given.
  public func resized(classes: Int?, resolution: Int?) -> Self {
    var space = self
    if let classes { space.sizes.classes = classes }
    if let resolution { space.sizes.resolution = resolution }
    return space
  }

  /// The same space with other sizes.
  public func resized(to sizes: SpaceSizes) -> Self {
    var space = self
    space.sizes = sizes
    return space
  }
}

/// A set of architectures of a space that has a name.
public struct SpacePopulation: Hashable, Sendable {
  /// The name, such as `live`.
  public let name: String
  /// The number of architectures.
  public let count: Int
  /// What they are, such as `every cell`.
  public let meaning: String

  /// Joins the parts.
  public init(name: String, count: Int, meaning: String) {
    self.name = name
    self.count = count
    self.meaning = meaning
  }
}

/// A space of cells that are repeated in stages, whose width and number are free.
public protocol CellSpace: ListedSpace {
  /// Channels of the first stage.
  var width: Int { get set }
  /// Cells of a stage.
  var cells: Int { get set }
}

/// A space that can be searched.
public protocol SearchableSpace: ListedSpace {
  /// The space with its neighbourhoods.
  associatedtype Domain: SearchDomain where Domain.Space == Self

  /// The neighbourhoods of a search for which nothing else is said.
  var domain: Domain { get }
}
