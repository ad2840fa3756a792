internal import Formats
public import Scoring
public import Spaces

/// Networks with known accuracies, by the texts of their architectures.
public struct RatedNetworks: Sendable {
  /// Where networks and accuracies come from.
  public struct Origin: Sendable {
    /// The name of the space.
    public let space: String
    /// The name of the task, such as `cifar10`, or of the column of a file.
    public let task: String
    /// The accuracies as a caption names them, such as `accuracy on CIFAR-10`.
    public let title: String
    /// The file of the accuracies, `nil` for those of a benchmark.
    public let file: String?
    /// The population that the networks were drawn from, in NAS-Bench-201.
    public let population: NASBench201Population?
    /// The accuracies of all networks that were drawn from.
    public let all: [Double]

    /// The data set, in NAS-Bench-201.
    public var dataset: BenchmarkDataset? {
      space == NASBench201Space.name && file == nil ? BenchmarkDataset(rawValue: task) : nil
    }

    /// What the networks were drawn from, such as `all 4,096 networks on record`.
    var source: String {
      if let population {
        return "all \(grouped(all.count)) of the population \(population.rawValue)"
      }
      return "all \(counted(all.count, "network")) " + (file.map { "of \($0)" } ?? "on record")
    }
  }

  /// The origin.
  public let origin: Origin
  /// The texts of the architectures.
  public let architectures: [String]
  /// The indices in the benchmark, `nil` in a space without them.
  public let indices: [Int]?
  /// The accuracies, higher being better.
  public let accuracies: [Double]
  /// The places in the table of the accuracies, by which equal networks are ordered.
  let places: [Int]

  /// Looks networks up.
  ///
  /// - Parameters:
  ///   - architectures: the networks, all of them in the table.
  ///   - table: the accuracies.
  ///   - space: the space of the networks.
  ///   - task: the name of the task, or of the column.
  ///   - title: the accuracies as a caption names them.
  ///   - file: the file of the accuracies, `nil` for those of a benchmark.
  ///   - population: the population that the networks were drawn from, in NAS-Bench-201.
  ///   - members: all networks that were drawn from, `nil` for the whole table.
  public init<Space: ListedSpace>(
    _ architectures: [Space.Architecture], of table: TaskAccuracies<Space.Architecture>,
    in space: Space, task: String, title: String, file: String? = nil,
    population: NASBench201Population? = nil, members: [Space.Architecture]? = nil
  ) {
    let places = architectures.compactMap { table.place(of: $0) }
    precondition(places.count == architectures.count, "networks without an accuracy")
    self.places = places
    accuracies = places.map { table.accuracies[$0] }
    self.architectures = architectures.map(\.description)
    indices = space.indexing.map { architectures.map($0) }
    origin = Origin(
      space: space.name, task: task, title: title, file: file, population: population,
      all: members.map { $0.compactMap { table.accuracy(of: $0) } } ?? table.accuracies)
  }

  /// Looks cells of NAS-Bench-201 up.
  ///
  /// - Parameters:
  ///   - cells: the cells.
  ///   - population: the population that they were drawn from.
  ///   - dataset: the data set of the accuracies.
  public init(
    _ cells: [NASBench201Architecture], of population: NASBench201Population,
    on dataset: BenchmarkDataset
  ) {
    self.init(
      cells, of: NASBench201Space.accuracies(on: dataset), in: NASBench201Space(),
      task: dataset.rawValue, title: "accuracy on \(dataset)", population: population,
      members: population.architectures)
  }

  private init(_ networks: RatedNetworks, at numbers: [Int]) {
    origin = networks.origin
    architectures = numbers.map { networks.architectures[$0] }
    indices = networks.indices.map { indices in numbers.map { indices[$0] } }
    accuracies = numbers.map { networks.accuracies[$0] }
    places = numbers.map { networks.places[$0] }
  }

  /// Some of the networks by their numbers.
  public func selecting(_ numbers: [Int]) -> RatedNetworks { RatedNetworks(self, at: numbers) }
}

extension RatedNetworks.Origin {
  /// What a document says of the origin.
  var members: [JSONValue.Member] {
    var members = [JSONValue.Member("space", .text(space)), JSONValue.Member("task", .text(task))]
    if let dataset { members.append(JSONValue.Member("dataset", .text(dataset.rawValue))) }
    if let population { members.append(JSONValue.Member("population", .text(population.rawValue))) }
    if let file { members.append(JSONValue.Member("file", .text(file))) }
    return members
  }
}
