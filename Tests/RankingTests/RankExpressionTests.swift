import Ranking
import TestSupport
import Testing

@Suite("Expressions over scores")
struct RankExpressionTests {
  /// Three columns with ties, the first with holes.
  private static let columns: [String: ScoreColumn] = {
    var generator = SeededGenerator(seed: 70)
    var columns: [String: ScoreColumn] = [:]
    for name in ["a", "b", "vkdnw-agg"] {
      columns[name] = ScoreColumn(
        generator.columns(60, scoreLevels: 25, accuracyLevels: 25).scores.map { $0 })
    }
    for hole in [3, 17, 40] { columns["a"]?.values[hole] = nil }
    return columns
  }()

  private func values(_ text: String, _ columns: [String: ScoreColumn]? = nil) throws -> [Double?] {
    let columns = columns ?? Self.columns
    let count = try #require(columns.values.first?.values.count)
    return try RankExpression(parsing: text).values(of: columns, count: count)
  }

  @Test("The worked example of the published aggregate has its ranks and products")
  func golden() throws {
    let example = try Golden.load().aggregation
    func optional(_ numbers: [ReferenceNumber]) -> [Double?] {
      numbers.map { $0.value.isFinite ? $0.value : nil }
    }
    let single = try RankExpression(parsing: "dense(layers, vkdnw)")
    let aggregate = try RankExpression(
      parsing: "rank(vkdnw-single)*rank(jacov)*rank(expressivity)*rank(trainability)*rank(flops)"
    ).replacing(["vkdnw-single": single])
    // Minus infinity as it is, or an undefined score below all.
    for spelled in [true, false] {
      let columns = [
        "layers": ScoreColumn(example.layers), "vkdnw": ScoreColumn(example.entropy),
        "jacov": ScoreColumn(example.jacov),
        "expressivity": ScoreColumn(
          spelled ? example.expressivity.map(\.value) : optional(example.expressivity),
          undefined: .belowAll),
        "trainability": ScoreColumn(
          spelled ? example.trainability.map(\.value) : optional(example.trainability),
          undefined: .belowAll),
        "flops": ScoreColumn(example.flops),
      ]
      let count = example.layers.count
      #expect(single.values(of: columns, count: count) == example.ranks["V"])
      for (name, key) in [
        ("jacov", "J"), ("expressivity", "E"), ("trainability", "T"), ("flops", "F"),
      ] {
        let rank = try RankExpression(parsing: "rank(\(name))")
        #expect(rank.values(of: columns, count: count) == example.ranks[key])
      }
      let products = aggregate.values(of: columns, count: count)
      for (product, golden) in zip(products, example.product) { #expect(agrees(product, golden)) }
      let logarithm = try RankExpression(
        parsing: "log(rank(dense(layers, vkdnw))) + log(rank(jacov)) + log(rank(expressivity)) "
          + "+ log(rank(trainability)) + log(rank(flops))")
      for (sum, golden) in zip(logarithm.values(of: columns, count: count), example.logSum) {
        #expect(agrees(sum, golden))
      }
    }
  }

  @Test(
    "A rank does not change when its argument is transformed monotonically",
    arguments: [
      "2 * a + 5", "a - 1e6", "a / 3", "-(-a)", "log(a + 1000)", "max(a, -1e9)", "rank(a)",
      "rank(rank(a) * rank(a))", "-1 / (a + 1000)",
    ])
  func monotone(text: String) throws {
    // Undefined scores tie with the lowest, which a monotone map keeps.
    #expect(try values("rank(\(text))") == values("rank(a)"))
    #expect(try values("dense(\(text))") == values("dense(a)"))
  }

  @Test("Ranks run backwards under a falling map")
  func falling() throws {
    let up = try values("rank(b)")
    let down = try values("rank(-b)")
    for (first, second) in zip(up, down) {
      #expect(try #require(first) + (try #require(second)) == 61)
    }
  }

  @Test("A rank of dense ranks is dense, of all else average")
  func denseAndAverage() throws {
    let columns = ["x": ScoreColumn([3, 1, 3, 2]), "y": ScoreColumn([1, 1, 1, 0])]
    #expect(try values("rank(x)", columns) == [3.5, 1, 3.5, 2])
    #expect(try values("dense(x)", columns) == [3, 1, 3, 2])
    #expect(try values("dense(y, x)", columns) == [3, 2, 3, 1])
    #expect(try values("dense(y, x, x)", columns) == [3, 2, 3, 1])
    #expect(try values("rank(dense(x))", columns) == [3, 1, 3, 2])
    #expect(try values("rank(rank((dense(x))))", columns) == [3, 1, 3, 2])
    #expect(try values("rank(dense(x) + 0)", columns) == [3.5, 1, 3.5, 2])
    #expect(try values("rank(-dense(x))", columns) == [1.5, 4, 1.5, 3])
    let single = try RankExpression(parsing: "dense(x)")
    let rank = try RankExpression(parsing: "rank(single)").replacing(["single": single])
    #expect(rank.values(of: columns, count: 4) == [3, 1, 3, 2])
  }

  @Test("A lexicographic rank of two columns is that of their pairs")
  func lexicographic() throws {
    let first = try #require(Self.columns["b"]).values.compactMap(\.self)
    let second = try #require(Self.columns["vkdnw-agg"]).values.compactMap(\.self)
    #expect(
      try values("dense(b, vkdnw-agg)") == denseRanks(first, thenBy: second).map(Double.init))
  }

