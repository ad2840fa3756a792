import Testing

@testable import Spaces

/// Texts of architectures: what is accepted, and one line for what is not.
@Suite struct ArchitectureTextTests {
  private func expect<Architecture: LosslessStringConvertible & Equatable>(
    _ texts: [(text: String, canonical: String)],
    _ parse: (String) throws -> Architecture
  ) throws {
    for (text, canonical) in texts {
      let architecture = try parse(text)
      #expect(architecture.description == canonical)
      #expect(Architecture(canonical) == architecture)
      #expect(Architecture(text) == architecture)
    }
  }

  /// Every text has one fault, which the message names with its place.
  private func expectErrors<Architecture: LosslessStringConvertible>(
    _ faults: [(text: String, message: String)],
    _ parse: (String) throws(ArchitectureError) -> Architecture
  ) {
    for (text, message) in faults {
      do throws(ArchitectureError) {
        let read = try parse(text)
        Issue.record("'\(text)' is \(read)")
      } catch {
        #expect(error.description == message)
      }
      #expect(Architecture(text) == nil)
    }
  }

  @Test func nasBenchMacro() throws {
    try expect([("01201201", "01201201"), (" 22222222\n", "22222222")]) {
      try NASBenchMacroArchitecture(parsing: $0)
    }
    expectErrors([
      ("", "expected block 1 of 8, a digit from 0 to 2, at character 1, found the end of the text"),
      ("0123", "expected block 4 of 8, a digit from 0 to 2, at character 4, found '3'"),
      (
        "012012",
        "expected block 7 of 8, a digit from 0 to 2, at character 7, found the end of the text"
      ),
      ("012012011", "expected the end of the architecture at character 9, found '1'"),
      ("0é", "expected block 2 of 8, a digit from 0 to 2, at character 2, found '\\u{00E9}'"),
      ("0 1", "expected block 2 of 8, a digit from 0 to 2, at character 2, found ' '"),
    ]) { (text) throws(ArchitectureError) in try NASBenchMacroArchitecture(parsing: text) }
  }

  @Test func transNAS() throws {
    try expect([
      ("64-41414-1_02_333", "64-41414-1_02_333"), ("1_02_333", "64-41414-1_02_333"),
      ("(1, 0, 2, 3, 3, 3)", "64-41414-1_02_333"), ("(1,0,2,3,3,3)", "64-41414-1_02_333"),
    ]) { try TransNASMicroArchitecture(parsing: $0) }
    expectErrors([
      (
        "64-41414-1_02_33",
        "expected the operation of the edge from 2 to 3, a digit from 0 to 3, at character 17, found the end of the text"
      ),
      (
        "64-41414-1_04_333",
        "expected the operation of the edge from 1 to 2, a digit from 0 to 3, at character 13, found '4_333'"
      ),
      ("32-41414-1_02_333", "expected '64-41414-' at character 1, found '32-41414-1_02_333'"),
      ("1_023_33", "expected '_' at character 5, found '3_33'"),
      ("(1, 0, 2, 3, 3)", "expected 6 numbers and not 5 at character 15, found ')'"),
      ("(1, 0, 2, 3, 3, 3, 1)", "expected no more than 6 numbers at character 20, found '1'"),
      (
        "(1, 0, 2, 7, 3, 3)",
        "expected an operation, a number from 0 to 3, at character 11, found '7'"
      ),
      ("(1, 0, 2, 3, 3, 3) x", "expected the end of the architecture at character 19, found ' '"),
    ]) { (text) throws(ArchitectureError) in try TransNASMicroArchitecture(parsing: text) }
    try expect([
      ("64-1234-basic", "64-1234-basic"), ("1234", "64-1234-basic"),
      ("(1, 2, 3, 4)", "64-1234-basic"), ("64-444311-basic", "64-444311-basic"),
    ]) { try TransNASMacroArchitecture(parsing: $0) }
    let rule = "expected 4 to 6 modules, 1 to 3 of them 2 or 4 and 1 to 4 of them 3 or 4,"
    expectErrors([
      ("64-1111-basic", "\(rule) at character 4, found '1111-basic'"),
      ("123", "\(rule) at character 1, found '123'"),
      ("64-1235-basic", "expected a module, a digit from 1 to 4, at character 7, found '5-basic'"),
      ("64-1234-plain", "expected '-basic' at character 8, found '-plain'"),
      ("", "\(rule) at character 1, found the end of the text"),
    ]) { (text) throws(ArchitectureError) in try TransNASMacroArchitecture(parsing: text) }
  }

