import Foundation
import TestSupport
import Testing
import TrainingFreeNAS

/// Tables as people have them: what is ranked, what is left out, and what is said about it.
@Suite struct RankTests {
  private func rank(
    _ file: String, _ more: [String] = [], status: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Tool.Result {
    let result = try Tool.run(
      ["rank", "-", "--accuracy", "acc", "--resamples", "0", "--format", "json"] + more,
      input: file)
    #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
    return result
  }

  private func rows(_ result: Tool.Result) throws -> [String: [String: Any]] {
    let rows = try #require(try result.object()["rows"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: try rows.map { (try #require($0["score"] as? String), $0) })
  }

  private func tau(_ row: [String: Any]?) throws -> Double {
    try #require((row?["kendall"] as? [String: Any])?["value"] as? Double)
  }

  @Test(arguments: ["", "nan", "NaN", "NA", "N/A", "None", "null"])
  func missingValuesAreCounted(spelling: String) throws {
    let file = "a,acc\n1,90\n\(spelling),91\n3,92\n4,93\n"
    let omitted = try rank(file, ["--undefined", "omit"])
    #expect(omitted.errors == "tfnas: a: 1 of 4 records without a value is left out\n")
    let row = try #require(try rows(omitted)["a"])
    #expect(row["missing"] as? Int == 1 && row["networks"] as? Int == 3)
    #expect(try tau(row) == 1)
    let tied = try rank(file)
    #expect(
      tied.errors
        == "tfnas: a: 1 of 4 records without a value ties with the worst; --undefined omit leaves it "
        + "out\n")
    let filled = try rows(try rank("a,acc\n1,90\n1,91\n3,92\n4,93\n"))["a"]
    #expect(try rows(tied)["a"]?["kendall"] as? NSDictionary == filled?["kendall"] as? NSDictionary)
    // Where lower is better, the worst is the largest.
    let lower = try rows(try rank(file, ["--lower-is-better"]))["a"]
    let large = try rows(try rank("a,acc\n1,90\n4,91\n3,92\n4,93\n", ["--lower-is-better"]))["a"]
    #expect(try tau(lower) == tau(large))
  }

