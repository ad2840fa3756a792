public import Scoring

/// A task that networks of a space were trained for.
public struct BenchmarkTask: Hashable, Sendable {
  /// The name on the command line, such as `cifar10` or `class_scene`.
  public let name: String
  /// The name in print, such as `CIFAR-10`.
  public let title: String
  /// What is on record of a network, such as `accuracy on CIFAR-10`.
  public let measure: String
  /// The classes and the resolution of the networks that are scored for it.
  public let sizes: SpaceSizes

  /// Creates a task.
  ///
  /// - Parameters:
  ///   - name: the name on the command line.
  ///   - title: the name in print, `nil` for the same.
  ///   - measure: what is on record of a network, `nil` for the accuracy.
  ///   - sizes: the sizes of the networks that are scored for it.
  public init(name: String, title: String? = nil, measure: String? = nil, sizes: SpaceSizes) {
    self.name = name
    self.title = title ?? name
    self.measure = measure ?? "accuracy on \(self.title)"
    self.sizes = sizes
  }

  /// Whether a name means this task: case, hyphens, underscores and spaces do not count, so that
  /// `CIFAR-10` is `cifar10`.
  public func isNamed(_ text: String) -> Bool {
    func plain(_ name: String) -> String {
      name.lowercased().filter { !"-_ ".contains($0) }
    }
    let text = plain(text)
    return text == plain(name) || text == plain(title)
  }
}

/// What networks reached on a task: the table of a benchmark, or of a file.
///
/// An accuracy is any number that is better when it is larger. nDCG takes it for percent, so that fractions are
/// stored times a hundred.
public struct TaskAccuracies<Architecture: Hashable & Sendable>: Sendable {
  /// The networks in the order of the table, each once.
  public let architectures: [Architecture]
  /// The accuracies in their order.
  public let accuracies: [Double]
  private let places: [Architecture: Int]

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - architectures: the networks; of those that stand twice the first counts.
  ///   - accuracies: one number for each of them.
  public init(_ architectures: [Architecture], _ accuracies: [Double]) {
    precondition(
      architectures.count == accuracies.count,
      "\(accuracies.count) accuracies of \(architectures.count) networks")
    var places: [Architecture: Int] = [:]
    places.reserveCapacity(architectures.count)
    var kept: [Int] = []
    for (number, architecture) in architectures.enumerated() where places[architecture] == nil {
      places[architecture] = kept.count
      kept.append(number)
    }
    self.architectures = kept.map { architectures[$0] }
    self.accuracies = kept.map { accuracies[$0] }
    self.places = places
  }

  /// The place of a network in the table, `nil` where it is not on record.
  public func place(of architecture: Architecture) -> Int? { places[architecture] }

  /// The accuracy of a network, `nil` where it is not on record.
  public func accuracy(of architecture: Architecture) -> Double? {
    places[architecture].map { accuracies[$0] }
  }

  /// The accuracy of a network as a function, `nil` where it is not on record.
  public var lookup: @Sendable (Architecture) -> Double? { { accuracy(of: $0) } }
}