  @Test func nasBench101() throws {
    let small = "(0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 4, 1)"
    try expect([(small, small), ("(0,1,0,0,0,1,0,0,0,0,4,1)", small)]) {
      try NASBench101Architecture(parsing: $0)
    }
    for architecture in NASBench101Space.specifications.map(\.architecture) {
      #expect(NASBench101Architecture(architecture.description) == architecture)
    }
    expectErrors([
      ("", "expected '(' at character 1, found the end of the text"),
      (
        "(0, 1, 0)",
        "expected n x n edges and n operations for 2 to 7 vertices, and not 3 numbers, at character 9, found ')'"
      ),
      (
        "(0, 1, 1, 0, 0, 1)", "expected no edge from vertex 1 to vertex 0 at character 8, found '1'"
      ),
      ("(0, 2, 0, 0, 0, 1)", "expected an edge, 0 or 1, at character 5, found '2'"),
      ("(0, 1, 0, 0, 3, 1)", "expected 0, the input, at character 14, found '3'"),
      ("(0, 1, 0, 0, 0, 4)", "expected 1, the output, at character 17, found '4'"),
      (
        "(0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1)",
        "expected an operation, 2, 3 or 4, at character 32, found '1'"
      ),
      (
        "(0, 0, 0, 0, 0, 1)",
        "expected a way from the input to the output at character 1, found '('"
      ),
      (
        "(0, 1, 0, 0, 0, 9)",
        "expected an edge or operation, a number from 0 to 4, at character 17, found '9'"
      ),
      ("(0, 1, 0, 0, 0, 1", "expected ',' at character 18, found the end of the text"),
      (
        "(0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 3, 3, 1)",
        "expected at most 9 edges between input and output and not 10 at character 1, found '('"
      ),
    ]) { (text) throws(ArchitectureError) in try NASBench101Architecture(parsing: text) }
  }

  @Test func darts() throws {
    let compact =
      "[[(0, 3), (1, 4), (0, 0), (2, 1), (1, 2), (3, 5), (4, 6), (0, 3)], "
      + "[(0, 3), (1, 4), (0, 0), (2, 1), (1, 2), (3, 5), (4, 6), (0, 3)]]"
    let cell =
      "[('sep_conv_3x3', 0), ('sep_conv_5x5', 1), ('max_pool_3x3', 0), ('avg_pool_3x3', 2), "
      + "('skip_connect', 1), ('dil_conv_3x3', 3), ('dil_conv_5x5', 4), ('sep_conv_3x3', 0)]"
    let genotype =
      "Genotype(normal=\(cell), normal_concat=[2, 3, 4, 5], reduce=\(cell), reduce_concat=[2, 3, 4, 5])"
    let ranges = genotype.split(separator: "[2, 3, 4, 5]").joined(separator: "range(2, 6)")
    let tight = genotype.filter { $0 != " " }
    try expect([
      (genotype, genotype), (compact, genotype), (ranges, genotype), (tight, genotype),
      (String(genotype.map { $0 == "'" ? "\"" : $0 }), genotype),
    ]) { try DARTSArchitecture(parsing: $0) }
    expectErrors([
      (
        "",
        "expected a genotype, Genotype(normal=... or [[(0, 3), ... at character 1, found the end of the text"
      ),
      ("[[(0, 7)", "expected an operation, a number from 0 to 6, at character 7, found '7'"),
      (
        "[[(0, 3), (2, 3)",
        "expected a source from 0 to 1 for node 2 and not 2 at character 11, found '('"
      ),
      ("[[(0, 3)]", "expected ',' at character 9, found ']'"),
      ("Genotype(reduce=", "expected 'normal=' at character 10, found 'reduce'"),
      (
        "Genotype(normal=[('conv', 0)",
        "expected an operation (none, max_pool_3x3, avg_pool_3x3, skip_connect, sep_conv_3x3, "
          + "sep_conv_5x5, dil_conv_3x3, dil_conv_5x5) at character 20, found 'conv'"
      ),
      (
        "Genotype(normal=\(cell), normal_concat=[3, 4]",
        "expected '2' at character \(17 + cell.count + 17), found '3'"
      ),
      (
        compact + "x",
        "expected the end of the architecture at character \(compact.count + 1), found 'x'"
      ),
    ]) { (text) throws(ArchitectureError) in try DARTSArchitecture(parsing: text) }
  }

