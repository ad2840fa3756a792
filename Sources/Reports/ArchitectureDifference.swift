/// In what the texts of two architectures differ.
enum ArchitectureDifference {
  /// The parts that differ, such as `3: skip_connect~0 -> none~0` where it is the third one, or
  /// `s1.width: 32 -> 48` where parts have names.
  ///
  /// A part of a text goes to the next mark outside of brackets, or to the end of a bracket.
  static func text(from old: String, to new: String) -> String {
    if let (before, after) = named(old, new) {
      let names =
        before.map(\.name)
        + after.map(\.name).filter { name in !before.contains { $0.name == name } }
      let changes = names.compactMap { name -> String? in
        let (gone, made) = (before.first { $0.name == name }, after.first { $0.name == name })
        if gone?.value == made?.value { return nil }
        return "\(name): \(gone?.value ?? "nothing") -> \(made?.value ?? "nothing")"
      }
      return changes.isEmpty ? new : changes.joined(separator: ", ")
    }
    let (before, after) = (parts(of: old), parts(of: new))
    let shared = min(before.count, after.count)
    let start = (0..<shared).first { before[$0] != after[$0] } ?? shared
    let tail =
      (0..<shared - start).first { before[before.count - 1 - $0] != after[after.count - 1 - $0] }
      ?? shared - start
    let (gone, made) = (before[start..<before.count - tail], after[start..<after.count - tail])
    if gone.isEmpty && made.isEmpty { return new }
    func joined(_ parts: ArraySlice<String>) -> String {
      parts.isEmpty ? "nothing" : parts.joined(separator: " ")
    }
    return "\(start + 1): \(joined(gone)) -> \(joined(made))"
  }

  /// The parts of both texts, where all of them are a name and a value with `=` between them.
  private static func named(
    _ old: String, _ new: String
  ) -> ([(name: Substring, value: Substring)], [(name: Substring, value: Substring)])? {
    func items(_ text: String) -> [(name: Substring, value: Substring)]? {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let items = parts.compactMap { part -> (name: Substring, value: Substring)? in
        guard let equals = part.firstIndex(of: "=") else { return nil }
        return (part[..<equals], part[part.index(after: equals)...])
      }
      return items.count == parts.count ? items : nil
    }
    guard let before = items(old), let after = items(new) else { return nil }
    return (before, after)
  }

  private static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    // Where commas separate, a hyphen is inside of a part.
    let marks = text.contains(",") && !text.contains("|") ? "|+,;:/" : "|+,;:/-"
    func isMark(_ character: Character) -> Bool {
      character.isWhitespace || marks.contains(character)
    }
    for character in text {
      if depth == 0, isMark(character) {
        if !part.isEmpty { parts.append(part) }
        part = ""
        continue
      }
      part.append(character)
      if "([{".contains(character) { depth += 1 }
      guard ")]}".contains(character) else { continue }
      depth = max(depth - 1, 0)
      if depth == 0 {
        parts.append(part)
        part = ""
      }
    }
    return part.isEmpty ? parts : parts + [part]
  }
}
