import Networks
import Scoring
import SpaceFiles
import Tensors
import Testing

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
      parent = child
    }
    print(name, space.file.count, parent, SpaceCosts(try space.network(for: parent)))
  }
}
