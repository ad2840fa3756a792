extension YAMLNode {
  /// The members of a mapping.
  func entries(_ meaning: String) throws(SpaceFault) -> [Entry] {
    guard case .mapping(let entries) = content else {
      throw SpaceFault(place, "\(meaning) is \(kind); expected a mapping")
    }
    return entries
  }

  /// The members of a mapping with known keys.
  func entries(
    _ meaning: String, keys: [String], required: [String] = []
  ) throws(SpaceFault) -> [Entry] {
    let entries = try entries(meaning)
    for entry in entries where !keys.contains(entry.key) {
      throw SpaceFault.unexpected("key", entry.key, at: entry.place, expected: keys)
    }
    for key in required where !entries.contains(where: { $0.key == key }) {
      throw SpaceFault(place, "\(meaning) has no \(SpaceFault.quoted(key))")
    }
    return entries
  }

  /// The elements of a list.
  func list(_ meaning: String) throws(SpaceFault) -> [YAMLNode] {
    guard case .list(let list) = content else {
      throw SpaceFault(place, "\(meaning) is \(kind); expected a list")
    }
    return list
  }

  /// The text of a scalar.
  func text(_ meaning: String) throws(SpaceFault) -> String {
    guard case .scalar(let text, _) = content, !text.isEmpty else {
      throw SpaceFault(place, "\(meaning) is \(kind); expected a text")
    }
    return text
  }

  /// A name: a small letter, then small letters, digits and hyphens.
  func name(_ meaning: String) throws(SpaceFault) -> String {
    let text = try text(meaning)
    try Self.checkName(text, meaning, at: place)
    return text
  }

  static func checkName(
    _ text: String, _ meaning: String, at place: TextPlace
  ) throws(SpaceFault) {
    let isName =
      text.first.map { ("a"..."z").contains($0) } == true
      && text.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
    guard isName else {
      throw SpaceFault(
        place,
        "\(SpaceFault.quoted(text)) cannot be \(meaning); expected small letters, digits and hyphens, "
          + "a letter first")
    }
  }

  /// `true` or `false`.
  func flag(_ meaning: String) throws(SpaceFault) -> Bool {
    guard case .scalar(let text, isPlain: true) = content, let flag = Bool(text) else {
      throw SpaceFault(place, "\(meaning) is \(kind); expected true or false")
    }
    return flag
  }

  /// A whole number in a range.
  func whole(_ meaning: String, in range: ClosedRange<Int>) throws(SpaceFault) -> Int {
    guard case .scalar(let text, isPlain: true) = content, let number = Int(text),
      range.contains(number)
    else {
      throw SpaceFault(
        place,
        "\(meaning) is \(kind); expected a whole number, \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return number
  }

  /// A number in a range.
  func number(_ meaning: String, in range: ClosedRange<Double>) throws(SpaceFault) -> Double {
    guard case .scalar(let text, isPlain: true) = content, let number = Double(text),
      range.contains(number)
    else {
      throw SpaceFault(
        place,
        "\(meaning) is \(kind); expected a number, \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The value of a scalar: a number, true or false, or a word.
  func value() throws(SpaceFault) -> ChoiceValue {
    guard case .scalar(let text, let isPlain) = content, !text.isEmpty else {
      throw SpaceFault(place, "a value is \(kind); expected a number, a word, true or false")
    }
    guard isPlain else { return .word(text) }
    return ChoiceValue(text)
  }
}
