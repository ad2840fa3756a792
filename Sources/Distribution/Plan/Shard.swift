/// One of several equal parts of a run: `3/16` has every sixteenth network, from the third on.
package struct Shard: Codable, Hashable, Sendable, CustomStringConvertible {
  /// Which part, from 1 on.
  package let number: Int
  /// How many parts there are.
  package let count: Int

  /// The most parts that a run may have.
  package static let limit = 1_000_000

  /// A part of a run; `nil` where there is none of that number.
  package init?(number: Int, count: Int) {
    guard (1...Self.limit).contains(count), (1...count).contains(number) else { return nil }
    self.number = number
    self.count = count
  }

  /// Reads two whole numbers with a slash between them; `nil` for any other text.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let number = Int(parts[0]), let count = Int(parts[1])
    else { return nil }
    self.init(number: number, count: count)
  }

  /// As it is read.
  package var description: String { "\(number)/\(count)" }

  /// Whether the part has the network at a position of the run, counted from 0 on.
  package func contains(_ position: Int) -> Bool { position % count == number - 1 }

  /// The elements of a list that the part has.
  package func part<Element>(of elements: [Element]) -> [Element] {
    stride(from: number - 1, to: elements.count, by: count).map { elements[$0] }
  }
}
