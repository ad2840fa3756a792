import Foundation
import Interchange
import Networks
import Operators
import Tensors
import TestSupport
import Testing

@Suite(
  "Written models in other programs",
  .enabled(if: Python.has("onnx, onnxruntime"), "skipped: python3 has no onnx and onnxruntime"))
struct OtherProgramTests {
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scripts/onnx_outputs.py").path

  @Test("are sound and give our values, for every operator")
  func operators() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tfnas-models-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var expected: [(text: String, values: [Double])] = []
    for (number, subject) in OperatorNetwork.all.enumerated() {
      let network = try subject.network()
      let parameters = Numbers.parameters(network)
      var numbers = Numbers(seed: 9)
      let images = numbers.list(2 * network.inputShape.count)
      expected.append((subject.testDescription, try output(network, parameters, images)))
      let model = ONNXModel(network, parameters, name: "network")
      let name = folder.appendingPathComponent("\(number)")
      if number.isMultiple(of: 5) {
        let files = model.files(numbersIn: "\(number).data")
        try files.model.write(to: name.appendingPathExtension("onnx"))
        try Data(files.numbers).write(to: name.appendingPathExtension("data"))
      } else {
        try model.file().write(to: name.appendingPathExtension("onnx"))
      }
      let bytes = images.withUnsafeBytes { Data($0) }
      try bytes.write(to: name.appendingPathExtension("in"))
    }
    #expect(try Python.run([Self.script, folder.path]).status == 0)
    for (number, (text, values)) in expected.enumerated() {
      let name = folder.appendingPathComponent("\(number)")
      if let problem = try? String(
        contentsOf: name.appendingPathExtension("problem"), encoding: .utf8)
      {
        Issue.record("\(text): \(problem)")
        continue
      }
      let data = try Data(contentsOf: name.appendingPathExtension("out"))
      let other = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      let largest = values.map(\.magnitude).max() ?? 0
      #expect(other.count == values.count, "\(text)")
      let difference = zip(other, values).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(difference <= 1e-4 * max(largest, 1e-2), "\(text): \(difference) of \(largest)")
    }
  }
}
