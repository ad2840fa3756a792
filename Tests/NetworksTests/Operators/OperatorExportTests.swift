import Derivatives
import Foundation
import Networks
import Operators
import PlainTwins
import Tensors
import TestSupport
import Testing

/// An operator with numbers as `Scripts/operator_exports.py` reads it.
private struct ExportCase: Encodable {
  struct Numbers: Encodable {
    var name: String?
    var shape: [Int]
    var values: [Double]
  }

  struct Attribute: Encodable {
    var name: String
    var kind: String
    var value: Value
    var shape: [Int]?
  }

  enum Value: Encodable {
    case integer(Int)
    case number(Float)
    case integers([Int])
    case numbers([Float])
    case text(String)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .integer(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .integers(let value): try container.encode(value)
      case .numbers(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      }
    }
  }

  struct Node: Encodable {
    var type: String
    var inputs: [String]
    var output: String
    var attributes: [Attribute]
  }

  var module: String?
  var expression: String
  var inputs: [Numbers]
  var parameters: [Numbers]
  var buffers: [Numbers]
  var cotangent: Numbers
  var nodes: [Node]
}

extension ExportCase.Attribute {
  init(_ attribute: ONNXCode.Attribute) {
    switch attribute.value {
    case .integer(let value): self.init(attribute.name, "integer", .integer(value))
    case .number(let value): self.init(attribute.name, "number", .number(value))
    case .integers(let value): self.init(attribute.name, "integers", .integers(value))
    case .text(let value): self.init(attribute.name, "text", .text(value))
    case .integerTensor(let value): self.init(attribute.name, "integerTensor", .integers(value))
    case .tensor(let value, let shape):
      self.init(attribute.name, "tensor", .numbers(value), shape)
    }
  }

  private init(_ name: String, _ kind: String, _ value: ExportCase.Value, _ shape: [Int]? = nil) {
    self.init(name: name, kind: kind, value: value, shape: shape)
  }
}

/// What the script prints.
private struct ExportResult: Decodable {
  struct Side: Decodable {
    var problem: String?
    var shape: [Int]?
    var output: [Double]?
    var gradients: [[Double]]?
  }
  var pytorch: Side
  var onnx: Side?
}

/// What we compute.
private struct Expected {
  var text: String
  var shape: [Int]
  var output: [Double]
  var gradients: [[Double]]
}

@Suite struct PyTorchCodeTests {
  /// In double, the shortest decimals of floats would be other numbers.
  @Test func numbersInPythonAreTheFloatsThemselves() {
    #expect(
      PyTorchCode.list([0.1, -1.5, -.infinity, .nan])
        == "[0.10000000149011612, -1.5, float('-inf'), float('nan')]")
    #expect(PyTorchCode.list([]) == "[]")
  }
}

@Suite(
  "Exported operators", .enabled(if: Python.has("torch"), "skipped: python3 has no torch"))
struct OperatorExportTests {
  private static let batch = 2

