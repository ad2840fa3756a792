import Derivatives
import Foundation
import Networks
import Operators
import PlainTwins
import Tensors
import Testing

@Suite("Every operator")
struct OperatorTests {
  @Test("has a file, a line in the list, a name of its own, and examples")
  func list() throws {
    let names = AllOperators.types.map { type in
      (String(describing: type), type.examples.map(\.op.name))
    }
    for (type, examples) in names {
      #expect(!examples.isEmpty, "\(type) has no example")
      #expect(Set(examples).count == 1, "\(type) has names \(examples)")
    }
    #expect(Set(names.compactMap(\.1.first)).count == names.count)
    // Every public operator of the sources is in the list.
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/Operators").standardizedFileURL
    let files = try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var declared: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      where line.hasPrefix("public struct ") && line.contains("Operator") {
        declared.insert(String(line.dropFirst(14).prefix { $0 != ":" }))
      }
    }
    #expect(declared == Set(names.map(\.0)))
    // And has a row in the guide.
    let guide = try String(
      contentsOf: sources.appendingPathComponent("../../Guides/Operators.md"), encoding: .utf8)
    let rows = Set(
      guide.split(separator: "\n").compactMap { line -> String? in
        guard line.hasPrefix("| `") else { return nil }
        return String(line.dropFirst(3).prefix { $0 != "`" })
      })
    #expect(rows == Set(names.compactMap(\.1.first)))
  }

  @Test("has a cost that is not negative, and parameters with names of their own")
  func costs() throws {
    for fixture in OperatorFixture.all {
      let network = try fixture.network(.input)
      let own = network.multiplyAdds(of: network.output)
      #expect(own >= 0, "\(fixture.testDescription)")
      #expect(network.cost.parameters == network.parameters.reduce(0) { $0 + $1.count })
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
      let node = network.nodes[network.output]
      let layers = network.parameters[node.parameters].count(where: \.role.isLayerWeight)
      #expect(own > 0 || layers == 0, "\(fixture.testDescription) has weights without a cost")
    }
  }

  @Test("refuses inputs of another number or shape in words", arguments: OperatorFixture.all)
  func refusals(_ fixture: OperatorFixture) {
    let (op, shapes) = (fixture.op, fixture.example.inputs)
    for inputs in [shapes + shapes + [[2, 3, 5, 7, 11]], [], [[]], [[1, 1, 1]], [[13]]]
    where (op.kind == .source) == inputs.isEmpty {
      // A shape or words, but no trap.
      do throws(ShapeProblem) {
        let shape = try op.outputShape(inputs)
        #expect(shape.count > 0)
      } catch {
        #expect(!error.text.isEmpty)
      }
    }
  }

  @Test(
    "has a pullback that is the transpose of its pushforward", arguments: OperatorFixture.all)
  func adjoint(_ fixture: OperatorFixture) throws {
    for setting in try fixture.settings {
      for mode in fixture.modes {
        try checkAdjoint(setting, mode, .double, tolerance: 1e-12, seed: 1)
        // A few hundred products with a relative rounding of 2^-24 each.
        try checkAdjoint(setting, mode, .float, tolerance: 1e-5, seed: 1)
      }
    }
  }

  @Test(
    "has the derivative that differences of its values show", arguments: OperatorFixture.all)
  func differences(_ fixture: OperatorFixture) throws {
    for setting in try fixture.settings {
      // The statistics of `calibrated` are constants for the derivative, not for the values.
      for mode in fixture.modes where mode.isDifferentiated {
        try checkDifferences(setting, mode, seed: 2)
      }
    }
  }

  @Test(
    "gives the same values and derivatives in float as in double", arguments: OperatorFixture.all)
  func precisions(_ fixture: OperatorFixture) throws {
    for setting in try fixture.settings {
      for mode in fixture.modes {
        let exact = try setting.linearization(mode, .double)
        let rounded = try setting.linearization(mode, .float)
        #expect(relativeDistance(rounded.output.values, exact.output.values) < 1e-5)
        var numbers = Numbers(seed: 3)
        let output = exact.output
        let cotangent = Matrix(
          rows: output.rows, columns: output.columns, values: numbers.normals(output.values.count))
        let a = try rounded.pullback(cotangent, to: [0])
        let b = try exact.pullback(cotangent, to: [0])
        // Gates could only differ for values within a rounding of zero; these seeds have none.
        #expect(relativeDistance(a.nodes[0].values, b.nodes[0].values) < 2e-5)
        // All together: derivatives by biases in front of a normalisation are zero.
        let (x, y) = (a.parameters.flatMap { $0 }, b.parameters.flatMap { $0 })
        #expect(relativeDistance(x, y) < 2e-5)
      }
    }
  }

  @Test(
    "gives the walk of single images what it gives a minibatch, weight by weight",
    arguments: OperatorFixture.all)
  func perSample(_ fixture: OperatorFixture) throws {
    for setting in try fixture.settings where !setting.network.parameters.isEmpty {
      for mode in fixture.modes where mode.isPerSample && mode != .updated && mode != .given {
        let instance = DerivativeCase(setting.network, seed: 22)
        try instance.check(mode, .double)
        try instance.check(mode, .float, tolerance: 2e-5)
      }
    }
  }

  @Test("gives the same digits with any number of workers", arguments: OperatorFixture.all)
  func workers(_ fixture: OperatorFixture) throws {
    guard let feed = fixture.feeds.last else { return }
    // Three chunks, the last one smaller.
    let setting = try fixture.setting(feed, batch: 19)
    let results = try [1, 2, 3].map { try Workers($0).digits(setting) }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }
}

/// Some workers with kernels and memory.
struct Workers {
  var count: Int

  init(_ count: Int) { self.count = count }

  /// Values and derivatives of a network.
  func digits(_ setting: Setting, _ precision: Precision = .float) throws -> [[Double]] {
    let workers = try (0..<count).map { _ in
      LinearizationWorker(engine: try KernelEngine(precision: precision), arena: Arena())
    }
    let linearization = try Linearization(
      setting.network, parameters: setting.parameters, images: .floats(setting.images),
      normalization: .batch, workers: workers, team: WorkerTeam(count: count))
    let output = linearization.output
    var numbers = Numbers(seed: 5)
    let cotangent = Matrix(
      rows: output.rows, columns: output.columns, values: numbers.normals(output.values.count))
    let direction = Direction(setting, numbers: &numbers)
    let pulled = try linearization.pullback(cotangent, to: [0])
    let pushed = try linearization.pushforward(
      parameters: direction.parameters, input: direction.input)
    return [output.values, pulled.nodes[0].values, pushed.values] + pulled.parameters
  }
}
