internal import Formats
internal import Foundation

/// A study: rankings that are measured on the tasks of several spaces by one protocol, as a YAML file.
///
/// ```yaml
/// rankings: [layers, vkdnw, rank(vkdnw)*rank(flops)]
/// settings: {batch: 16, images: synthetic}
/// tasks:
///   - {space: nas-bench-201, task: cifar10, sample: 200}
///   - {space: transnas101-micro, task: jigsaw, sample: 200, resolution: 64}
/// ```
///
/// A task and the settings are options of `tfnas evaluate` without their hyphens, so that a row of the study is what
/// that command prints.
public struct StudyFile: Sendable {
  /// A task with the options that belong to it.
  public struct Task: Sendable {
    /// The name of the task in print.
    public let title: String
    /// The options of `tfnas evaluate`, those for all tasks first.
    public let arguments: [String]
    /// Where the task stands in the file.
    public let place: String
  }

  /// The rankings, as `--proxies` takes them.
  public let rankings: [String]
  /// The tasks in the order of the file.
  public let tasks: [Task]

  /// Reads a study.
  ///
  /// - Parameters:
  ///   - text: the file.
  ///   - file: its name for errors.
  /// - Throws: what is wrong, with line and column.
  public init(parsing text: String, file: String) throws(SpaceFileError) {
    do throws(SpaceFault) {
      self = try Self(YAMLNode(parsing: text), file: file)
    } catch {
      throw SpaceFileError(file: file, place: error.place, problem: error.problem)
    }
  }

  private init(_ root: YAMLNode, file: String) throws(SpaceFault) {
    let entries = try root.entries(
      "a study", keys: ["rankings", "settings", "tasks"], required: ["rankings", "tasks"])
    var rankings: [String] = []
    var common: [String] = []
    var tasks: [YAMLNode] = []
    for entry in entries {
      switch entry.key {
      case "rankings":
        for node in try entry.value.list("rankings") { rankings.append(try node.text("a ranking")) }
      case "settings": common = try Self.options(entry.value, "settings")
      default: tasks = try entry.value.list("tasks")
      }
    }
    guard !rankings.isEmpty, !tasks.isEmpty else {
      throw SpaceFault(root.place, "a study has at least one ranking and one task")
    }
    self.rankings = rankings
    var read: [Task] = []
    for node in tasks {
      read.append(
        Task(
          title: try Self.title(of: node), arguments: common + (try Self.options(node, "a task")),
          place: "\(file):\(node.place.line):\(node.place.column)"))
    }
    self.tasks = read
  }

  /// The title that is given, or space and task.
  private static func title(of node: YAMLNode) throws(SpaceFault) -> String {
    var texts: [String: String] = [:]
    for entry in try node.entries("a task") { texts[entry.key] = try entry.value.text(entry.key) }
    if let title = texts["title"] { return title }
    let name = texts["task"] ?? texts["column"] ?? texts["accuracies"]
    return [texts["space"] ?? "nas-bench-201", name].compactMap(\.self).joined(separator: " ")
  }

  private static func options(
    _ node: YAMLNode, _ meaning: String
  ) throws(SpaceFault) -> [String] {
    var options: [String] = []
    for entry in try node.entries(meaning) where entry.key != "title" {
      guard !["proxies", "store", "scores", "format"].contains(entry.key) else {
        throw SpaceFault(entry.place, "'\(entry.key)' is one for the whole study")
      }
      options += ["--\(entry.key)", try entry.value.text(entry.key)]
    }
    return options
  }
}
