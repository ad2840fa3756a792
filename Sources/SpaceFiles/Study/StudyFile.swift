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
/// With `choose: {members: [flops, jacov, near], at-most: 4, margin: 0.005}` the products of the members' ranks are
/// compared too. With `points: [{batch: 16}, {batch: 4}]` every task is measured at each of those settings, and quality stands
/// beside time. Tasks, points and settings are options of `tfnas evaluate` without their hyphens, so that a row of the study is
/// what that command prints.
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

  /// Settings at which every task is measured.
  public struct Point: Sendable {
    /// The settings in print.
    public let title: String
    /// Its options of `tfnas evaluate`.
    public let arguments: [String]
    /// Where the point stands in the file.
    public let place: String
  }

  /// The products of ranks that a study chooses from.
  public struct Choice: Sendable {
    /// The rankings whose ranks are multiplied.
    public let members: [String]
    /// Ranks of a product at most.
    public let atMost: Int
    /// How far below the highest mean a product with fewer members may be.
    public let margin: Double
  }

  /// The rankings, as `--proxies` takes them.
  public let rankings: [String]
  /// The tasks in the order of the file.
  public let tasks: [Task]
  /// What is chosen from, `nil` where nothing is.
  public let choice: Choice?
  /// The settings at which every task is measured, none where the tasks bring their own.
  public let points: [Point]

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
      "a study", keys: ["rankings", "settings", "choose", "points", "tasks"],
      required: ["rankings", "tasks"])
    var rankings: [String] = []
    var common: [String] = []
    var choice: Choice?
    var tasks: [YAMLNode] = []
    var points: [Point] = []
    for entry in entries {
      switch entry.key {
      case "rankings":
        for node in try entry.value.list("rankings") { rankings.append(try node.text("a ranking")) }
      case "choose": choice = try Self.choice(entry.value)
      case "settings": common = try Self.options(entry.value, "settings")
      case "points": points = try Self.points(entry.value, file: file)
      default: tasks = try entry.value.list("tasks")
      }
    }
    guard !rankings.isEmpty, !tasks.isEmpty else {
      throw SpaceFault(root.place, "a study has at least one ranking and one task")
    }
    if choice != nil, !points.isEmpty {
      throw SpaceFault(root.place, "'choose' and 'points' are two studies")
    }
    self.rankings = rankings
    self.choice = choice
    self.points = points
    var read: [Task] = []
    for node in tasks {
      read.append(
        Task(
          title: try Self.title(of: node), arguments: common + (try Self.options(node, "a task")),
          place: "\(file):\(node.place.line):\(node.place.column)"))
    }
    self.tasks = read
  }

  private static func choice(_ node: YAMLNode) throws(SpaceFault) -> Choice {
    var members: [String] = []
    var atMost = 4
    var margin = 0.005
    for entry in try node.entries(
      "a choice", keys: ["members", "at-most", "margin"], required: ["members"])
    {
      switch entry.key {
      case "members":
        for node in try entry.value.list("members") { members.append(try node.text("a ranking")) }
      case "at-most": atMost = try entry.value.whole("at-most", in: 1...5)
      default: margin = try entry.value.number("margin", in: 0...1)
      }
    }
    guard (2...24).contains(members.count), Set(members).count == members.count else {
      throw SpaceFault(node.place, "'members' lists 2 to 24 different rankings")
    }
    return Choice(members: members, atMost: atMost, margin: margin)
  }

  /// The points, all of the same networks: what draws them belongs to settings or tasks.
  private static func points(_ node: YAMLNode, file: String) throws(SpaceFault) -> [Point] {
    let drawing = [
      "space", "task", "dataset", "accuracies", "column", "population", "sample", "sample-seed",
    ]
    var points: [Point] = []
    for node in try node.list("points") {
      var (title, parts): (String?, [String]) = (nil, [])
      for entry in try node.entries("a point") {
        guard !drawing.contains(entry.key) else {
          throw SpaceFault(entry.place, "'\(entry.key)' is no setting of a point, but of a task")
        }
        let text = try entry.value.text(entry.key)
        if entry.key == "title" { title = text } else { parts.append("\(entry.key) \(text)") }
      }
      points.append(
        Point(
          title: title ?? parts.joined(separator: ", "), arguments: try options(node, "a point"),
          place: "\(file):\(node.place.line):\(node.place.column)"))
    }
    guard points.count > 1, Set(points.map(\.title)).count == points.count else {
      throw SpaceFault(
        node.place, "'points' lists at least two points, each with other settings or a title")
    }
    return points
  }

  /// The title that is given, or space and task.
  private static func title(of node: YAMLNode) throws(SpaceFault) -> String {
    var texts: [String: String] = [:]
    for entry in try node.entries("a task") { texts[entry.key] = try entry.value.text(entry.key) }
    if let title = texts["title"] { return title }
    let name = texts["task"] ?? texts["dataset"] ?? texts["column"] ?? texts["accuracies"]
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
