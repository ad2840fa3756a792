import Testing

/// A file with a mistake, where it is found, and a part of what is said about it.
struct BrokenFile: CustomTestStringConvertible, Sendable {
  let name: String
  let text: String
  let place: String
  let words: String
  /// Whether the schema cannot know: it is about the file as a whole, about formulas, or about YAML.
  let isBeyondSchema: Bool

  init(_ name: String, _ place: String, _ words: String, beyondSchema: Bool = false, _ text: String)
  {
    self.name = name
    self.text = text
    self.place = place
    self.words = words
    isBeyondSchema = beyondSchema
  }

  var testDescription: String { name }
}

extension BrokenFile {
  private static func stages(_ lines: String, rest: String = "") -> String {
    Examples.small(lines, rest: rest)
  }

  static let all: [BrokenFile] = yaml + top + steps + values + formulas + definitions + shapes

  /// No YAML, or none that is a space.
  static let yaml: [BrokenFile] = [
    .init("empty", "1:1", "the file is empty", beyondSchema: true, ""),
    .init("comment alone", "1:1", "the file is empty", beyondSchema: true, "# nothing\n"),
    .init("no mapping", "1:1", "the file is a list; expected a mapping", "- 1\n"),
    .init("a text", "1:1", "the file is 'hello'; expected a mapping", "hello"),
    .init("open bracket", "3:1", "expected", beyondSchema: true, "name: a\ninput: [1, 2\n"),
    .init("tab", "2:1", "cannot start any token", beyondSchema: true, "input:\n\tchannels: 1\n"),
    .init("open quote", "2:1", "quoted scalar", beyondSchema: true, "name: \"a\n"),
    .init(
      "two documents", "2:1", "another document", beyondSchema: true, "name: a\n---\nname: b\n"),
    .init(
      "alias as a key", "3:3", "a key is '?'; expected a name", beyondSchema: true,
      "name: x\na: &a [x, x]\n  ? *a\n  : 1\n"),
    .init(
      "alias as a key in braces", "3:5", "a key is '*a'; expected a name", beyondSchema: true,
      "name: x\na: &a [x, x]\nb: {*a : 1}\n"),
    .init(
      "aliases in a key", "3:1", "a key is '[*a,*a]'; expected a name", beyondSchema: true,
      "name: x\na: &a [x, x]\n[*a,*a]: 1\n"),
    .init("undefined alias", "1:7", "alias", beyondSchema: true, "name: *a\n"),
    .init("key twice", "1:1", "'name' more than once", beyondSchema: true, "name: a\nname: b\n"),
    .init("list as key", "1:1", "a key is a list", beyondSchema: true, "[1, 2]: a\n"),
    .init("control character", "1:8", "control characters", beyondSchema: true, "name: a\u{1}\n"),
    .init(
      "aliases of aliases", "1:16", "more than 100000 values", beyondSchema: true,
      "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
        + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
        + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"),
    .init("merged text", "2:6", "<< takes a mapping", beyondSchema: true, "name: a\n<<: [b]\n"),
  ]

  /// The top level.
  static let top: [BrokenFile] = [
    .init(
      "unknown key", "1:1", "unknown key 'nmae'; expected name, summary, input", "nmae: a\n"),
    .init(
      "no stages", "1:1", "the file has no 'stages'",
      "name: a\ninput: {channels: 3, resolution: 8}\nclasses: 2\n"),
    .init(
      "name with a space", "1:7", "'a b' cannot be the name of a space",
      "name: a b\ninput: {channels: 3, resolution: 8}\nclasses: 2\nstages: [convolution]\n"),
    .init(
      "one class", "3:10", "classes is '1'; expected a whole number, 2 to 100000",
      "name: a\ninput: {channels: 3, resolution: 8}\nclasses: 1\nstages: [convolution]\n"),
    .init(
      "half a channel", "2:19", "channels is '0.5'; expected a whole number",
      "name: a\ninput: {channels: 0.5, resolution: 8}\nclasses: 2\nstages: [convolution]\n"),
    .init(
      "no image", "2:8", "expected channels with either resolution, or height and width",
      beyondSchema: true,
      "name: a\ninput: {channels: 1}\nclasses: 2\nstages: [convolution]\n"),
    .init(
      "too many sides", "2:8", "input has channels, resolution, height", beyondSchema: true,
      "name: a\ninput: {channels: 1, resolution: 8, height: 8}\nclasses: 2\nstages: [convolution]\n"
    ),
    .init(
      "large image", "2:34", "resolution is '9000'; expected a whole number, 1 to 4096",
      "name: a\ninput: {channels: 1, resolution: 9000}\nclasses: 2\nstages: [convolution]\n"),
    .init(
      "no list of stages", "4:9", "stages is 'convolution'; expected a list",
      "name: a\ninput: {channels: 3, resolution: 8}\nclasses: 2\nstages: convolution\n"),
    .init(
      "no stage", "4:9", "stages is empty",
      "name: a\ninput: {channels: 3, resolution: 8}\nclasses: 2\nstages: []\n"),
    .init(
      "choice called input", "7:3", "expected another name", beyondSchema: true,
      stages("- convolution", rest: "choices:\n  input: [1, 2]\n")),
    .init(
      "choice with a capital", "7:3", "'Base' cannot be the name of a choice",
      stages("- convolution", rest: "choices:\n  Base: [1, 2]\n")),
  ]

  /// Steps.
  static let steps: [BrokenFile] = [
    .init(
      "unknown block", "5:13", "unknown block 'convolutoin'; expected convolution",
      beyondSchema: true,
      stages("- {block: convolutoin}")),
    .init("no block", "5:5", "a step has no block", stages("- {width: 8}")),
    .init(
      "unknown parameter", "5:26", "unknown parameter 'kernal'; expected activation, bias",
      stages("- {block: convolution, kernal: 3}")),
    .init(
      "step is a list", "5:5", "a step is a list; expected a mapping", stages("- [convolution]")),
    .init("empty block", "5:13", "a block is nothing", beyondSchema: true, stages("- {block: }")),
    .init("no alternative", "5:13", "block is an empty list", stages("- {block: []}")),
    .init(
      "alternative twice", "5:20", "the block zero stands twice", beyondSchema: true,
      stages("- {block: [zero, zero]}")),
    .init(
      "name of a step", "5:32", "cannot be the name of a step",
      stages("- {block: convolution, name: S1}")),
    .init(
      "two steps of one name", "6:5", "two steps are called s1", beyondSchema: true,
      stages("- {block: convolution}\n- {block: convolution, name: s1}")),
    .init(
      "deep stage", "5:33", "depth is '200'; expected a whole number, 0 to 100",
      stages("- {block: convolution, depth: 200}")),
    .init(
      "depth by formula", "6:33", "depth is a formula", beyondSchema: true,
      "choices: {d: [1, 2]}\n" + stages("- {block: convolution, depth: 2 * d}")),
    .init(
      "per-block of nothing", "5:38", "unknown parameter 'width'; expected block",
      beyondSchema: true,
      stages("- {block: convolution, per-block: [width]}")),
    .init(
      "per-block maybe", "5:37", "expected true or a list", beyondSchema: true,
      stages("- {block: convolution, per-block: 1}")),
    .init(
      "from outside of a graph", "5:26", "unknown parameter 'from'", beyondSchema: true,
      stages("- {block: convolution, from: input}")),
    .init(
      "no width of tokens", "5:5", "patch-embedding needs width",
      stages("- {block: patch-embedding, patch: 4}")),
  ]

  /// Values of parameters.
  static let values: [BrokenFile] = [
    .init(
      "no kernel", "5:34", "kernel is '0'; expected a whole number, 1 to 127",
      stages("- {block: convolution, kernel: 0}")),
    .init(
      "kernel of a word", "5:34", "kernel is 'large'; expected a whole number", beyondSchema: true,
      stages("- {block: convolution, kernel: large}")),
    .init(
      "unknown activation", "5:38", "unknown activation 'rellu'; expected none, relu",
      beyondSchema: true,
      stages("- {block: convolution, activation: rellu}")),
    .init(
      "unknown activation in a list", "5:45", "unknown activation 'rellu'",
      stages("- {block: convolution, activation: [relu, rellu]}")),
    .init(
      "width that is a mapping", "5:34", "unknown key 'a'; expected from, to or step",
      stages("- {block: convolution, width: {a: 1}}")),
    .init(
      "no option", "5:33", "width is an empty list", stages("- {block: convolution, width: []}")),
    .init(
      "option twice", "5:37", "width has the option 8 twice", beyondSchema: true,
      stages("- {block: convolution, width: [8, 8.0]}")),
    .init(
      "option that is a list", "5:37", "an option of width is a list",
      stages("- {block: convolution, width: [8, [4]]}")),
    .init(
      "range backwards", "5:33", "a range from 8 to 4", beyondSchema: true,
      stages("- {block: convolution, width: {from: 8, to: 4}}")),
    .init(
      "range of halves", "5:33", "width is '4.5'", beyondSchema: true,
      stages("- {block: convolution, width: {from: 4, to: 6, step: 0.5}}")),
    .init(
      "flag of a number", "5:32", "bias is '1'; expected true or false",
      stages("- {block: convolution, bias: 1}")),
    .init(
      "nothing", "5:33", "a value is nothing", beyondSchema: true,
      stages("- {block: convolution, width: }")),
  ]

  /// Formulas and constraints.
  static let formulas: [BrokenFile] = [
    .init(
      "unknown name", "5:37", "unknown name 'bse'", beyondSchema: true,
      stages("- {block: convolution, width: 2 * bse}")),
    .init(
      "open parenthesis", "5:39", "expected ')'", beyondSchema: true,
      stages("- {block: convolution, width: (2 + 2}")),
    .init(
      "nothing behind an operator", "5:36", "expected a name, a number or '('", beyondSchema: true,
      stages("- {block: convolution, width: 2 *}")),
    .init(
      "unknown function", "5:33", "unknown function 'sqrt'; expected min, max or round",
      beyondSchema: true,
      stages("- {block: convolution, width: sqrt(4)}")),
    .init(
      "character", "5:35", "'%' has no meaning in a formula", beyondSchema: true,
      stages("- {block: convolution, width: 5 % 2}")),
    .init(
      "half a channel by formula", "6:33", "width is 12.5; expected a whole number",
      beyondSchema: true,
      "choices: {d: [25, 50]}\n" + stages("- {block: convolution, width: d / 2}")),
    .init(
      "division by nothing", "5:35", "division by 0", beyondSchema: true,
      stages("- {block: convolution, width: 8 / 0}")),
    .init(
      "choice of another type", "6:34", "kernel, the choice a, is 'relu'", beyondSchema: true,
      "choices: {a: [relu, gelu]}\n" + stages("- {block: convolution, kernel: a}")),
    .init(
      "itself", "5:33", "'s1.width' is defined by itself", beyondSchema: true,
      stages("- {block: convolution, width: s1.width + 0}")),
    .init(
      "constraint that is a number", "7:5", "a constraint is '8'; expected a comparison",
      beyondSchema: true,
      stages("- {block: convolution, width: 4}", rest: "constraints:\n  - s1.width * 2\n")),
    .init(
      "constraint of an unknown stage", "7:5", "unknown name 's2.width'", beyondSchema: true,
      stages("- {block: convolution, width: 4}", rest: "constraints:\n  - s2.width > 2\n")),
    .init(
      "constraints that nothing meets", "7:5", "no architecture meets the constraints",
      beyondSchema: true,
      stages("- {block: convolution, width: [4, 8]}", rest: "constraints:\n  - s1.width > 8\n")),
    .init(
      "constraint for each block", "7:5", "s1.kernel is chosen for each block", beyondSchema: true,
      stages(
        "- {block: convolution, depth: 2, kernel: [3, 5], per-block: [kernel]}",
        rest: "constraints:\n  - s1.kernel > 3\n")),
    .init(
      "words compared by size", "7:19", "'relu' is no number", beyondSchema: true,
      stages(
        "- {block: convolution, activation: relu}", rest: "constraints:\n  - s1.activation < 3\n")),
  ]

  /// Blocks of the file.
  static let definitions: [BrokenFile] = [
    .init(
      "a formula without end", "7:5", "a formula of more than 1000 names", beyondSchema: true,
      stages(
        "- {block: convolution, width: [4, 8]}",
        rest: "constraints:\n  - " + String(repeating: "1 + ", count: 2000) + "1 > 0\n")),
    .init(
      "sizes beyond counting", "5:5", "is too large; expected smaller sizes", beyondSchema: true,
      Examples.small(
        "- {block: convolution, width: 65536, kernel: 127, depth: 2}",
        input: "{channels: 1, resolution: 4096}")),
    .init(
      "repeats of repeats", "5:15", "a network has more than 5000 blocks", beyondSchema: true,
      "name: x\ninput: {channels: 1, resolution: 8}\nclasses: 10\nblocks:\n"
        + "  a: {steps: [{block: convolution, width: 2, kernel: 1, depth: 100}]}\n"
        + "  b: {steps: [{block: a, depth: 100}]}\nstages:\n  - {block: b, depth: 100}\n"),
    .init(
      "block without a body", "7:3", "the block b has no body; expected one of steps",
      stages("- b", rest: "blocks:\n  b: {residual: true}\n")),
    .init(
      "block with two bodies", "7:3", "the block b has steps and edges",
      stages(
        "- b", rest: "blocks:\n  b: {steps: [zero], edges: [{block: zero, from: input, to: a}]}\n")),
    .init(
      "block of the library", "7:3", "there is a block zero already", beyondSchema: true,
      stages("- zero", rest: "blocks:\n  zero: {steps: [identity]}\n")),
    .init(
      "block in itself", "8:15", "the block b contains itself: b, c, b", beyondSchema: true,
      stages("- b", rest: "blocks:\n  b: {steps: [c]}\n  c: {steps: [b]}\n")),
    .init(
      "missing argument", "5:5", "the block b needs width", beyondSchema: true,
      stages(
        "- b",
        rest: "blocks:\n  b: {parameters: {width: }, steps: [{block: convolution, width: width}]}\n"
      )),
    .init(
      "parameter called depth", "7:20", "every step has depth", beyondSchema: true,
      stages("- b", rest: "blocks:\n  b: {parameters: {depth: 1}, steps: [zero]}\n")),
    .init(
      "unknown vertex", "7:39", "unknown vertex 'a'; expected input",
      beyondSchema: true,
      stages("- b", rest: "blocks:\n  b: {edges: [{block: identity, from: a, to: b}]}\n")),
    .init(
      "edge too late", "7:77", "the vertex a is read before this edge", beyondSchema: true,
      stages(
        "- b",
        rest:
          "blocks:\n  b: {edges: [{block: zero, from: input, to: a}, {block: zero, from: a, to: a}]}\n"
      )),
    .init(
      "join of steps", "7:7", "join belongs to blocks of vertices or edges", beyondSchema: true,
      stages("- b", rest: "blocks:\n  b: {join: sum, steps: [zero]}\n")),
    .init(
      "unknown join", "7:13", "unknown join 'mean'; expected sum or concatenate",
      stages(
        "- b", rest: "blocks:\n  b: {join: mean, edges: [{block: zero, from: input, to: a}]}\n")),
    .init(
      "residual that changes the shape", "7:3", "reads [3, 16, 16] and gives [8, 16, 16]",
      beyondSchema: true,
      stages(
        "- b",
        rest: "blocks:\n  b: {residual: true, steps: [{block: convolution, width: 8}]}\n")),
  ]

  /// Shapes that do not fit.
  static let shapes: [BrokenFile] = [
    .init(
      "groups", "5:5", "4 groups divide neither or only one of 3 and 8 channels",
      beyondSchema: true,
      stages("- {block: convolution, width: 8, groups: 4}")),
    .init(
      "window too large", "5:5", "does not fit", beyondSchema: true,
      stages("- {block: max-pool, kernel: 20, padding: 0}")),
    .init(
      "attention of maps", "5:5", "transformer reads tokens, and here are maps", beyondSchema: true,
      stages("- {block: transformer, heads: 1}")),
    .init(
      "convolution of tokens", "6:5", "a convolution reads maps, and here are tokens",
      beyondSchema: true,
      stages("- {block: patch-embedding, width: 8, patch: 4}\n- convolution")),
    .init(
      "heads", "6:5", "3 heads do not divide 8 features", beyondSchema: true,
      stages("- {block: patch-embedding, width: 8, patch: 4}\n- {block: transformer, heads: 3}")),
    .init(
      "linear of maps", "5:5", "expected global-pool before it", beyondSchema: true,
      stages("- {block: linear, width: 8}")),
    .init(
      "one bad option", "6:5", "3 heads do not divide 8 features", beyondSchema: true,
      stages(
        "- {block: patch-embedding, width: 8, patch: 4}\n- {block: transformer, heads: [2, 3]}")),
    .init(
      "token without one", "6:5", "there is no class token", beyondSchema: true,
      stages(
        "- {block: patch-embedding, width: 8, patch: 4, class-token: false}\n- {block: global-pool, kind: token}"
      )),
  ]
}