  @Test func infinitiesAreScores() throws {
    let result = try rank("a,acc\n1,90\ninf,93\n-inf,89\n2,91\n")
    #expect(try tau(try rows(result)["a"]) == 1)
    #expect(
      result.errors
        == "tfnas: a: 2 of 4 values are infinite and ranked as such, first 3:1: \"inf\"\n")
    for text in ["rank(a)", "-(-a)", "a + 1", "max(a, 0) + min(a, 0)"] {
      #expect(
        try tau(
          try rows(try rank("a,acc\n1,90\ninf,93\n-inf,89\n2,91\n", ["--score", text]))[text]) == 1)
    }
    let accuracy = try rank("a,acc\n1,90\n2,inf\n", status: 65)
    #expect(
      accuracy.errors == "tfnas: standard input:3:3: \"inf\" in column 'acc' is no accuracy\n")
  }

  @Test func columnsThatNobodyAskedForAreNamedAndEndNothing() throws {
    let file =
      "name,good,repr,twice,twice,empty,acc\n"
      + "x,1,np.float64(1),1,1,,90\ny,2,np.float64(2),2,2,NA,91\n"
    let result = try rank(file)
    #expect(try rows(result).keys.sorted() == ["good"])
    #expect(
      result.errors.split(separator: "\n") == [
        "tfnas: column 'name' is left out: standard input:2:1: \"x\" in column \"name\" is no number",
        "tfnas: column 'repr' is left out: standard input:2:5: \"np.float64(1)\" in column \"repr\" "
          + "is no number",
        "tfnas: column 'twice' is left out: standard input:1:22: more than one column is named "
          + "\"twice\": the first one stands at 1:16",
        "tfnas: column 'empty' is left out: it has no number beside an accuracy",
      ])
    for (column, place) in [("repr", ":2:5: "), ("twice", ":1:22: ")] {
      let asked = try rank(file, ["--score", column], status: 65)
      #expect(asked.errorLines.count == 1 && asked.errors.contains(place), "\(asked.errors)")
    }
    let none = try rank("name,acc\nx,1\n", status: 65)
    #expect(
      none.errors.contains("no column but 'acc' holds numbers; column 'name' is left out: standard")
    )
    // Nor can one end it that has no record in common with the baseline.
    let minus = try rank(
      "a,b,c,acc\n1,2,,90\n2,1,,91\n,,3,92\n", ["--minus", "b"])
    #expect(try rows(minus).keys.sorted() == ["a"])
    #expect(minus.errors.contains("column 'c' is left out"), "\(minus.errors)")
  }

  @Test func otherDelimitersAndDecimalCommas() throws {
    let comma = try rank("a,b,acc\n0.5,1,90\n0.25,3,91.5\n1.5,2,93\n")
    for file in [
      "a;b;acc\n0,5;1;90\n0,25;3;91,5\n1,5;2;93\n",
      "a\tb\tacc\n0,5\t1\t90\n0,25\t3\t91,5\n1,5\t2\t93\n",
      "a;b;acc\n0.5;1;90\n0.25;3;91.5\n1.5;2;93\n",
    ] {
      #expect(try rank(file).output == comma.output)
    }
    let bar = "a|b|acc\n0.5|1|90\n0.25|3|91.5\n1.5|2|93\n"
    #expect(try rank(bar, ["--delimiter", "|"]).output == comma.output)
    let wrong = try rank(bar, ["--delimiter", "bar"], status: 64)
    #expect(wrong.errors.contains("'bar' is no delimiter; it must be one character such as ';'"))
  }

  @Test func fractions() throws {
    let file = "a,acc\n1,0.90\n3,0.91\n2,0.93\n"
    let warned = try rank(file)
    #expect(
      warned.errors
        == "tfnas: acc: no value is above 1, but accuracies are taken for percent, which nDCG depends "
        + "on; --fractions reads 0.93 as 93 %\n")
    let read = try rank(file, ["--fractions"])
    #expect(read.errors.isEmpty)
    let percent = try rank("a,acc\n1,90\n3,91\n2,93\n")
    #expect(percent.errors.isEmpty && read.output == percent.output)
    #expect(read.output != warned.output)
    let mixed = try rank("a,acc\n1,0.9\n3,91\n", ["--fractions"], status: 65)
    #expect(
      mixed.errors
        == "tfnas: standard input:3:3: \"91\" in column 'acc' is more than 1, but --fractions is given\n"
    )
  }

  @Test func namesWithCommasStandInQuotes() throws {
    let file = "\"loss, raw\",\"say \"\"b\"\"\",\"acc, top\"\n3,1,90\n2,2,91\n1,3,92\n"
    let options = ["rank", "-", "--accuracy", "acc, top", "--resamples", "0", "--format", "json"]
    func taus(_ score: String) throws -> [String: Double] {
      let result = try Tool.run(options + ["--score", score], input: file)
      #expect(result.status == 0, "\(result.errors)")
      return try rows(result).mapValues { try tau($0) }
    }
    #expect(try taus("\"loss, raw\"") == ["loss, raw": -1])
    #expect(try taus("\"loss, raw\",\"say \"\"b\"\"\"") == ["loss, raw": -1, "say \"b\"": 1])
    #expect(try taus("-\"loss, raw\"") == ["-\"loss, raw\"": 1])
    #expect(try taus("rank(\"loss, raw\") * 2") == ["rank(\"loss, raw\") * 2": -1])
    let quoted = try Tool.run(
      ["rank", "-", "--accuracy", "\"acc, top\"", "--resamples", "9", "--format", "json"]
        + ["--compare", "\"loss, raw\",\"say \"\"b\"\"\""], input: file)
    #expect(quoted.status == 0)
    #expect(try quoted.object()["a"] as? String == "loss, raw")
    let open = try Tool.run(options + ["--score", "\"loss"], input: file)
    #expect(open.status == 64 && open.errors.contains("is not closed"), "\(open.errors)")
  }

  @Test func nothingMovesTheCursor() throws {
    let result = try Tool.run(
      ["rank", "-", "--accuracy", "acc", "--resamples", "0"],
      input: "\"\u{1B}[31mred\r\nx\",text,acc\n1,\u{1B}[2J,90\n2,b,91\n,c,92\n")
    #expect(result.status == 0)
    let allowed: Set<Unicode.Scalar> = ["\n"]
    for text in [result.output, result.errors] {
      #expect(
        text.unicodeScalars.allSatisfy {
          $0.properties.generalCategory != .control || allowed.contains($0)
        }, "\(text.debugDescription)")
    }
    #expect(result.output.contains("\\u{1b}[31mred") && result.errorLines.count == 2)
  }

  /// What the command scores it ranks as `evaluate` does, undefined scores included.
  @Test(arguments: ["worst", "omit"])
  func undefinedScoresAreTreatedAsInEvaluate(treatment: String) throws {
    let proxies = "trainability,layers"
    let sizes = ["--width", "4", "--cells", "1", "--batch", "2"]
    let evaluated = try Tool.run(
      ["evaluate", "--population", "all", "--sample", "60", "--proxies", proxies]
        + ["--undefined", treatment, "--resamples", "0", "--format", "json"] + sizes)
    let architectures = NASBench201Population.all.sample(count: 60, seed: 0)
    let scored = try Tool.run(
      ["score", "-", "--proxies", proxies, "--format", "csv"] + sizes,
      input: architectures.map { "\($0)\n" }.joined())
    let table = try CSV(Array(scored.output.utf8), file: "")
    let accuracies = AccuracyTable.nasBench201.accuracies(of: architectures, on: .cifar10)
    let columns = try ["trainability", "layers"].map { try table.texts(in: $0) }
    let joined =
      "trainability,layers,acc\n"
      + architectures.indices.map { "\(columns[0][$0]),\(columns[1][$0]),\(accuracies[$0])\n" }
      .joined()
    let ranked = try rank(joined, ["--undefined", treatment])
    let own = try #require(try evaluated.object()["rows"] as? [[String: Any]])
    let other = try rows(ranked)
    let missing = try #require(other["trainability"]?["missing"] as? Int)
    #expect(missing > 0 && missing < 60)
    for row in own {
      guard let name = row["proxy"] as? String, let match = other[name] else { continue }
      for key in ["kendall", "spearman", "ndcg"] {
        #expect(row[key] as? NSDictionary == match[key] as? NSDictionary, "\(name) \(key)")
      }
      #expect(row["networks"] as? Int == match["networks"] as? Int)
    }
  }
}
