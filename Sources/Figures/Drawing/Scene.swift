/// A drawing: marks on paper, in the order in which they are laid.
public struct Scene: Hashable, Sendable {
  /// From left to right.
  public let width: Double
  /// From top to bottom.
  public let height: Double
  /// What it shows, for those who do not see it.
  public let title: String
  /// The same in words, for those who do not see it; empty where the title and the texts say it.
  public let description: String
  /// What is drawn.
  public var marks: [Mark]

  /// Creates a drawing.
  public init(
    width: Double, height: Double, title: String, description: String = "", marks: [Mark] = []
  ) {
    self.width = width
    self.height = height
    self.title = title
    self.description = description
    self.marks = marks
  }

  /// The paper.
  public var bounds: Rectangle { Rectangle(x: 0, y: 0, width: width, height: height) }

  /// The lines of text.
  public var labels: [Label] {
    marks.compactMap { if case .label(let label) = $0 { label } else { nil } }
  }

  /// Drawings side by side, in as many rows as it takes.
  ///
  /// - Parameters:
  ///   - panels: the drawings; at least one.
  ///   - columns: how many stand side by side.
  ///   - title: what they show together.
  /// - Returns: one drawing.
  public static func grid(_ panels: [Scene], columns: Int, title: String) -> Scene {
    precondition(!panels.isEmpty && columns > 0, "\(panels.count) panels in \(columns) columns")
    let columns = min(columns, panels.count)
    let width = panels.map(\.width).max() ?? 0
    var (marks, top): ([Mark], Double) = ([], 0)
    for start in stride(from: 0, to: panels.count, by: columns) {
      let row = panels[start..<min(start + columns, panels.count)]
      for (column, panel) in row.enumerated() {
        let offset = Point(Double(column) * width, top)
        marks += panel.marks.map { $0.moved(by: offset) }
      }
      top += row.map(\.height).max() ?? 0
    }
    return Scene(
      width: Double(columns) * width, height: top, title: title,
      description: panels.map(\.description).filter { !$0.isEmpty }.joined(separator: "\n"),
      marks: marks)
  }
}

/// Drawings that belong together under one caption.
public struct Figure: Hashable, Sendable {
  /// A short name of lower-case letters, digits and hyphens.
  public let name: String
  /// What it shows.
  public let title: String
  /// How to read it.
  public let caption: String
  /// The drawings; at least one.
  public let panels: [Scene]
  /// How many stand side by side where there is room.
  public let columns: Int

  /// Creates a figure.
  public init(
    name: String, title: String, caption: String, panels: [Scene], columns: Int = 2
  ) {
    precondition(!panels.isEmpty && columns > 0, "\(panels.count) panels in \(columns) columns")
    self.name = name
    self.title = title
    self.caption = caption
    self.panels = panels
    self.columns = columns
  }

  /// All panels as one drawing.
  public var scene: Scene { .grid(panels, columns: columns, title: title) }
}