  @Test(
    "Operators of equal precedence group from the left, products before sums",
    arguments: [
      ("a - b - 1", "(a - b) - 1"), ("a / b / 3", "(a / b) / 3"), ("a + b * 2", "a + (b * 2)"),
      ("a - b / 2 - 1", "(a - (b / 2)) - 1"), ("-a * b", "(-a) * b"), ("-a - b", "(-a) - b"),
      ("a * -b", "a * (-b)"), ("a - -b", "a - (-b)"), ("a--b", "a - (-b)"), ("2*3-a", "6 - a"),
      ("min(a, b, 4)", "min(min(a, b), 4)"), ("max(a, b)", "-min(-a, -b)"),
      ("abs(a)", "max(a, -a)"), ("1.5e1 * a", "15 * a"), ("1E-1 * a", "0.1 * a"),
    ])
  func precedence(text: String, spelled: String) throws {
    #expect(try values(text) == values(spelled))
  }

  @Test("What does not group from the left is another number")
  func parentheses() throws {
    #expect(try values("a - (b - 1)") != values("a - b - 1"))
    #expect(try values("(a + b) * 2") != values("a + b * 2"))
    #expect(try values("a / (b / 3)") != values("a / b / 3"))
  }

  @Test("A hyphen between characters of a name is part of it, any other is a minus")
  func hyphens() throws {
    #expect(try RankExpression(parsing: "vkdnw-agg").names == ["vkdnw-agg"])
    for text in ["a - b", "a -b", "a- b", "a -\tb", "(a)-b", "(a)-(b)"] {
      #expect(try RankExpression(parsing: text) == RankExpression(parsing: "a - b"), "\(text)")
    }
    #expect(try RankExpression(parsing: "2-a").names == ["a"])
    #expect(try RankExpression(parsing: "a-2").names == ["a-2"])
    #expect(try RankExpression(parsing: "x_1.y-2z * a + x_1.y-2z").names == ["x_1.y-2z", "a"])
    // A name is that of a function only before a parenthesis.
    #expect(try RankExpression(parsing: "rank(rank)").names == ["rank"])
  }

  @Test("Undefined scores spread through operations and stand where their column says in ranks")
  func undefined() throws {
    let columns = [
      "x": ScoreColumn([4, nil, 2, 9, nil]),
      "y": ScoreColumn([4, nil, 2, 9, nil], undefined: .belowAll),
      "z": ScoreColumn([1, 2, nil, 4, 5]), "none": ScoreColumn([nil, nil, nil, nil, nil]),
    ]
    #expect(try values("x", columns) == [4, nil, 2, 9, nil])
    #expect(try values("-x", columns) == [-4, nil, -2, -9, nil])
    #expect(try values("x + z", columns) == [5, nil, nil, 13, nil])
    #expect(try values("max(x, 3)", columns) == [4, nil, 3, 9, nil])
    #expect(try values("rank(x)", columns) == [4, 2, 2, 5, 2])
    #expect(try values("rank(y)", columns) == [4, 1.5, 3, 5, 1.5])
    #expect(try values("rank(y + 0 * x)", columns) == [4, 1.5, 3, 5, 1.5])
    #expect(try values("rank(-y)", columns) == [4, 1.5, 5, 3, 1.5])
    #expect(try values("dense(x)", columns) == [2, 1, 1, 3, 1])
    #expect(try values("dense(y)", columns) == [3, 1, 2, 4, 1])
    #expect(try values("rank(none)", columns) == [3, 3, 3, 3, 3])
    // A rank is always defined and forgets where its columns put the undefined; z ties with the 3.
    #expect(try values("rank(rank(y) * z)", columns) == [3, 1.5, 1.5, 5, 4])
  }

  @Test("A result that is not finite is undefined")
  func notFinite() throws {
    let columns = ["x": ScoreColumn([0, 1, -1, 1e300])]
    #expect(try values("1 / x", columns) == [nil, 1, -1, 1e-300])
    #expect(try values("log(x)", columns)[..<3] == [nil, 0, nil])
    #expect(try values("x * x", columns) == [0, 1, 1, nil])
    #expect(try values("log(x - x)", columns) == [nil, nil, nil, nil])
  }

  @Test("Constants are as many as there are networks, and none is none")
  func constants() throws {
    #expect(try RankExpression(parsing: "1 + 2 * 3").values(of: [:], count: 2) == [7, 7])
    #expect(try RankExpression(parsing: "rank(1)").values(of: [:], count: 3) == [2, 2, 2])
    let empty = ["a": ScoreColumn([])]
    #expect(try RankExpression(parsing: "rank(a) + a").values(of: empty, count: 0) == [])
  }

  @Test("A column need not have a name of the language")
  func column() {
    let column = RankExpression(column: "100 % (b")
    #expect(column.names == ["100 % (b"])
    #expect(column.values(of: ["100 % (b": ScoreColumn([2, nil])], count: 2) == [2, nil])
  }

  @Test("Definitions replace names at once and not within each other")
  func definitions() throws {
    let definitions = try [
      "s": RankExpression(parsing: "a - t"), "t": RankExpression(parsing: "b / 2"),
    ]
    let replaced = try RankExpression(parsing: "s - t * s").replacing(definitions)
    #expect(try replaced == RankExpression(parsing: "a - t - b / 2 * (a - t)"))
    #expect(replaced.names == ["a", "t", "b"])
  }

  @Test("Columns of another length, or none, are refused")
  func refused() async {
    await #expect(processExitsWith: .failure) {
      _ = RankExpression(column: "a").values(of: ["a": ScoreColumn([1, 2])], count: 3)
    }
    await #expect(processExitsWith: .failure) {
      _ = RankExpression(column: "a").values(of: [:], count: 3)
    }
  }
}
