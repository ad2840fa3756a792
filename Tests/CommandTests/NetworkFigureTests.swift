import Figures
import Foundation
import Networks
import Operators
import Reports
import Scoring
import Spaces
import Tensors
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Drawings of networks, in the library and by `tfnas figure network`.
@Suite struct NetworkFigureTests {
  /// The layers that the boxes and frames of a drawing count, equal ones as often as they say.
  private func layers(in figure: Figure) throws -> Int {
    let pattern = /(?:x (\d+): )?([\d,]+) layers?(?: each)?, output .*/
    return try figure.panels.flatMap(\.labels).reduce(0) { sum, label in
      guard let match = try pattern.wholeMatch(in: label.text) else { return sum }
      let count = Int(match.2.filter { $0 != "," }) ?? 0
      return sum + count * (match.1.flatMap { Int($0) } ?? 1)
    }
  }

  private func expectXML(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(XMLParser(data: Data(text.utf8)).parse(), sourceLocation: sourceLocation)
    #expect(!text.contains("nan") && !text.contains("inf\""), sourceLocation: sourceLocation)
  }

  @Test func everySpaceDrawsItsExample() throws {
    func check<Space: ListedSpace>(_ space: Space) throws {
      let cells = space.cellGraphs(of: space.example)
      for cell in cells {
        #expect(
          cell.edges.allSatisfy {
            $0.source < $0.target && cell.nodes.indices.contains($0.target) && $0.source >= 0
          })
      }
      let network = try space.network(for: space.example)
      let figure = try #require(Figure.network(network, titled: space.name, cells: cells))
      #expect(figure.panels.count == cells.count + 1)
      #expect(try layers(in: figure) == network.cost.layers, "\(space.name)")
      expectXML(figure.scene.svg)
      #expect(
        figure.scene.svg
          == Figure.network(network, titled: space.name, cells: cells)?.scene.svg)
    }
    for space in AllSpaces.all { try check(space) }
    // The spaces of cells draw them.
    let drawn = AllSpaces.all.filter { cells(of: $0) > 0 }.map(\.name)
    #expect(drawn == ["nas-bench-201", "transnas101-micro", "nas-bench-101", "darts"])
  }

  private func cells<Space: ListedSpace>(of space: Space) -> Int {
    space.cellGraphs(of: space.example).count
  }

  /// Residual blocks in a row are one frame; another one stands for itself.
  @Test func equalBlocksAreOne() throws {
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 8, width: 8))
    var node = try builder.add(
      Convolution(inChannels: 3, outChannels: 4, kernel: 3), 0, name: "stem")
    builder.endBlock()
    for number in 0..<4 {
      let kernel = number < 3 ? 3 : 5
      var inner = try builder.add(
        Convolution(inChannels: 4, outChannels: 4, kernel: kernel), node, name: "body.\(number).a")
      inner = try builder.add(BatchNormalization(channels: 4), inner, name: "body.\(number).b")
      inner = try builder.add(ReLU(), inner, name: "body.\(number).c")
      inner = try builder.add(
        Convolution(inChannels: 4, outChannels: 4, kernel: 1), inner, name: "body.\(number).d")
      node = try builder.add(Sum(), node, inner, name: "body.\(number)")
      builder.endBlock()
    }
    node = try builder.add(GlobalAveragePool(), node, name: "pool")
    _ = try builder.add(Linear(inFeatures: 4, outFeatures: 10), node, name: "classifier")
    let figure = try #require(Figure.network(builder.build(), titled: "four blocks"))
    let texts = figure.scene.labels.map(\.text)
    #expect(
      texts.contains("body.0 to body.2") && texts.contains("x 3: 2 layers each, output 4x8x8"))
    #expect(texts.contains("body.3") && texts.contains("2 layers, output 4x8x8"))
    #expect(texts.count { $0 == "convolution 3x3, 4" } == 2, "in the stem and in one frame")
    #expect(texts.count { $0 == "convolution 5x5, 4" } == 1)
    #expect(texts.count { $0 == "then batch-normalization, relu" } == 2)
    #expect(texts.count { $0 == "sum" } == 2)
    #expect(try layers(in: figure) == 10)
  }

  /// What leads nowhere, zeros, sources and names of any kind.
  @Test func oddNetworksAreDrawn() throws {
    let hostile = "<svg onload=\"x()\"> & ]]> \u{0}\u{7}"
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 8, width: 8))
    let dead = try builder.add(
      Convolution(inChannels: 3, outChannels: 4, kernel: 3), 0, name: hostile)
    let zero = try builder.add(Zero(), dead, name: "zero")
    let layer = try builder.add(
      Convolution(inChannels: 3, outChannels: 4, kernel: 3), 0, name: hostile + ".other")
    let sum = try builder.add(Sum(), zero, layer, name: "sum")
    let pool = try builder.add(GlobalAveragePool(), sum, name: "pool")
    _ = try builder.add(Linear(inFeatures: 4, outFeatures: 2), pool, name: hostile)
    let network = builder.build()
    let figure = try #require(Figure.network(network, titled: hostile))
    expectXML(figure.scene.svg)
    #expect(!figure.scene.svg.contains("<svg onload"))
    #expect(try layers(in: figure) == 3)

    // No layer at all.
    var plain = NetworkBuilder(input: Shape(channels: 3, height: 8, width: 8))
    _ = try plain.add(GlobalAveragePool(), 0, name: "pool")
    expectXML(try #require(Figure.network(plain.build(), titled: "pool")).scene.svg)
  }

  @Test func theCommandDraws() throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("cell.svg")
    let cell = try Tool.run(["figure", "network", "13714", "--out", file])
    #expect(cell.status == 0, "\(cell.errors)")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    expectXML(text)
    #expect(text.contains("nor_conv_3x3") && text.contains("x 5: "))
    #expect(try Tool.run(["figure", "network", "13714"]).output == text)
    // The data set decides the classes, and other spaces are named.
    let classes = try Tool.run(["figure", "network", "13714", "--dataset", "cifar100"] + small)
    #expect(classes.output.contains("linear, 100"), "\(classes.errors)")
    let chain = try Tool.run([
      "figure", "network", "--space", "nas-bench-macro", "01201201", "--resolution", "16",
    ])
    #expect(chain.status == 0 && chain.output.contains("depthwise convolution"), "\(chain.errors)")
  }

  @Test func modelFilesAreDrawn() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("InterchangeTests/Fixtures/sound").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".onnx") }.sorted()
    try #require(names.count > 3)
    for name in names {
      let result = try Tool.run(["figure", "network", "\(folder)/\(name)"])
      #expect(result.status == 0, "\(name): \(result.errors)")
      expectXML(result.output)
      #expect(result.output.contains(name), "the title is the name of the file")
    }
    let many = try Tool.run(["figure", "network", folder])
    #expect(many.status == 64 && many.errors.contains("the folder has"), "\(many.errors)")
  }

  @Test(arguments: [
    (["network"], 64, "network draws one architecture or model file, not 0"),
    (["network", "1", "2"], 64, "network draws one architecture or model file, not 2"),
    (["network", "99999"], 65, "index '99999'"),
    (["network", "no such cell"], 65, "architecture"),
    (["network", "no/such.onnx"], 66, "no/such.onnx"),
    (["network", "no/such.onnx", "--space", "darts"], 64, "--space belongs to architectures"),
    (["network", "no/such.onnx", "--width", "8"], 64, "--width belongs to architectures"),
    (["network", "1462", "--unfold"], 64, "--unfold belongs to ONNX files"),
    (["2", "--space", "darts"], 64, "--space belongs to network alone"),
    (["2", "--input-shape", "3,8,8"], 64, "--input-shape belongs to network alone"),
    (["network", "--space", "autoformer-tiny", "--cells", "3", "x"], 64, "--cells"),
  ])
  func mistakes(arguments: [String], status: Int32, fragment: String) throws {
    let result = try Tool.run(["figure"] + arguments)
    #expect(result.status == status, "\(result.errors)")
    #expect(result.errors.contains(fragment), "\(result.errors)")
    #expect(result.errorLines.count == 1)
  }
}
