import Testing

@testable import Interchange
@testable import Networks
@testable import Operators
@testable import Spaces
@testable import Studies
@testable import Tensors

/// Networks as PyTorch source; whether PyTorch agrees is checked where it is installed, by
/// `PyTorchExportTests`.
@Suite struct PyTorchSourceTests {
  private func source(_ network: Network, _ architecture: String = "a") throws -> String {
    try PyTorchSource(network, title: "A test.", architecture: architecture).text
  }

  /// The lines of a part of the source that begins with a line and ends with an empty indentation.
  private func lines(of text: String, from start: String) throws -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let first = try #require(lines.firstIndex(of: start))
    return Array(lines[(first + 1)...])
  }

  /// A network with everything that is written in a way of its own: a bias that is a part of a
  /// convolution and one that is not, a sum, a zero, pooling, a value that is read twice, vectors.
  private func small() throws -> Network {
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 6, width: 4))
    let stem = try builder.add(
      Convolution(inChannels: 3, outChannels: 4, kernel: 3, stride: 2), 0, name: "stem")
    let biased = try builder.add(ConvolutionBias(channels: 4), stem, name: "stem")
    let norm = try builder.add(BatchNormalization(channels: 4), biased, name: "stem.norm")
    builder.endBlock()
    let gate = try builder.add(ReLU(), norm, name: "a.0.gate")
    let wide = try builder.add(
      Convolution(inChannels: 4, outChannels: 4, kernel: 5, groups: 2), gate, name: "a.0.wide")
    let zero = try builder.add(Zero(), norm, name: "a.0.zero")
    let shifted = try builder.add(ConvolutionBias(channels: 4), zero, name: "a.0.shift")
    let sum = try builder.add(Sum(), wide, norm, shifted, name: "a.0")
    builder.endBlock()
    let pooled = try builder.add(
      AveragePool(PoolingGeometry(kernel: 2, stride: 1, padding: 1, countsPadding: true)), sum,
      name: "pool")
    let vector = try builder.add(GlobalAveragePool(), pooled, name: "vector")
    let hidden = try builder.add(
      Linear(inFeatures: 4, outFeatures: 5), vector, name: "hidden")
    let open = try builder.add(ReLU(), hidden, name: "open")
    _ = try builder.add(Linear(inFeatures: 5, outFeatures: 2), open, name: "last")
    return builder.build()
  }

  @Test func everyPrimitiveIsWritten() throws {
    let text = try source(small())
    #expect(
      try lines(of: text, from: "        super().__init__()")
        == """
                self.stem = nn.Conv2d(3, 4, 3, stride=2, padding=1)
                self.stem.norm = nn.BatchNorm2d(4, eps=1e-05)
                self.a = nn.ModuleDict()
                self.a["0"] = nn.ModuleDict()
                self.a["0"]["wide"] = nn.Conv2d(4, 4, 5, padding=2, groups=2, bias=False)
                self.a["0"]["shift"] = nn.ParameterDict({"bias": nn.Parameter(torch.zeros(4))})
                self.hidden = nn.Linear(4, 5)
                self.last = nn.Linear(5, 2)

            def forward(self, x):
                # stem: 4 x 3 x 2
                x = self.stem(x)
                x = self.stem.norm(x)

                # a.0: 4 x 3 x 2
                block = self.a["0"]
                y = functional.relu(x)
                y = block["wide"](y)
                z = torch.zeros_like(x)
                z = z + block["shift"]["bias"][:, None, None]
                x = y + x + z

                # 2
                x = functional.avg_pool2d(x, 2, stride=1, padding=1)
                x = x.mean((2, 3))
                x = self.hidden(x)
                x = functional.relu(x)
                x = self.last(x)
                return x

        """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  @Test func featuresAreFlattened() throws {
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 6, width: 4))
    let map = try builder.add(ReLU(), 0, name: "gate")
    #expect(try source(builder.build()).hasSuffix("        return x\n"))
    _ = try builder.add(GlobalAveragePool(), map, name: "vector")
    #expect(try source(builder.build()).hasSuffix("        x = x.mean((2, 3))\n        return x\n"))
  }

  @Test func documentationIsQuoted() throws {
    let text = try source(small(), #"a\b"""c"#)
    #expect(text.contains(#"a\\b\"\"\"c"#))
    #expect(text.contains("Images are [batch, 3, 6, 4]"))
  }

  /// No variable is written over while its value is still to be read, and every value has one.
  @Test func variablesLiveAsLongAsTheyAreRead() {
    var generator = SplitMix(seed: 5)
    for _ in 0..<200 {
      var inputs: [[Int]] = [[]]
      for node in 1...30 {
        let count = 1 + Int(generator.next() % 3)
        inputs.append((0..<count).map { _ in Int(generator.next() % UInt64(node)) })
      }
      let names = PyTorchVariables(inputs: inputs).names
      var holds: [String: Int] = [:]
      for (node, read) in inputs.enumerated() {
        for input in read { #expect(holds[names[input]] == input) }
        holds[names[node]] = node
      }
      #expect(names[0] == "x")
    }
    // A chain needs one variable.
    #expect(Set(PyTorchVariables(inputs: [[], [0], [1], [2]]).names) == ["x"])
    #expect(PyTorchVariables(inputs: [[], [0], [0], [2, 1, 0]]).names == ["x", "y", "z", "x"])
  }

  private struct SplitMix {
    var seed: UInt64
    mutating func next() -> UInt64 {
      seed &+= 0x9E37_79B9_7F4A_7C15
      return PortableGenerator.mix(seed) >> 8
    }
  }

  /// The names of modules, one after another, of a chain of biases.
  private func chain(_ names: [String]) throws -> String {
    var builder = NetworkBuilder(input: Shape(channels: 2, height: 2, width: 2))
    var end = 0
    for name in names { end = try builder.add(ConvolutionBias(channels: 2), end, name: name) }
    return try source(builder.build())
  }

  @Test(arguments: [
    (["half"], "half: PyTorch has no module named 'half'"),
    (["a.forward"], "a.forward: PyTorch has no module named 'forward'"),
    (["class"], "class: PyTorch has no module named 'class'"),
    (["0"], "0: PyTorch has no module named '0'"),
    (["a..b"], "a..b: PyTorch has no module named ''"),
    (["a\"b"], "a\"b: PyTorch has no module named 'a\"b'"),
    (["a", "a.0"], "a.0: PyTorch has no module named '0'"),
    (["a", "a"], "a: two nodes with parameters have this name"),
    (["a.b", "a"], "a: two nodes with parameters have this name"),
    (["a.x", "b", "a.y"], "a.y: its parameters are apart from others of 'a'"),
  ])
  func namesThatNoModuleHas(names: [String], message: String) throws {
    let error = #expect(throws: ExportError.self) { try chain(names) }
    #expect(error?.description == message)
  }

  @Test func namesThatModulesHave() throws {
    let text = try chain(["a.class", "a.0", "a.0_norm", "b", "b.c"])
    for line in ["self.a[\"class\"] =", "self.a[\"0\"] =", "self.a[\"0_norm\"] =", "self.b.c ="] {
      #expect(text.contains(line))
    }
  }

  /// A convolution that somebody else reads as well keeps its bias apart, which needs another name.
  @Test func aBiasIsLiftedOnlyFromAConvolutionOfItsOwn() throws {
    var builder = NetworkBuilder(input: Shape(channels: 2, height: 2, width: 2))
    let layer = try builder.add(
      Convolution(inChannels: 2, outChannels: 2, kernel: 1), 0, name: "layer")
    let bias = try builder.add(ConvolutionBias(channels: 2), layer, name: "layer")
    _ = try builder.add(Sum(), layer, bias, name: "sum")
    let error = #expect(throws: ExportError.self) { try source(builder.build()) }
    #expect(error?.node == "layer")
  }

  @Test func stateDictionaryHoldsParametersAndStatistics() throws {
    let network = try small()
    let parameters = Initializer.kaimingNormal.parameters(
      for: network, seed: 1, architecture: "a", purpose: "test")
    let tensors = network.stateDictionary(parameters)
    let names = tensors.map(\.name)
    #expect(
      names == [
        "stem.weight", "stem.bias", "stem.norm.weight", "stem.norm.bias",
        "stem.norm.running_mean", "stem.norm.running_var", "stem.norm.num_batches_tracked",
        "a.0.wide.weight", "a.0.shift.bias", "hidden.weight", "hidden.bias", "last.weight",
        "last.bias",
      ])
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    for (spec, values) in zip(network.parameters, parameters.values) {
      #expect(byName[spec.name]?.shape == spec.shape)
      #expect(byName[spec.name]?.values == .floats(values))
    }
    #expect(byName["stem.norm.running_mean"]?.values == .floats([0, 0, 0, 0]))
    #expect(byName["stem.norm.running_var"]?.values == .floats([1, 1, 1, 1]))
    #expect(byName["stem.norm.num_batches_tracked"]?.values == .integers([0]))
    #expect(byName["stem.norm.num_batches_tracked"]?.shape == [])
  }

  @Test func nodesHaveNamesOfTheirOwn() throws {
    let network = try NASBench201Space().network(for: NASBench201Architecture(benchmarkIndex: 7))
    let names = network.uniqueNames
    #expect(Set(names).count == names.count)
    for (name, node) in zip(names, network.nodes) {
      #expect(name == node.name || name.hasPrefix(node.name + "#"))
    }
    var builder = NetworkBuilder(input: [2])
    for name in ["a", "a", "a#2", "a"] { _ = try builder.add(ReLU(), 0, name: name) }
    #expect(builder.build().uniqueNames == ["input", "a", "a#3", "a#2", "a#4"])
  }
}
