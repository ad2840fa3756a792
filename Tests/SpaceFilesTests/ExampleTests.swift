import Foundation
import Networks
import Scoring
import Tensors
import Testing

@testable import SpaceFiles

@Suite struct ExampleTests {
  /// What the guide shows is a file, or the blocks of one.
  @Test func theGuideIsRead() throws {
    let guide = Examples.folder.appending(path: "../../Guides/YourSpace.md")
    let text = try String(contentsOf: guide, encoding: .utf8)
    let blocks = text.components(separatedBy: "```yaml\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    #expect(blocks.count == 3)
    for block in blocks {
      let lines = block.split(separator: "\n")
      if lines[0] == "blocks:" {
        let names = lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.map {
          $0.trimmingCharacters(in: [" ", ":"])
        }
        #expect(names.count == 2)
        let stages = names.map { "- {block: \($0)}" }.joined(separator: "\n")
        let space = try Examples.space(text: Examples.small(stages, rest: block))
        #expect(space.file.count.value >= 1)
        _ = try FileSpaceSurvey(space)
      } else {
        #expect(try Examples.space(text: block).file.count.value > 1)
      }
    }
  }

  @Test(arguments: Examples.names)
  func drawnArchitecturesAreReadBackAndBuilt(_ name: String) throws {
    let space = try Examples.space(name)
    #expect(space.file.unused.isEmpty)
    #expect(space.file.count.value > 1000)
    var indices = StreamIndices(RandomStream(seed: 1, text: "", purpose: "test", index: 0))
    var parent = space.draw(using: &indices)
    for _ in 0..<10 {
      #expect(try space.architecture(parsing: parent.description) == parent)
      #expect(FileArchitecture(parent.description) == parent)
      let costs = SpaceCosts(try space.network(for: parent))
      #expect(costs.parameters > 0 && costs.flops > 0)
      let child = space.neighbour(of: parent, using: &indices)
      #expect(try space.architecture(parsing: child.description) == child)
      let mixed = space.crossover(parent, child, using: &indices)
      #expect(try space.architecture(parsing: mixed.description) == mixed)
      // What an architecture carries of its choices is what its text says.
      for one in [parent, child, mixed] {
        #expect(try space.assignment(of: one) == space.assignment(of: one.description))
      }
      parent = child
    }
    // In a space of another size the text counts: its resolution is no choice there.
    let other = FileSpace(space.file, resolution: 48)
    let first = space.draw(using: &indices)
    #expect(
      (try? other.assignment(of: first)) == (try? other.assignment(of: first.description)))
    print(name, space.file.count, parent, SpaceCosts(try space.network(for: parent)))
  }
}