  @Test("give their values and derivatives in PyTorch, and their values in ONNX")
  func exports() throws {
    var cases: [ExportCase] = []
    var expected: [Expected] = []
    for fixture in OperatorFixture.all {
      // Random numbers, and few different ones: at kinks and ties PyTorch's derivatives are ours.
      for isCoarse in [false, true] {
        let (exported, own) = try Self.export(fixture, isCoarse: isCoarse)
        cases.append(exported)
        expected.append(own)
      }
    }
    let results = try Self.run(cases)
    try #require(results.count == cases.count)
    #expect(
      results[0].onnx != nil || !Self.needsONNX, "onnxruntime is missing: ONNX was not compared")
    for (result, own) in zip(results, expected) {
      // PyTorch's own derivative of the hard sigmoid has one sixth in 32 bits.
      let tolerance = own.text.hasPrefix("HardSigmoid") ? 1e-7 : 1e-12
      Self.compare(result.pytorch, own, tolerance: tolerance, "PyTorch")
      if let onnx = result.onnx { Self.compare(onnx, own, tolerance: 2e-5, "ONNX") }
    }
  }

  /// Whether a missing onnxruntime is a failure.
  private static let needsONNX = ProcessInfo.processInfo.environment["TFNAS_PYTHON"] != nil

  private static func compare(
    _ side: ExportResult.Side, _ own: Expected, tolerance: Double, _ name: String
  ) {
    if let problem = side.problem {
      Issue.record("\(name), \(own.text): \(problem.prefix(300))")
      return
    }
    guard side.shape == own.shape, let output = side.output else {
      Issue.record("\(name), \(own.text): shape \(side.shape ?? []), not \(own.shape)")
      return
    }
    let distance = relativeDistance(output, own.output)
    #expect(distance <= tolerance, "\(name), \(own.text): values")
    for (place, gradient) in (side.gradients ?? []).enumerated() where place < own.gradients.count {
      let distance = relativeDistance(gradient, own.gradients[place])
      #expect(distance <= tolerance, "\(name), \(own.text): derivative by input \(place)")
    }
  }

  private static func export(_ fixture: OperatorFixture, isCoarse: Bool) throws
    -> (ExportCase, Expected)
  {
    var setting = try fixture.setting(.input, batch: batch)
    var numbers = Numbers(seed: 11, "export")
    if isCoarse {
      setting.images = numbers.multiples(of: 1.5, within: 6, setting.images.count).map(Float.init)
    }
    let network = setting.network
    let node = network.nodes[network.output]
    let shapes = network.inputShapes(of: network.output)
    let point = try setting.linearization(.fresh, .double)
    let output = point.output
    let cotangent = Matrix(
      rows: output.rows, columns: output.columns, values: numbers.normals(output.values.count))
    let pulled = try point.pullback(cotangent, to: node.inputs, parameters: false)
    // A source is given the network's input.
    let read = node.inputs.isEmpty ? [0] : node.inputs
    let readShapes = node.inputs.isEmpty ? [network.inputShape] : shapes
    func named(_ name: String) -> String { String(name.dropFirst(node.name.count + 1)) }
    let exported = fixture.op.exported(inputs: shapes, output: node.shape)
    let variables = read.indices.map { "x\($0)" }
    let parameters = node.parameters.map { position in
      let spec = network.parameters[position]
      return ExportCase.Numbers(
        name: named(spec.name), shape: spec.shape,
        values: setting.parameters.values[position].map(Double.init))
    }
    let buffers = node.buffers.map { position in
      let spec = network.buffers[position]
      return ExportCase.Numbers(
        name: named(spec.name), shape: spec.shape,
        values: setting.parameters.buffers[position].map(Double.init))
    }
    let names = ONNXCode.Names(
      inputs: variables, parameters: (parameters + buffers).compactMap(\.name), output: "y")
    let nodes = exported.onnx.nodes(names).map { node in
      ExportCase.Node(
        type: node.type, inputs: node.inputs, output: node.output,
        attributes: node.attributes.map { ExportCase.Attribute($0) })
    }
    let shape = [batch] + node.shape.extents
    return (
      ExportCase(
        module: exported.pyTorch.module?.text,
        expression: exported.pyTorch.value("module", variables),
        inputs: zip(read, readShapes).map { position, shape in
          ExportCase.Numbers(
            shape: [batch] + shape.extents, values: point.rows(of: position).values)
        }, parameters: parameters, buffers: buffers,
        cotangent: ExportCase.Numbers(shape: shape, values: cotangent.values), nodes: nodes),
      Expected(
        text: fixture.testDescription + (isCoarse ? ", few numbers" : ""), shape: shape,
        output: output.values, gradients: pulled.nodes.map(\.values))
    )
  }

  private static func run(_ cases: [ExportCase]) throws -> [ExportResult] {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("operators-\(ProcessInfo.processInfo.processIdentifier).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try JSONEncoder().encode(cases).write(to: file)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Scripts/operator_exports.py").standardizedFileURL.path
    let result = try Python.run([script, file.path])
    try #require(result.status == 0, "\(script) failed")
    return try JSONDecoder().decode([ExportResult].self, from: result.output)
  }
}
