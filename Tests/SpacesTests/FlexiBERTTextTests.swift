import Scoring
import TestSupport
import Testing

@testable import Spaces

/// Texts and neighbours of architectures of FlexiBERT.
@Suite struct FlexiBERTTextTests {
  private let text = "256,LT-DFT-4-1024-3,SA-WMA-2-1024-1,DSC-9-4-512-3,DSC-5-2-512-1"

  @Test func notations() throws {
    for other in [
      text, " \(text)\n", text.replacing(",", with: ", "),
      #"256,[["LT","DFT",4,1024,3],["SA","WMA",2,1024,1],["DSC",9,4,512,3],["DSC",5,2,512,1]]"#,
      "256, [['LT', 'DFT', 4, 1024, 3], ['SA', 'WMA', 2, 1024, 1], ['DSC', 9, 4, 512, 3], "
        + "[ 'DSC', '5', 2, 512, 1 ] ]",
    ] {
      let architecture = try FlexiBERTArchitecture(parsing: other)
      #expect(architecture.description == text)
      #expect(FlexiBERTArchitecture(other) == architecture)
    }
    for operation in FlexiBERTOperation.allCases {
      let text = "128,\(operation.rawValue)-2-512-1,\(operation.rawValue)-4-1024-3"
      let architecture = try FlexiBERTArchitecture(parsing: text)
      #expect(architecture.layers.allSatisfy { $0.operation == operation })
      #expect(architecture.description == text)
    }
    #expect(FlexiBERTArchitecture.count == 10_621_440)
  }

  @Test(arguments: [
    ("", "expected the width of tokens, 128 or 256, at character 1, found the end of the text"),
    ("64,", "expected the width of tokens, 128 or 256, at character 1, found '64'"),
    ("1280,", "expected the width of tokens, 128 or 256, at character 1, found '1280'"),
    ("128", "expected ',' at character 4, found the end of the text"),
    (
      "128,LX-DFT-2-512-1",
      "expected the kind of layer 1, SA, LT or DSC, at character 5, found 'LX-DFT-2-512-1'"
    ),
    (
      "128,LT-SDP-2-512-1",
      "expected what LT layer 1 has, DFT or DCT, at character 8, found 'SDP-2-512-1'"
    ),
    (
      "128,DSC-55-2-512-1",
      "expected what DSC layer 1 has, 5 or 9, at character 9, found '55-2-512-1'"
    ),
    (
      "128,LT-DFT-3-512-1",
      "expected the heads of layer 1, 2 or 4, at character 12, found '3-512-1'"
    ),
    (
      "128,LT-DFT-2-256-1",
      "expected the width of layer 1, 512 or 1024, at character 14, found '256-1'"
    ),
    ("128,LT-DFT-2-512-2", "expected the depth of layer 1, 1 or 3, at character 18, found '2'"),
    ("128,LT-DFT-2-512", "expected '-' at character 17, found the end of the text"),
    (
      "128,LT-DFT-2-512-1",
      "expected 2 or 4 layers and not 1 at character 19, found the end of the text"
    ),
    (
      "128,LT-DFT-2-512-1,SA-SDP-2-512-1,DSC-5-2-512-1",
      "expected 2 or 4 layers and not 3 at character 48, found the end of the text"
    ),
    (
      "128,LT-DFT-2-512-1,",
      "expected the kind of layer 2, SA, LT or DSC, at character 20, found the end of the text"
    ),
    (
      "128,LT-DFT-2-512-1,LT-DFT-2-512-1 x",
      "expected the end of the architecture at character 35, found 'x'"
    ),
    (
      #"128,[["LT","DFT",2,512,1]]"#,
      "expected 2 or 4 layers and not 1 at character 26, found ']'"
    ),
    (
      #"128,[["LT","XYZ",2,512,1]]"#,
      "expected what LT layer 1 has, DFT or DCT, at character 13, found 'XYZ'"
    ),
    (#"128,[["LT,"DFT",2,512,1]]"#, "expected '\"' at character 10, found ','"),
    (#"128,[["LT","DFT",2,512]]"#, "expected ',' at character 23, found ']'"),
    (
      #"128,[["LT","DFT",2,512,1],["LT","DFT",2,512,1]"#,
      "expected ']' at character 47, found the end of the text"
    ),
  ])
  func refusals(text: String, message: String) {
    do throws(ArchitectureError) {
      let read = try FlexiBERTArchitecture(parsing: text)
      Issue.record("'\(text)' is \(read)")
    } catch {
      #expect(error.description == message)
    }
    #expect(FlexiBERTArchitecture(text) == nil)
  }

  @Test func outsideOfTheSpace() throws {
    let layers = try FlexiBERTArchitecture(parsing: text).layers
    #expect(FlexiBERTArchitecture(hidden: 256, layers: layers)?.description == text)
    #expect(FlexiBERTArchitecture(hidden: 64, layers: layers) == nil)
    #expect(FlexiBERTArchitecture(hidden: 256, layers: Array(layers.prefix(3))) == nil)
    for change: (inout FlexiBERTArchitecture.Layer) -> Void in [
      { $0.heads = 3 }, { $0.width = 256 }, { $0.depth = 2 },
    ] {
      var other = layers
      change(&other[2])
      #expect(FlexiBERTArchitecture(hidden: 256, layers: other) == nil)
    }
  }

  /// Whatever the text, the parser ends with an architecture or an error.
  @Test func mutatedTextsEndWithAnError() {
    var generator = SeededGenerator(seed: 5)
    let list = #"128,[["LT","DFT",2,512,1],["SA", "SDP",2,512,1]]"#
    let marks = Array("0123456789[]\"',- ALSTé\u{0}")
    for _ in 0..<2000 {
      var letters = Array(Bool.random(using: &generator) ? text : list)
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        let place = Int.random(in: 0..<letters.count, using: &generator)
        let mark = marks[Int.random(in: 0..<marks.count, using: &generator)]
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: letters.remove(at: place)
        case 1: letters.insert(mark, at: place)
        default: letters[place] = mark
        }
      }
      guard let read = FlexiBERTArchitecture(String(letters)) else { continue }
      #expect(FlexiBERTArchitecture(read.description) == read)
    }
  }

  /// Founders and children are architectures of the space, and a child differs in one choice.
  @Test func neighbours() throws {
    struct Indices: IndexGenerator {
      var generator = SeededGenerator(seed: 7)
      mutating func index(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
    }
    func choices(_ architecture: FlexiBERTArchitecture) -> [[String]] {
      [[String(architecture.hidden)]]
        + architecture.layers.map {
          [$0.operation.rawValue, String($0.heads), String($0.width), String($0.depth)]
        }
    }
    let domain = FlexiBERTSpace().domain
    var indices = Indices()
    var seen: Set<FlexiBERTArchitecture> = []
    var resized = 0
    for _ in 0..<40 {
      var parent = domain.founder(using: &indices)
      for _ in 0..<12 {
        seen.insert(parent)
        #expect(FlexiBERTArchitecture(hidden: parent.hidden, layers: parent.layers) == parent)
        let child = domain.child(of: parent, using: &indices)
        let (before, after) = (choices(parent), choices(child))
        let changed = zip(before, after).reduce(0) { $0 + zip($1.0, $1.1).count { $0 != $1 } }
        if before.count == after.count {
          #expect(changed == 1, "\(parent) has child \(child)")
        } else {
          #expect(changed == 0, "\(parent) has child \(child)")
          resized += 1
        }
        parent = child
      }
      #expect(FlexiBERTArchitecture(parent.description) == parent)
    }
    #expect(seen.count > 400 && resized > 10)
  }
}
