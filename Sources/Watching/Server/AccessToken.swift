/// What a browser has to know to be answered: other users of the machine reach its ports too.
package struct AccessToken: Sendable {
  /// 32 hexadecimal digits.
  package let text: String

  /// Makes a token of 128 bits from the generator of the operating system.
  package init() {
    var generator = SystemRandomNumberGenerator()
    text = (0..<32).map { _ in
      String(UInt8.random(in: 0..<16, using: &generator), radix: 16)
    }.joined()
  }

  /// Takes a token that is known.
  package init(text: String) { self.text = text }

  /// Whether a text is the token, in a time that says nothing of where they differ.
  package func matches(_ other: some StringProtocol) -> Bool {
    let (own, given) = (Array(text.utf8), Array(other.utf8.prefix(text.utf8.count + 1)))
    var difference = UInt8(own.count == given.count ? 0 : 1)
    for position in own.indices {
      difference |= own[position] ^ (position < given.count ? given[position] : 0)
    }
    return difference == 0
  }
}
