/// A task on which the networks of a benchmark were trained.
public struct BenchmarkTask: Hashable, Sendable {
  /// Its name, such as `cifar10` or `class_scene`.
  public let name: String
  /// What was measured, such as `test accuracy in percent`. More is better.
  public let metric: String
}

/// What a benchmark measured of the networks of a space: one row a network, one column a task.
public struct BenchmarkTable<Architecture: Hashable & Sendable>: Sendable {
  /// The tasks in the order of the columns.
  public let tasks: [BenchmarkTask]
  /// The architectures in the order of the rows; a benchmark may have measured one more than once.
  public let architectures: [Architecture]
  /// The values of each task.
  private let columns: [[Double]]
  /// The first row of each architecture.
  private let rows: [Architecture: Int]

  init(tasks: [BenchmarkTask], architectures: [Architecture], columns: [[Double]]) {
    precondition(
      columns.count == tasks.count && columns.allSatisfy { $0.count == architectures.count },
      "columns of \(columns.map(\.count)) values for \(architectures.count) architectures")
    self.tasks = tasks
    self.architectures = architectures
    self.columns = columns
    rows = Dictionary(zip(architectures, architectures.indices)) { first, _ in first }
  }

  /// All values of a task in the order of the rows.
  ///
  /// - Parameter task: the name of the task.
  /// - Returns: the values, `nil` where the table has no such task.
  public func values(on task: String) -> [Double]? {
    tasks.firstIndex { $0.name == task }.map { columns[$0] }
  }

  /// What was measured of an architecture; the first value where there are several.
  ///
  /// - Parameters:
  ///   - architecture: the architecture.
  ///   - task: the name of the task.
  /// - Returns: the value, `nil` where the table has no such architecture or task.
  public func value(of architecture: Architecture, on task: String) -> Double? {
    guard let row = rows[architecture] else { return nil }
    return values(on: task)?[row]
  }
}
