import Networks
import Scoring
import Tensors
import Testing

@testable import SpaceFiles

@Suite struct PlanTests {
  /// Every architecture of a small space, by its text.
  private func all(_ space: FileSpace) -> Set<String> {
    var texts: Set<String> = []
    for seed in 0..<4000 {
      var indices = StreamIndices(
        RandomStream(seed: UInt64(seed), text: "", purpose: "test", index: 0))
      texts.insert(space.draw(using: &indices).description)
    }
    return texts
  }

  @Test func textsAreTheChoicesInOrder() throws {
    let space = try Examples.space(
      text: Examples.small(
        "- {name: body, block: convolution, depth: [1, 2, 3], width: [4, 8], kernel: [1, 3], per-block: [kernel]}"
      ))
    #expect(space.file.count.exact == UInt128(2 * (2 + 4 + 8)))
    let text = "body.depth=2,body.width=8,body.kernel=3/1"
    #expect(try space.architecture(parsing: text).description == text)
    #expect(
      try space.architecture(parsing: " body.kernel=3/1, body.width=8 ,body.depth=2").description
        == text)
    #expect(all(space).count == 28)
  }

  @Test(arguments: [
    ("body.depth=1,body.kernel=3", "body.width=4 or 8", "'the end"),
    ("body.depth=4,body.width=4,body.kernel=3", "1, 2 or 3", "'4' at character 12"),
    ("body.depth=1,body.width=4,body.kernel=3/1", "-, or fewer values", "'1' at character 41"),
    ("body.depth=2,body.width=4,body.kernel=3", "body.kernel=1 or 3", "at character 40"),
    ("depth=2", "body.depth", "'depth' at character 1"),
    ("body.depth", "s1.width=48", "'body.depth' at character 1"),
    ("body.depth=1,body.depth=1", "it once", "'body.depth' at character 14"),
    ("", "s1.width=48", "the end at character 1"),
    ("body.depth=3,body.width=4,body.kernel=1/1/1/1", "3 at most", "'1' at character 45"),
  ])
  func textsOfNoArchitecture(_ text: String, _ expected: String, _ token: String) throws {
    let space = try Examples.space(
      text: Examples.small(
        "- {name: body, block: convolution, depth: [1, 2, 3], width: [4, 8], kernel: [1, 3], per-block: [kernel]}"
      ))
    let error = try #require(throws: FileArchitectureError.self) {
      try space.architecture(parsing: text)
    }
    #expect("\(error)".contains(expected), "\(error)")
    #expect("\(error)".contains(token.replacing("'the end", with: "the end")), "\(error)")
    #expect(throws: NetworkError.self) {
      guard let architecture = FileArchitecture(text) else {
        throw NetworkError(node: text, problem: "no text")
      }
      _ = try space.network(for: architecture)
    }
  }

  @Test func alternativesHaveTheirOwnChoices() throws {
    let space = try Examples.space(
      text: Examples.small(
        "- {block: [convolution, inverted-residual], width: [4, 8], expansion: [2, 3, 4]}"))
    #expect(space.file.count.exact == UInt128(2 + 2 * 3))
    #expect(all(space).count == 8)
    #expect(all(space).contains("s1=convolution,s1.width=4"))
    #expect(all(space).contains("s1=inverted-residual,s1.width=8,s1.expansion=3"))
  }

  @Test func constraintsAreCounted() throws {
    let space = try Examples.space(
      text: Examples.small(
        "- {block: convolution, width: [4, 8, 12]}\n- {block: convolution, width: [4, 8, 16]}\n- {block: convolution, kernel: [1, 3]}",
        rest: "constraints:\n  - s2.width >= s1.width\n  - s1.width != 8 or s3.kernel == 1\n"))
    // 4: three widths of two kernels; 8: two widths of one kernel; 12: one width of two.
    #expect(space.file.count.exact == UInt128(3 * 2 + 2 + 2))
    #expect(all(space).count == 10)
    #expect(space.file.unused.isEmpty)
  }

  @Test func whatIsNeverUsedIsNamed() throws {
    let text =
      "choices: {idle: [1, 2], base: [4, 8]}\n"
      + Examples.small(
        "- {block: convolution, width: base}\n- {block: convolution, width: [4, 8, 16]}\n- used",
        rest: "constraints:\n  - s2.width == base\nblocks:\n  spare: {steps: [zero]}\n"
          + "  used: {parameters: {kernel: 3}, steps: [identity]}\n")
    let space = try Examples.space(text: text)
    #expect(space.file.count.exact == 2)
    #expect(
      space.file.unused.map { "\($0.place.line):\($0.place.column) \($0.what)" } == [
        "1:11 the choice idle", "7:33 s2.width=16", "12:3 the block spare",
        "13:23 the parameter kernel of block used",
      ])
    #expect(all(space) == ["base=4,s2.width=4", "base=8,s2.width=8"])
  }

  @Test func aDigestFollowsWhatTheFileSays() throws {
    let text = Examples.small("- {block: convolution, width: [4, 8]}")
    let digest = try Examples.space(text: text).name
    #expect(digest.hasPrefix("small@"))
    for same in ["# a comment\n" + text, text.replacing("[4, 8]", with: "[ 4,   8.0 ]")] {
      #expect(try Examples.space(text: same).name == digest)
    }
    for other in ["[8, 4]", "[4, 8, 12]", "4"] {
      #expect(try Examples.space(text: text.replacing("[4, 8]", with: other)).name != digest)
    }
  }

  @Test func cellsAreGraphs() throws {
    let edges = (0..<3).flatMap { target in
      (0...target).map { source in
        "      - {from: \(source == 0 ? "input" : "v\(source)"), to: v\(target + 1), block: [zero, identity, unit], kernel: [1, 3]}\n"
      }
    }
    let text = Examples.small(
      "- {block: convolution, width: 8}\n- {block: cell, depth: 2}\n- {block: residual-basic, width: 16, stride: 2}\n- cell",
      rest: "blocks:\n  unit:\n    parameters: {kernel: 3}\n    steps:\n"
        + "      - {block: convolution, kernel: kernel, order: pre}\n"
        + "  cell:\n    shared: true\n    edges:\n" + edges.joined())
    let space = try Examples.space(text: text)
    // Zero, identity, or a convolution with one of two kernels, on each of six edges; once for all cells.
    #expect(space.file.count.exact == 4096)
    var indices = StreamIndices(RandomStream(seed: 1, text: "", purpose: "test", index: 0))
    for _ in 0..<20 {
      let architecture = space.draw(using: &indices)
      #expect(try space.architecture(parsing: architecture.description) == architecture)
      #expect(try space.network(for: architecture).classes == 4)
    }
    let widest = space.architectureWith("cell.input-v1=unit")
    #expect(widest != nil)
  }

  @Test func verticesJoinTheirInputs() throws {
    let text = Examples.small(
      "- {block: convolution, width: 8}\n- cell",
      rest: "blocks:\n  cell:\n    join: sum\n    output-join: concatenate\n    vertices:\n"
        + "      - {name: a, from: input, block: convolution, kernel: [1, 3]}\n"
        + "      - {name: b, from: [input, a], block: [convolution, max-pool], kernel: 3, stride: 1}\n"
        + "      - {name: c, from: [input], block: identity}\n")
    let space = try Examples.space(text: text)
    #expect(space.file.count.exact == 4)
    let network = try space.network(
      for: space.architecture(parsing: "s2.a.kernel=1,s2.b=max-pool"))
    // What nothing reads is the output: b and c.
    #expect(network.nodes[network.output - 2].shape == [16, 16, 16])
  }

  @Test func classesAndResolutionCanBeOthers() throws {
    let file = try Examples.space(
      text: Examples.small(
        "- {block: convolution, width: [4, 8]}", input: "{channels: 2, resolution: [8, 16]}")
    ).file
    #expect(FileSpace(file).settings == ["classes": .integer(4)])
    let other = FileSpace(file, classes: 7, resolution: 20)
    #expect(other.settings == ["classes": .integer(7), "resolution": .integer(20)])
    let network = try other.network(for: other.architecture(parsing: "s1.width=8"))
    #expect(network.inputShape == [2, 20, 20] && network.classes == 7)
    #expect(throws: FileArchitectureError.self) {
      try other.architecture(parsing: "resolution=8,s1.width=8")
    }
  }

  @Test func mutationChangesOneChoiceAndCrossoverMixes() throws {
    let space = try Examples.space("resnet")
    var indices = StreamIndices(RandomStream(seed: 5, text: "", purpose: "test", index: 0))
    func items(_ architecture: FileArchitecture) -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: architecture.description.split(separator: ",").map {
          let parts = $0.split(separator: "=")
          return (String(parts[0]), String(parts[1]))
        })
    }
    for _ in 0..<50 {
      let (first, second) = (space.draw(using: &indices), space.draw(using: &indices))
      let child = space.neighbour(of: first, using: &indices)
      let (old, new) = (items(first), items(child))
      #expect(old.keys.count { new[$0] != nil && new[$0] != old[$0] } == 1)
      let mixed = items(space.crossover(first, second, using: &indices))
      for (name, value) in mixed {
        #expect([items(first)[name], items(second)[name], nil].contains(value))
      }
    }
  }

  /// Constraints name words, blocks and sizes of images as they stand in an architecture.
  @Test func constraintsCompareWords() throws {
    let space = try Examples.space(
      text: """
        name: words
        input: {channels: 3, height: [16, 24], width: [16, 32]}
        classes: 5
        choices: {act: [relu, silu]}
        stages:
          - {block: [convolution, residual-basic], width: 8, activation: act}
          - {block: convolution, width: [8, 16], activation: [gelu, relu]}
        constraints:
          - s1 == residual-basic or act == relu
          - relu != s2.activation or height > 16
          - width >= height
        """)
    let texts = try #require(space.allAssignments).map { space.text(of: $0).description }
    #expect(space.file.count.exact.map(Int.init) == texts.count)
    #expect(texts.contains { $0.contains("s1=convolution") })
    for text in texts {
      #expect(text.contains("s1=residual-basic") || text.contains("act=relu"), "\(text)")
      #expect(!text.contains("s2.activation=relu") || text.contains("height=24"), "\(text)")
      #expect(!text.contains("height=24") || text.contains("width=32"), "\(text)")
    }
    // A resolution that is given takes the place of both sides.
    let other = FileSpace(space.file, resolution: 20)
    #expect(
      try other.network(for: space.text(of: #require(other.allAssignments)[0])).inputShape == [
        3, 20, 20,
      ])
  }

  /// A formula is evaluated once, however often those behind it name it: this chain has five hundred million paths.
  @Test func chainsOfFormulasTakeAsLongAsTheyAre() throws {
    let steps = (2...30).map {
      "- {block: convolution, width: \"max(s\($0 - 1).width, s\($0 - 1).width + 1)\"}"
    }
    let space = try Examples.space(
      text: Examples.small(
        (["- {block: convolution, width: [4, 8]}"] + steps).joined(separator: "\n")))
    let architecture = try space.architecture(parsing: "s1.width=4")
    let widths = try space.network(for: architecture).nodes.map { $0.shape[0] }
    #expect(widths.max() == 4 + 29)
  }

  /// Architectures whose shapes do not fit have no network; the others have their costs all the same.
  @Test func architecturesWithoutANetworkAreCounted() throws {
    let space = try Examples.space(
      text: Examples.small(
        "- {block: convolution, width: 4, stride: [1, 8]}\n"
          + "- {block: convolution, width: 4, kernel: [1, 5], padding: 0, stride: [1, 8]}"))
    let survey = try FileSpaceSurvey(space)
    #expect(survey.count == 8 && survey.misfits == 2)
    let error = try #require(survey.firstMisfit)
    #expect(FileSpace.isPlaced(error) && error.node.hasSuffix(":6:5"), "\(error)")
    let fitting = try #require(space.allAssignments).filter { (try? space.network(of: $0)) != nil }
    #expect(fitting.count == survey.count - survey.misfits)
  }

  /// A block that adds nothing ends no block, at the beginning, in the middle and at the end.
  @Test func blocksWithoutNodesAreNone() throws {
    let space = try Examples.space(
      text: Examples.small(
        "- {block: [identity, convolution], width: 4}\n- {block: convolution, width: 4}\n"
          + "- {block: [identity, convolution]}\n- {block: identity}"))
    for assignment in try #require(space.allAssignments) {
      let network = try space.network(of: assignment)
      let ends = network.blockOutputs
      #expect(Set(ends).count == ends.count && !ends.contains(0), "\(ends)")
      #expect(ends.count == 1 + assignment.options.count { $0 == 1 })
    }
  }

  /// Where few of many architectures meet the constraints, draws find all of them, and nothing takes long.
  @Test func fewOfManyAreDrawn() throws {
    let pairs = (0..<6).map { "  a\($0): {from: 1, to: 8}\n  b\($0): {from: 1, to: 8}\n" }
    let sums = (0..<6).map {
      "  - a\($0) + b\($0) >= 16 or a\($0) + b\($0) == \($0 == 0 ? 15 : 16)\n"
    }
    let stages = (0..<6).map { "- {block: convolution, width: a\($0) * b\($0)}" }
    let space = try Examples.space(
      text: Examples.small(
        stages.joined(separator: "\n"),
        rest: "choices:\n" + pairs.joined() + "constraints:\n" + sums.joined()))
    #expect(space.file.count.exact == 3 && space.allAssignments?.count == 3)
    var indices = StreamIndices(RandomStream(seed: 1, text: "", purpose: "few", index: 0))
    #expect(Set((0..<40).map { _ in space.draw(using: &indices) }).count == 3)
  }

  @Test func aByteOrderMarkIsPassedOver() throws {
    let text = Examples.small("- {block: convolution, width: [4, 8]}")
    let (plain, marked) = (
      try Examples.space(text: text), try Examples.space(text: "\u{FEFF}" + text)
    )
    #expect(plain.name == marked.name)
  }

  @Test func endsOfASpace() throws {
    let space = try Examples.space(
      text: Examples.small("- {block: convolution, depth: [1, 2], width: [4, 8], kernel: [1, 3]}"))
    let survey = try FileSpaceSurvey(space)
    #expect(survey.isExact)
    let parameters = survey.ranges[0]
    #expect(parameters.smallest.architecture.description == "s1.depth=1,s1.width=4,s1.kernel=1")
    #expect(parameters.largest.architecture.description == "s1.depth=2,s1.width=8,s1.kernel=3")
    // Convolution, its normalisation, classifier.
    #expect(parameters.smallest.value == 3 * 4 + 8 + 5 * 4)
    let large = try FileSpaceSurvey(Examples.space("microcontroller"))
    #expect(!large.isExact)
    for range in large.ranges { #expect(range.smallest.value < range.largest.value) }
  }
}

extension FileSpace {
  /// A drawn architecture with some text in it.
  fileprivate func architectureWith(_ text: String) -> FileArchitecture? {
    for seed in 0..<200 {
      var indices = StreamIndices(
        RandomStream(seed: UInt64(seed), text: "", purpose: "with", index: 0))
      let architecture = draw(using: &indices)
      if architecture.description.contains(text) { return architecture }
    }
    return nil
  }
}