  @Test func natsBenchSize() throws {
    try expect([("8:16:32:48:64", "8:16:32:48:64"), (" 64:8:8:64:64 ", "64:8:8:64:64")]) {
      try NATSBenchSizeArchitecture(parsing: $0)
    }
    expectErrors([
      ("8:16:32:48", "expected ':' at character 11, found the end of the text"),
      (
        "8:16:32:48:72", "expected width 5 of 5, a number from 8 to 64, at character 12, found '72'"
      ),
      ("8:17:32:48:64", "expected a multiple of 8 as width 2 of 5 at character 3, found '17'"),
      ("8:16:32:48:64:8", "expected the end of the architecture at character 14, found ':'"),
      ("a", "expected width 1 of 5, a number from 8 to 64, at character 1, found 'a'"),
      (
        "8:99999999999999999999",
        "expected width 2 of 5, a number from 8 to 64, at character 3, found '99999999999999999999'"
      ),
    ]) { (text) throws(ArchitectureError) in try NATSBenchSizeArchitecture(parsing: text) }
  }

  @Test func autoFormer() throws {
    let ratios = "4 3.5 4 4 4 4 4 4 4 4 4 3.5"
    let heads = "3 4 3 3 3 3 3 3 3 3 3 4"
    let text = "12,\(ratios),\(heads),192"
    try expect([
      (text, text),
      ("12, 4.0 3.5 4 4 4 4 4 4 4 4 4.0 3.5, \(heads), 192", text),
    ]) { try AutoFormerArchitecture(parsing: $0) }
    expectErrors([
      (
        "",
        "expected the number of layers, a number from 12 to 16, at character 1, found the end of the text"
      ),
      (
        "12,\(ratios),\(heads),200",
        "expected a width of tokens (192, 216, 240, 320, 384, 448, 528, 576, 624) at character 56, found '200'"
      ),
      (
        "12,3\(ratios.dropFirst()),\(heads),192",
        "expected a ratio of size tiny (3.5, 4.0) at character 4, found '3'"
      ),
      ("12,4.5", "expected the ratio of layer 1 of 12, 3, 3.5 or 4, at character 4, found '4.5'"),
      (
        "12,\(ratios),\(heads.dropLast())5,192",
        "expected heads of size tiny (3, 4) at character 54, found '5'"
      ),
      (
        "12,\(ratios.dropLast(4)),\(heads),192",
        "expected the ratio of layer 12 of 12, 3, 3.5 or 4, at character 27, found ','"
      ),
    ]) { (text) throws(ArchitectureError) in try AutoFormerArchitecture(parsing: text) }
    do throws(ArchitectureError) {
      _ = try AutoFormerArchitecture(parsing: text, size: .small)
      Issue.record("a tiny one is small")
    } catch {
      #expect(
        error.description
          == "expected a width of tokens (320, 384, 448) at character 56, found '192'")
    }
  }

  /// Whatever the text, a parser ends with an architecture or an error.
  @Test func mutatedTextsEndWithAnError() {
    let texts = [
      "01201201", "64-41414-1_02_333", "64-1234-basic", "8:16:32:48:64",
      NASBench101Space.specifications.map(\.architecture)[100].description,
      DARTSSpace.cifar10.architectures[100].description,
    ]
    var state: UInt64 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let marks = Array("0123456789()[],'=-_: |é\u{0}")
    for _ in 0..<2000 {
      var text = Array(texts[next(texts.count)])
      for _ in 0...next(3) {
        let place = next(text.count)
        switch next(3) {
        case 0: text.remove(at: place)
        case 1: text.insert(marks[next(marks.count)], at: place)
        default: text[place] = marks[next(marks.count)]
        }
      }
      let mutated = String(text)
      for read in [
        NASBenchMacroArchitecture(mutated)?.description,
        TransNASMicroArchitecture(mutated)?.description,
        TransNASMacroArchitecture(mutated)?.description,
        NATSBenchSizeArchitecture(mutated)?.description,
        NASBench101Architecture(mutated)?.description, DARTSArchitecture(mutated)?.description,
        AutoFormerArchitecture(mutated)?.description,
      ] {
        guard let read else { continue }
        // What was read prints as a text of the space.
        #expect(!read.isEmpty)
      }
    }
  }
}
