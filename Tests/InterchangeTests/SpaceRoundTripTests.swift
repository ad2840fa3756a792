import Interchange
import Networks
import Spaces
import Testing

@Suite("Cells of NAS-Bench-201 as ONNX models and back")
struct SpaceRoundTripTests {
  /// One graph, one order of parameters and one list of blocks give the same digits by every proxy.
  @Test("are the same networks", arguments: Array(stride(from: 0, to: 15_625, by: 1_201)))
  func cells(rank: Int) throws {
    let network = try NASBench201Space().network(for: NASBench201Architecture(rank: rank))
    let parameters = Numbers.parameters(network, seed: UInt64(rank))
    let bytes = try ONNXModel(network, parameters, name: "cell").file()
    let back = try ONNXImporter().network(bytes: bytes, name: "cell")
    #expect(back.network.parameters == network.parameters)
    #expect(back.network.buffers == network.buffers)
    #expect(back.network.blockOutputs == network.blockOutputs)
    #expect(
      back.network.nodes.map { $0.op.map { AnyHashable($0) } }
        == network.nodes.map { $0.op.map { AnyHashable($0) } })
    #expect(back.network.nodes.map(\.inputs) == network.nodes.map(\.inputs))
    #expect(back.network.nodes.map(\.layout) == network.nodes.map(\.layout))
    #expect(back.digest == network.graphDigest)
    #expect(back.stored == parameters)
  }
}
