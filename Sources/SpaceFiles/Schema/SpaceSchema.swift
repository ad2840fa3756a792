public import Formats

/// The JSON schema of files of spaces, for editors: draft 2020-12, made from the blocks of the library.
///
/// It knows names, types and ranges. What takes knowledge of the whole file (names of choices in formulas, shapes,
/// constraints) is left to the reader, so that a file that the schema refuses is refused by the reader too.
public enum SpaceSchema {
  /// The document.
  public static var json: JSONValue {
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Search space of tfnas",
      "type": "object",
      "required": ["name", "input", "classes", "stages"],
      "additionalProperties": false,
      "properties": [
        "name": described(reference("name"), "what records and reports call the space"),
        "summary": ["type": "string", "description": "what the networks are"],
        "input": reference("input"),
        "classes": [
          "type": "integer", "minimum": 2, "maximum": 100_000,
          "description": "outputs of the classifier, which stands behind the head",
        ],
        "choices": [
          "type": "object", "propertyNames": reference("name"),
          "additionalProperties": reference("any"),
          "description": "choices with a name, which every parameter and formula can use",
        ],
        "blocks": [
          "type": "object", "propertyNames": reference("name"),
          "additionalProperties": reference("definition"),
          "description": "blocks of the file",
        ],
        "stem": described(reference("steps"), "what comes before the stages"),
        "stages": [
          "allOf": [reference("steps")], "minItems": 1,
          "description": "blocks, each with its number, widths and choices",
        ],
        "head": described(reference("steps"), "what stands between stages and classifier"),
        "constraints": [
          "type": "array", "items": ["type": "string"],
          "description": "comparisons of choices, such as s2.width >= s1.width",
        ],
      ],
      "$defs": definitions,
    ]
  }

  private static var definitions: JSONValue {
    guard case .object(let members) = general else { return general }
    return .object(members + AllBlocks.kinds.map { .init("block-\($0.name)", rule(for: $0)) })
  }

  private static var general: JSONValue {
    [
      "name": ["type": "string", "pattern": "^[a-z][a-z0-9-]*$"],
      "scalar": ["type": ["number", "boolean", "string"]],
      "range": [
        "type": "object", "required": ["from", "to"], "additionalProperties": false,
        "properties": [
          "from": ["type": "number"], "to": ["type": "number"],
          "step": ["type": "number", "exclusiveMinimum": 0],
        ],
      ],
      "any": [
        "anyOf": [
          reference("scalar"), ["type": "array", "items": reference("scalar"), "minItems": 1],
          reference("range"),
        ]
      ],
      "input": [
        "type": "object", "required": ["channels"], "additionalProperties": false,
        "properties": [
          "channels": ["type": "integer", "minimum": 1, "maximum": 1024],
          "resolution": value(.whole(1...4096)), "height": value(.whole(1...4096)),
          "width": value(.whole(1...4096)),
        ],
        "description": "images: channels, and resolution or height and width",
      ],
      "steps": ["type": "array", "items": reference("step")],
      "step": step,
      "vertex": part(["from"]),
      "edge": part(["from", "to"]),
      "vertices": [
        "anyOf": [reference("name"), ["type": "array", "items": reference("name"), "minItems": 1]]
      ],
      "definition": definition,
    ]
  }

  // MARK: Steps

  private static var step: JSONValue {
    [
      "anyOf": [
        reference("name"),
        [
          "type": "object", "required": ["block"],
          "properties": .object(stepProperties),
          "allOf": .array(AllBlocks.kinds.map { ["$ref": .text("#/$defs/block-\($0.name)")] }),
        ],
      ]
    ]
  }

  private static var stepProperties: [JSONValue.Member] {
    [
      .init(
        "block",
        [
          "anyOf": [
            reference("name"),
            ["type": "array", "items": reference("name"), "minItems": 1],
            ["enum": .array(AllBlocks.kinds.map { .text($0.name) })],
          ],
          "description": "a block, or a choice of blocks",
        ]),
      .init("name", described(reference("name"), "what choices and parameters are called by")),
      .init(
        "depth",
        described(value(.whole(0...SpaceReader.maximumDepth)), "how many blocks there are")),
      .init(
        "per-block",
        [
          "anyOf": [["type": "boolean"], ["type": "array", "items": ["type": "string"]]],
          "description": "what is chosen for each block: true, or some of the parameters",
        ]),
      .init("from", described(reference("vertices"), "the vertices that it reads, in a graph")),
      .init("to", described(reference("name"), "the vertex of an edge, in a graph")),
    ]
  }

  /// A step of a graph, which says what it reads.
  private static func part(_ required: [String]) -> JSONValue {
    ["allOf": [reference("step")], "required": .array(required.map { .text($0) })]
  }

  /// The parameters of a block where it is the only one.
  private static func rule(for kind: any BlockKind.Type) -> JSONValue {
    let names = stepProperties.map(\.name) + kind.parameters.map(\.name)
    let required = kind.parameters.filter { $0.standard == .required }.map(\.name)
    return [
      "if": ["properties": ["block": ["const": .text(kind.name)]]],
      "then": [
        "description": .text(kind.summary),
        "propertyNames": ["enum": .array(names.map { .text($0) })],
        "required": .array(required.map { .text($0) }),
        "properties": .object(
          kind.parameters.map { .init($0.name, described(value($0.type), words(for: $0))) }),
      ],
    ]
  }

  private static func words(for parameter: BlockParameter) -> String {
    switch parameter.standard {
    case .value(let value): "\(parameter.summary) (default: \(value))"
    case .input: "\(parameter.summary) (default: the width that it reads)"
    case .derived(let words): "\(parameter.summary) (default: \(words))"
    case .required: parameter.summary
    }
  }

  /// A value, a list of values, a range of numbers, or a formula.
  private static func value(_ type: ParameterType) -> JSONValue {
    var forms: [JSONValue] = []
    switch type {
    case .whole(let range): forms.append(whole(range))
    case .number(let range):
      forms.append([
        "type": "number", "minimum": .number(range.lowerBound),
        "maximum": .number(range.upperBound),
      ])
    case .wholeOrWord(let range, let words):
      forms += [whole(range), ["enum": .array(words.map { .text($0) })]]
    case .word(let words): forms.append(["enum": .array(words.map { .text($0) })])
    case .flag: forms.append(["type": "boolean"])
    case .any: return reference("any")
    }
    let single: JSONValue = forms.count == 1 ? forms[0] : ["anyOf": .array(forms)]
    // A text can be the name of a choice or a formula, of which the reader knows more.
    return [
      "anyOf": .array(
        forms + [
          ["type": "array", "items": single, "minItems": 1], reference("range"), ["type": "string"],
        ])
    ]
  }

  private static func whole(_ range: ClosedRange<Int>) -> JSONValue {
    [
      "type": "integer", "minimum": .integer(range.lowerBound),
      "maximum": .integer(range.upperBound),
    ]
  }

  // MARK: Definitions

  private static var definition: JSONValue {
    let join: JSONValue = ["enum": ["sum", "concatenate"]]
    return [
      "type": "object", "additionalProperties": false,
      "oneOf": [["required": ["steps"]], ["required": ["vertices"]], ["required": ["edges"]]],
      "properties": [
        "summary": ["type": "string"],
        "parameters": [
          "type": "object", "propertyNames": reference("name"),
          "additionalProperties": ["type": ["number", "boolean", "string", "null"]],
          "description":
            "names with usual values; input is the width that is read, nothing is required",
        ],
        "steps": [
          "allOf": [reference("steps")], "minItems": 1,
          "description": "blocks one behind the other",
        ],
        "residual": ["type": "boolean", "description": "whether what is read is added"],
        "vertices": [
          "type": "array", "items": reference("vertex"), "minItems": 1,
          "description": "a graph whose vertices are blocks",
        ],
        "edges": [
          "type": "array", "items": reference("edge"), "minItems": 1,
          "description": "a graph whose edges are blocks",
        ],
        "output": described(reference("vertices"), "the vertices that are the output"),
        "join": described(join, "what several values become at a vertex (default: sum)"),
        "output-join": described(join, "what several outputs become (default: join)"),
        "shared": [
          "type": "boolean", "description": "whether choices inside are made once for all uses",
        ],
      ],
    ]
  }

  private static func reference(_ name: String) -> JSONValue { ["$ref": .text("#/$defs/\(name)")] }

  private static func described(_ schema: JSONValue, _ words: String) -> JSONValue {
    guard case .object(let members) = schema else { return schema }
    return .object(members + [.init("description", .text(words))])
  }
}
