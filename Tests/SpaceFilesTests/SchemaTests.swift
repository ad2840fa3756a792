import Foundation
import Testing

@testable import SpaceFiles

/// A validator of the part of JSON schema that the schema of spaces uses; an unknown keyword is a failure.
struct SchemaValidator {
  let root: [String: Any]

  init(_ text: String) throws {
    root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Whether a node is valid; `nil` stands for the root of the schema.
  func accepts(_ node: YAMLNode, _ schema: Any? = nil) -> Bool {
    guard let rules = (schema ?? root) as? [String: Any] else { return false }
    let value = JSONNode(node)
    return rules.allSatisfy { key, rule in
      switch key {
      case "$schema", "$defs", "title", "description", "then": return true
      case "$ref":
        let name = (rule as? String)?.split(separator: "/").last.map(String.init) ?? ""
        return (root["$defs"] as? [String: Any])?[name].map { accepts(node, $0) } ?? false
      case "type":
        let types = rule as? [String] ?? [rule as? String ?? ""]
        return types.contains { value.isOf(type: $0) }
      case "enum":
        return (rule as? [String])?.contains { $0 == value.string } ?? false
      case "const": return rule as? String == value.string
      case "pattern":
        guard let text = value.string, let pattern = rule as? String else { return true }
        return text.range(of: pattern, options: .regularExpression) != nil
      case "minimum": return value.number.map { $0 >= (rule as? Double ?? 0) } ?? true
      case "maximum": return value.number.map { $0 <= (rule as? Double ?? 0) } ?? true
      case "exclusiveMinimum": return value.number.map { $0 > (rule as? Double ?? 0) } ?? true
      case "minItems": return value.list.map { $0.count >= (rule as? Int ?? 0) } ?? true
      case "items": return value.list?.allSatisfy { accepts($0, rule) } ?? true
      case "required":
        guard let entries = value.entries, let names = rule as? [String] else { return true }
        return names.allSatisfy { name in entries.contains { $0.key == name } }
      case "properties":
        guard let entries = value.entries, let properties = rule as? [String: Any] else {
          return true
        }
        return entries.allSatisfy {
          properties[$0.key] == nil || accepts($0.value, properties[$0.key])
        }
      case "additionalProperties":
        let known = rules["properties"] as? [String: Any] ?? [:]
        let others = value.entries?.filter { known[$0.key] == nil } ?? []
        return others.allSatisfy {
          rule as? Bool != false && (rule is Bool || accepts($0.value, rule))
        }
      case "propertyNames":
        return value.entries?.allSatisfy {
          accepts(YAMLNode(.scalar($0.key, isPlain: false), $0.place), rule)
        } ?? true
      case "allOf": return (rule as? [Any])?.allSatisfy { accepts(node, $0) } ?? false
      case "anyOf": return (rule as? [Any])?.contains { accepts(node, $0) } ?? false
      case "oneOf": return (rule as? [Any])?.count { accepts(node, $0) } == 1
      case "if": return !accepts(node, rule) || rules["then"].map { accepts(node, $0) } ?? true
      default:
        Issue.record("unknown keyword \(key)")
        return false
      }
    }
  }

  /// A node as a JSON value.
  private struct JSONNode {
    var string: String?
    var number: Double?
    var isFlag = false
    var isNull = false
    var list: [YAMLNode]?
    var entries: [YAMLNode.Entry]?

    init(_ node: YAMLNode) {
      switch node.content {
      case .scalar("", isPlain: true): isNull = true
      case .scalar(let text, let isPlain):
        switch isPlain ? ChoiceValue(text) : .word(text) {
        case .number(let value): number = value
        case .flag: isFlag = true
        case .word(let word): string = word
        }
      case .list(let elements): list = elements
      case .mapping(let members): entries = members
      }
    }

    func isOf(type: String) -> Bool {
      switch type {
      case "object": entries != nil
      case "array": list != nil
      case "string": string != nil
      case "number": number != nil
      case "integer": number.map { $0 == $0.rounded() } ?? false
      case "boolean": isFlag
      case "null": isNull
      default: false
      }
    }
  }
}

@Suite struct SchemaTests {
  private func validator() throws -> SchemaValidator {
    try SchemaValidator(SpaceSchema.json.pretty)
  }

  @Test func theFileBesideTheExamplesIsTheSchema() throws {
    let url = Examples.folder.appending(path: "space.schema.json")
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(text == SpaceSchema.json.pretty + "\n", "tfnas spaces --schema writes it")
  }

  @Test(arguments: Examples.names)
  func examplesAreValid(_ name: String) throws {
    let text = String(decoding: try Examples.bytes(name), as: UTF8.self)
    #expect(try validator().accepts(YAMLNode(parsing: text)))
  }

  @Test(arguments: BlockExample.all)
  func blocksAreValid(_ example: BlockExample) throws {
    #expect(try validator().accepts(YAMLNode(parsing: example.file)))
  }

  @Test(arguments: BrokenFile.all.filter { !$0.isBeyondSchema })
  func brokenFilesAreNotValid(_ broken: BrokenFile) throws {
    #expect(try !validator().accepts(YAMLNode(parsing: broken.text)))
  }
}
