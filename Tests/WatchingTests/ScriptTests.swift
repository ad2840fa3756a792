import Foundation
import TestSupport
import Testing

@testable import Watching

/// What the page computes, by the engine that many browsers have.
///
/// Without Node.js these tests are skipped, and say so.
@Suite(.enabled(if: Program.isInstalled("node"), "skipped: there is no node on the search path"))
struct ScriptTests {
  private static let helpers = WatchScript.data + WatchScript.plot + WatchScript.table

  /// What an expression is worth after some statements, as JSON.
  private func value(_ statements: String, _ expression: String) throws -> String {
    let directory = try TemporaryDirectory()
    let file = directory.file("script.js")
    let script = "\(Self.helpers)\n\(statements)\nconsole.log(JSON.stringify(\(expression)));"
    try Data(script.utf8).write(to: URL(fileURLWithPath: file))
    let result = try Program.run(["node", file], keepsErrors: true)
    let output = String(decoding: result.output, as: UTF8.self)
    try #require(result.status == 0, "\(output)")
    return output.trimmingCharacters(in: .newlines)
  }

  private static let part = """
    receive({ generation: 0, from: 0, to: 5, count: 5,
      columns: [
        { proxy: "vkdnw", settings: '{"batch":2,"classes":10}', seed: "0", kernels: "a", isCost: false },
        { proxy: "flops", settings: "{}", seed: "0", kernels: "", isCost: true },
        { proxy: "vkdnw", settings: '{"batch":4,"classes":10}', seed: "7", kernels: "a", isCost: false } ],
      spaces: ["one", "two"], firstNetwork: 0, networks: ["B,\\"x\\"", "a", "=c\\n"], networkSpaces: [0, 1, 0],
      rows: [0, 1, 0, 2, 1], cells: [0, 0, 1, 0, 1], scores: [2.5, -1, 100, "no spectrum", 300] });
    """

  @Test func columnsHaveNamesOfTheirOwn() throws {
    #expect(
      try value(Self.part, "data.labels")
        == #"["vkdnw (batch 2, seed 0)","flops","vkdnw (batch 4, seed 7)"]"#)
    // Settings that are no JSON are no reason to show nothing.
    let broken = Self.part.replacing(#"'{"batch":2,"classes":10}'"#, with: "'<b>'")
    #expect(try value(broken, "data.labels[0]").contains("settings <b>"))
  }

  @Test func rowsAreSortedAndFiltered() throws {
    #expect(try value(Self.part, "[...sorted(0, true)]") == "[0,1,2]")
    #expect(try value(Self.part, "[...sorted(0, false)]") == "[1,0,2]")
    #expect(try value(Self.part, "[...sorted(-1, false)]") == "[2,0,1]")
    #expect(try value(Self.part, "matching(sorted(-1, false), ['x', 'b'])") == "[0]")
    #expect(try value(Self.part, "matching(sorted(-1, false), ['<'])") == "[]")
  }

  /// Beside the definition, over the ends of the texts that are searched, and while names are added.
  @Test func wordsInManyNames() throws {
    let statements = """
      const failures = [];
      const add = (names) => receive({ generation: 0, from: data.position, to: data.position + names.length,
        count: 0, columns: [], spaces: ["s"], firstNetwork: data.names.length, networks: names,
        networkSpaces: names.map(() => 0), rows: [], cells: [], scores: [] });
      const check = (words) => {
        const order = sorted(-1, true);
        const expected = order.filter((n) => words.every((word) => data.names[n].toLowerCase().includes(word)));
        if (String(matching(order, words)) !== String(expected)) failures.push(words);
      };
      const names = (from, count) => Array.from({ length: count }, (_, n) => `N${(from + n) * 7 % 1000}b\n${n % 3}`);
      let size = 0;
      for (const count of [3, 0, 16384 - 3, 1, 20000]) {
        add(names(size, count));
        size += count;
        for (const words of [["n"], ["7"], ["n77", "b"], ["b", "b"], ["2"], ["1", "2", "n"], ["x"], ["0n"], ["b1"]]) {
          check(words);
        }
      }
      """
    #expect(try value(statements, "[failures, data.names.length]") == "[[],36385]")
  }

  @Test func partsThatAreNotExpectedChangeNothing() throws {
    // One that came twice, and one of another store, which voids the first.
    #expect(try value(Self.part + Self.part, "[data.names.length, data.position]") == "[3,5]")
    let other = Self.part.replacing("generation: 0", with: "generation: 1")
    #expect(
      try value(Self.part + other, "[data.generation, data.names.length, data.position]")
        == "[1,3,5]")
  }

  @Test func savedAsCSV() throws {
    let text = try value(Self.part, "csv([1, 0, 2])")
    #expect(
      text
        == #""space,architecture,\"vkdnw (batch 2, seed 0)\",flops,\"vkdnw (batch 4, seed 7)\"\r\n"#
        + #"two,a,-1,300,\r\none,\"B,\"\"x\"\"\",2.5,100,\r\none,\"=c\n\",,,\r\n""#)
  }

  /// Beside the definition: a network is on the front if no other one is as good in both and better in one.
  @Test func frontsOfRandomPoints() throws {
    let statements = """
      let state = 12345;
      const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
      const failures = [];
      for (let trial = 0; trial < 400; trial += 1) {
        const count = Math.floor(next() * 30);
        const number = () => next() < 0.1 ? NaN : Math.floor(next() * 8);
        const xs = Float64Array.from({ length: count }, number);
        const ys = Float64Array.from({ length: count }, number);
        const networks = [...xs.keys()].filter(() => next() < 0.9);
        for (const xSign of [1, -1]) for (const ySign of [1, -1]) {
          const known = networks.filter((n) => !Number.isNaN(xs[n] + ys[n]));
          const expected = known.filter((one) => !known.some((two) => {
            const [x, y] = [xSign * (xs[two] - xs[one]), ySign * (ys[two] - ys[one])];
            return x >= 0 && y >= 0 && x + y > 0;
          }));
          const mask = Uint8Array.from(xs, (_, n) => networks.includes(n) ? 1 : 0);
          const order = frontOrder([...xs.keys()], xs, ys, xSign, ySign);
          const found = paretoFront(order, mask, xs, ys, ySign).sort((a, b) => a - b);
          if (String(found) !== String(expected)) failures.push([trial, xSign, ySign]);
        }
      }
      """
    #expect(try value(statements, "failures") == "[]")
  }

  @Test func axesHaveRoundNumbers() throws {
    #expect(try value("", "ticks(0, 10, 5)") == "[0,2,4,6,8,10]")
    #expect(try value("", "ticks(-0.35, 0.2, 5)").hasPrefix("[-0.2,0,0.2"))
    #expect(try value("", "extent([0, 1], [3, 3])") == "[2.85,3.15]")
    #expect(try value("", "extent([], [])") == "[0,1]")
    for bounds in ["[-1e308, 1e308]", "[0, 0]", "[5e-324, 5e-324]", "[1e300, 1e300]"] {
      let list =
        "(() => { const e = extent([0, 1], \(bounds)); return e[1] > e[0] && e.every(Number.isFinite); })()"
      #expect(try value("", list) == "true", "\(bounds)")
    }
  }
}
