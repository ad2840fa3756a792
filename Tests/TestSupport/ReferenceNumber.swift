/// A number of a reference that may be spelled as the text `nan`, `inf` or `-inf`, which JSON has no number for.
package struct ReferenceNumber: Decodable, Sendable {
  package let value: Double

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
    } else {
      let text = try container.decode(String.self)
      guard let number = Double(text), !number.isFinite else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: text)
      }
      value = number
    }
  }
}
