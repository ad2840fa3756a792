/// Names that somebody may have meant.
package enum Suggestion {
  /// The known name that is nearest to a mistyped one, `nil` where none is near.
  ///
  /// Near means that a third of the longer name's characters at most are inserted, deleted, replaced or
  /// exchanged with their neighbour, or that the known name begins with the mistyped one.
  package static func nearest(to text: String, among names: [String]) -> String? {
    let text = text.lowercased()
    guard !text.isEmpty else { return nil }
    let ranked = names.map { name in (name: name, distance: distance(text, name.lowercased())) }
    let near = ranked.filter { name, distance in
      distance <= max(1, max(text.count, name.count) / 3)
    }
    if let best = near.min(by: { $0.distance < $1.distance }) { return best.name }
    return text.count > 2 ? names.first { $0.lowercased().hasPrefix(text) } : nil
  }

  /// The question after a message, empty where no name is near.
  package static func text(for text: String, among names: [String]) -> String {
    nearest(to: text, among: names).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The insertions, deletions, replacements and exchanges of neighbours between two texts.
  package static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
    // Rows of the table of all beginnings: two before the one that is filled.
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, beforeLast[j - 1] + 1)
        }
        row.append(least)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
