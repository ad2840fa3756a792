import Networks
import Scoring
import Tensors
import Testing

@testable import SpaceFiles

@Suite struct ExampleTests {
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
