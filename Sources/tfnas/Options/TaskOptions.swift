internal import ArgumentParser
internal import Formats
internal import Scoring
internal import Spaces

/// The task whose accuracies are on record.
struct TaskOptions: ParsableArguments {
  @Option(
    name: [.customLong("task"), .customLong("dataset")],
    help: """
      The task of the accuracies, such as a data set, or a cost such as pixel3-latency, of which less is better; \
      classes and resolution follow from it. \
      (default: the space's first, as tfnas spaces lists them)
      """, completion: .list(Self.known))
  var name: String?

  /// The names of all tasks of all spaces.
  private static var known: [String] {
    var seen: Set<String> = []
    return AllSpaces.all.flatMap { tasks(of: $0).map(\.name) }.filter { seen.insert($0).inserted }
  }

  /// What networks of a space were trained for, and what they cost on devices.
  private static func tasks(of space: any ListedSpace) -> [BenchmarkTask] {
    space.tasks + space.deviceCosts.map(\.task)
  }

  /// The task that is asked for, or the usual one; `nil` where the space has none and none is asked for.
  ///
  /// - Throws: a usage error that lists the tasks that the space has.
  func task(in space: any ListedSpace) throws -> BenchmarkTask? {
    guard let name else { return space.tasks.first }
    let tasks = Self.tasks(of: space)
    if let task = tasks.first(where: { $0.isNamed(name) }) { return task }
    let known = tasks.map { "'\($0.name)'" }
    let list = PrintableText.list(known)
    throw ValidationError(
      known.isEmpty
        ? "--task \(name): \(space.name) has no accuracies on record"
        : "--task \(name): the tasks of \(space.name) are \(list)."
          + (Suggestion.nearest(to: name, among: tasks.map(\.name)).map {
            " Did you mean '\($0)'?"
          } ?? ""))
  }
}
