import Figures
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads XML and keeps the names of elements and their attributes.
final class XMLReader: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var text = ""
  private var failure: (any Error)?

  /// Reads a document to its end.
  init(_ document: String) throws {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    let isWellFormed = parser.parse()
    if let error = failure ?? parser.parserError { throw error }
    try #require(isWellFormed)
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { failure = error }
}

/// What every drawing must be: well-formed, of finite numbers, with all of its text on the paper.
func check(_ scene: Scene, sourceLocation: SourceLocation = #_sourceLocation) throws {
  for document in [scene.svg, scene.inlineSVG] {
    let reader = try XMLReader(document)
    #expect(reader.elements.first?.name == "svg", sourceLocation: sourceLocation)
    for attribute in reader.elements.flatMap(\.attributes.values) {
      let lower = attribute.lowercased()
      #expect(
        !lower.contains("nan") && !lower.contains("inf"), "\(attribute)",
        sourceLocation: sourceLocation)
    }
  }
  for label in scene.labels {
    #expect(
      scene.bounds.contains(label.bounds), "'\(label.text)' at \(label.bounds) leaves the paper",
      sourceLocation: sourceLocation)
  }
  #expect(scene.svg == scene.svg, sourceLocation: sourceLocation)
}

/// Numbers that a chart may meet, the same in every run.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  /// A number from 0 to 1.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 0x1p53
  }

  mutating func list(_ count: Int) -> [Double] { (0..<count).map { _ in next() } }
}
