import Formats
import Interchange
import Networks
import Operators
import Tensors
import Testing

@Suite("Counts of networks")
struct NetworkCountTests {
  /// A convolution with a bias, an activation, a view, and a linear layer: every figure by hand.
  private func network() throws -> Network {
    var builder = NetworkBuilder(input: [3, 4, 4])
    try builder.add(Convolution(inChannels: 3, outChannels: 8, kernel: 3), 0, name: "conv")
    try builder.add(ConvolutionBias(channels: 8, fanIn: 27), builder.newest, name: "conv")
    try builder.add(ReLU(), builder.newest, name: "relu")
    try builder.add(Reshape(to: [128]), builder.newest, name: "flat")
    try builder.add(Linear(inFeatures: 128, outFeatures: 10), builder.newest, name: "head")
    return builder.build()
  }

  @Test("follow their conventions")
  func figures() throws {
    let count = NetworkCount(try network(), batch: 2, includesLayers: true)
    #expect(count.parameters == 216 + 8 + 1280 + 10)
    #expect(count.multiplyAdds == 27 * 128 + 128 + 1280 + 10)
    #expect(count.biasAdds == 128 + 10)
    #expect(count.layers == 2)
    #expect(count.activations == 128 + 10)
    // The value of the bias beside that of the convolution, or that of the activation beside it.
    #expect(count.peakActivationBytes == 2 * 4 * 256)
    let operators = ["convolution", "convolution-bias", "relu", "reshape", "linear"]
    #expect(count.byOperator.map(\.operator) == operators)
    #expect(count.byLayer?.map(\.operator) == operators)
    #expect(count.byOperator.reduce(0) { $0 + $1.parameters } == count.parameters)
    #expect(count.byLayer?.reduce(0) { $0 + $1.multiplyAdds } == count.multiplyAdds)
  }

  @Test("are whole numbers in JSON")
  func json() throws {
    let text = NetworkCount(try network()).json(network: "small").compact
    #expect(text.hasPrefix("{\"network\":\"small\",\"parameters\":1514,\"multiplyAdds\":4874,"))
    #expect(!text.contains("."))
    #expect(!text.contains("byLayer"))
  }

  @Test("keep a value until its last reader has run")
  func lifetimes() throws {
    var builder = NetworkBuilder(input: [8, 4, 4])
    let first = try builder.add(ReLU(), 0, name: "first")
    let second = try builder.add(Sigmoid(), first, name: "second")
    let third = try builder.add(Tanh(), second, name: "third")
    try builder.add(Sum(), [first, third], name: "sum")
    // Three values of 128 elements: that of the first, of the third, and their sum.
    #expect(NetworkCount(builder.build()).peakActivationBytes == 4 * 128 * 3)
  }
}
