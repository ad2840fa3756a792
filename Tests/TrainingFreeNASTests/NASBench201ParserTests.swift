import TestSupport
import Testing

@testable import Spaces

@Suite struct NASBench201ParserTests {
  private static let forms =
    "expected a cell like |none~0|+|none~0|none~1|+|none~0|none~1|none~2|, "
    + "an index from 0 to 15624, a tuple like (2, 2, 2, 2, 2, 2), or a dictionary like "
    + "{\"0_1\": \"conv_3x3\", ...}"
  private static let known =
    "known are none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3"

  // Each text has one fault; the message names the token and the character where it stands.
  private static let faults: [(text: String, message: String)] = [
    ("", "no architecture: the text is empty; \(forms)"),
    (" \n\t", "no architecture: the text is empty; \(forms)"),
    ("resnet50", "'resnet50' at character 1 is no architecture; \(forms)"),
    ("  12x", "'12x' at character 3 is no architecture; \(forms)"),
    ("1 2", "'1 2' at character 1 is no architecture; \(forms)"),
    ("-", "'-' at character 1 is no architecture; \(forms)"),
    ("+5", "'+5' at character 1 is no architecture; \(forms)"),
    ("1\n2", "'1\\n2' at character 1 is no architecture; \(forms)"),
    ("é", "'\\u{00E9}' at character 1 is no architecture; \(forms)"),
    (
      String(repeating: "x", count: 50),
      "'\(String(repeating: "x", count: 40))...' at character 1 is no architecture; \(forms)"
    ),
    ("15625", "index '15625' at character 1 is out of range: 0 to 15624"),
    (" -1", "index '-1' at character 2 is out of range: 0 to 15624"),
    (
      "99999999999999999999",
      "index '99999999999999999999' at character 1 is out of range: 0 to 15624"
    ),
    // Architecture strings.
    (
      "|nor_conv_5x5~0|+|none~0|none~1|+|none~0|none~1|none~2|",
      "unknown operation 'nor_conv_5x5' at character 2; \(known)"
    ),
    (
      "|none~0|+|none~0|None~1|+|none~0|none~1|none~2|",
      "unknown operation 'None' at character 18; \(known)"
    ),
    (
      "é|none~0|",
      "expected '|' at character 1, found '\\u{00E9}'"
    ),
    (
      "|é~0|",
      "unknown operation '\\u{00E9}' at character 2; \(known)"
    ),
    ("|none ~0|", "unknown operation 'none ' at character 2; \(known)"),
    ("||none~0|", "unknown operation '' at character 2; \(known)"),
    (
      "|none~1|+|none~0|none~1|+|none~0|none~1|none~2|",
      "wrong source '1' at character 7: expected 0 for edge 1 of node 1"
    ),
    (
      "|none~0|+|none~0|none~1|+|none~0|none~2|none~1|",
      "wrong source '2' at character 39: expected 1 for edge 2 of node 3"
    ),
    (
      "|none~0|+|none~0|none~|+|none~0|none~1|none~2|",
      "wrong source '' at character 23: expected 1 for edge 2 of node 2"
    ),
    (
      "|none0|+|none~0|none~1|+|none~0|none~1|none~2|",
      "unknown operation 'none0' at character 2; \(known)"
    ),
    (
      "|none|+|none~0|none~1|+|none~0|none~1|none~2|",
      "expected '~' at character 6, found '|'"
    ),
    (
      "none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
      "expected '|' at character 1, found 'none'"
    ),
    (
      "|none~0|+none~0|none~1|+|none~0|none~1|none~2|",
      "expected '|' at character 10, found 'none'"
    ),
    (
      "|none~0+|none~0|none~1|+|none~0|none~1|none~2|",
      "expected '|' at character 8, found '+'"
    ),
    (
      "|none~0|+|none~0|none~1|+|none~0|none~1|none~2",
      "expected '|' at character 47, found the end of the text"
    ),
    (
      "|none~0||none~0|none~1|+|none~0|none~1|none~2|",
      "expected '+' at character 9, found '|'"
    ),
    (
      "|none~0|none~1|+|none~0|none~1|+|none~0|none~1|none~2|",
      "'none~1' at character 9 is one edge too many for node 1, which has 1"
    ),
    (
      "|none~0|+|none~0|+|none~0|none~1|none~2|",
      "node 2 ends at character 18 after 1 of its 2 edges"
    ),
    ("|none~0|+|none~0|", "node 2 ends at character 18 after 1 of its 2 edges"),
    ("|none~0|+|", "node 2 ends at character 11 after 0 of its 2 edges"),
    ("|none~0|+|none~0|none~1|", "the cell ends at character 25 after 2 of its 3 nodes"),
    (
      "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|+|none~0|",
      "'+|none~0|' at character 48 is one node too many for a cell of 3"
    ),
    (
      "|none~0|+|none~0|none~1|+|none~0|none~1|none~2| 7",
      "unexpected ' 7' at character 48 after the architecture"
    ),
    (
      "|none~0|+|none~0|none~1|+|none~0|none~1|none~2||",
      "unexpected '|' at character 48 after the architecture"
    ),
    // Operation tuples.
    ("(2, 2, 5, 2, 2, 2)", "unknown operation code '5' at character 8; codes are 0 to 4"),
    ("2,2,x y ,2,2,2", "unknown operation code 'x y' at character 5; codes are 0 to 4"),
    ("2,,2,2,2,2", "unknown operation code '' at character 3; codes are 0 to 4"),
    ("(02, 2, 2, 2, 2, 2)", "unknown operation code '02' at character 2; codes are 0 to 4"),
    ("(2, 2, 2, 2, 2)", "the tuple ends at character 15 after 5 of its 6 operation codes"),
    ("2,2,2,2,2,", "the tuple ends at character 11 after 5 of its 6 operation codes"),
    ("(", "the tuple ends at character 2 after 0 of its 6 operation codes"),
    ("()", "the tuple ends at character 2 after 0 of its 6 operation codes"),
    ("2,2,2,2,2,2, 3", "'3' at character 14 is one code too many for a tuple of 6"),
    ("2,2,2,2,2,2,", "'' at character 13 is one code too many for a tuple of 6"),
    ("(2, 2, 2, 2, 2, 2", "expected ')' at character 18, found the end of the text"),
    ("2, 2, 2, 2, 2, 2)", "unexpected ')' at character 17 after the architecture"),
    ("(2, 2, 2, 2, 2, 2))", "unexpected ')' at character 19 after the architecture"),
    ("[2, 2, 2, 2, 2, 2)", "unknown operation code '2)' at character 17; codes are 0 to 4"),
    ("[2, 2, 2, 2, 2, 2", "expected ']' at character 18, found the end of the text"),
    ("[]", "the tuple ends at character 2 after 0 of its 6 operation codes"),
    // Dictionaries of NNI.
    ("{}", #"expected '\"' at character 2, found '}'"#),
    ("{'0_1': 'none'}", "the dictionary has 1 of the 6 edges of a cell"),
    ("{'0_1': 'none', '0_1': 'none'}", "edge '0_1' at character 17 is there twice"),
    (
      "{'1_0': 'none'}",
      "unknown edge '1_0' at character 2; edges are 0_1, 0_2, 1_2, 0_3, 1_3, 2_3"
    ),
    ("{\"0_1\": \"conv\"}", "unknown operation 'conv' at character 10; \(known)"),
    ("{'0_1' 'none'}", #"expected ':' at character 8, found '\'none\'}'"#),
    ("{'0_1': 'none", #"expected '\'' at character 14, found the end of the text"#),
  ]

  /// What other programs print of one cell.
  @Test(arguments: [
    "[4, 0, 3, 1, 4, 3]", "(4, 0, 3, 1, 4, 3)", "4,0,3,1,4,3", " [ 4,0 ,3,1,4,3 ] ",
    "{'0_1': 'avg_pool_3x3', '0_2': 'skip_connect', '1_2': 'none', '0_3': 'conv_1x1', "
      + "'1_3': 'avg_pool_3x3', '2_3': 'conv_1x1'}",
    "{\"2_3\":\"nor_conv_1x1\",\"0_1\":\"avg_pool_3x3\",\"0_2\":\"skip_connect\",\"0_3\":\"conv_1x1\","
      + "\"1_2\":\"none\",\"1_3\":\"avg_pool_3x3\"}",
  ])
  func spellingsOfOthers(text: String) throws {
    #expect(
      try NASBench201Architecture(parsing: text).description
        == "|avg_pool_3x3~0|+|skip_connect~0|none~1|+|nor_conv_1x1~0|avg_pool_3x3~1|nor_conv_1x1~2|"
    )
  }

  @Test(arguments: faults) func errorsNameTheTokenAndItsPlace(text: String, message: String) {
    let error = #expect(throws: NASBench201ParsingError.self) {
      try NASBench201Architecture(parsing: text)
    }
    #expect(error?.description == message)
    #expect(NASBench201Architecture(text) == nil)
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func randomBytesAreHandled(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<3_000 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      checkThatParsingIsSound(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func mutatedArchitecturesAreHandled(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("|~+(),[]{}':0123456789_ \n-enoskipé\u{0301}".utf8)
    var parsed = 0
    for _ in 0..<3_000 {
      let architecture = NASBench201Architecture(rank: .random(in: 0..<15_625, using: &generator))
      let forms = [
        architecture.description, String(architecture.benchmarkIndex), architecture.operationTuple,
        "{"
          + zip(NASBench201Architecture.edges, architecture.operations).map {
            "'\($0.source)_\($0.target)': '\($1.rawValue)'"
          }.joined(separator: ", ") + "}",
      ]
      var bytes = Array(forms[.random(in: 0..<4, using: &generator)].utf8)
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        let byte = alphabet[.random(in: 0..<alphabet.count, using: &generator)]
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes.insert(byte, at: place)
        case 1 where place < bytes.count: bytes[place] = byte
        default: bytes.removeSubrange(place..<min(place + 4, bytes.count))
        }
      }
      parsed += checkThatParsingIsSound(String(decoding: bytes, as: UTF8.self)) ? 1 : 0
    }
    // About a quarter is not mutated at all, so the property was put to use.
    #expect(parsed > 500 && parsed < 2_900, "\(parsed) of 3000 parsed")
  }

  /// Whatever parses is printed as something that parses to the same, and whatever does not has
  /// a message of one printable line.
  @discardableResult
  private func checkThatParsingIsSound(_ text: String) -> Bool {
    do {
      let architecture = try NASBench201Architecture(parsing: text)
      #expect(NASBench201Architecture(architecture.description) == architecture)
      return true
    } catch {
      let isPrintable = error.description.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
      #expect(isPrintable && !error.description.isEmpty, "\(text.debugDescription)")
      return false
    }
  }
}
