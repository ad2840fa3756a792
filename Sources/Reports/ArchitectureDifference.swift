/// In what the texts of two architectures differ.
enum ArchitectureDifference {
  /// The parts that differ, such as `3: skip_connect~0 -> none~0` where it is the third one.
  ///
  /// A part of a text goes to the next mark outside of brackets, or to the end of a bracket.
  static func text(from old: String, to new: String) -> String {
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

  private static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    func isMark(_ character: Character) -> Bool {
      character.isWhitespace || "|+,;:/-".contains(character)
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
