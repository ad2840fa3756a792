/// Names with a value each, a line for each; long values go on in the next line.
struct FactList {
  private var facts: [(name: String, value: String)] = []

  /// Adds a fact.
  mutating func add(_ name: String, _ value: String) { facts.append((name, value)) }

  /// The lines, each with an end of line.
  func text(_ layout: TableLayout) -> String {
    let names = facts.map(\.name.count).max() ?? 0
    return facts.map { name, value in
      let room = layout.width.map { max($0 - names - 2, 20) } ?? .max
      let head = name + String(repeating: " ", count: names - name.count + 2)
      let next = String(repeating: " ", count: names + 2)
      return FittedText.wrapped(value, to: room).enumerated().map { number, line in
        (number == 0 ? head : next) + line + "\n"
      }.joined()
    }.joined()
  }
}
