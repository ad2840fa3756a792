public import Formats
internal import Spaces
public import Studies
internal import Tensors

/// The values of one configuration.
public struct ConformanceReport: Report {
  private let configuration: ConformanceConfiguration
  private let result: ConformanceResult

  /// Creates a report.
  public init(_ configuration: ConformanceConfiguration, _ result: ConformanceResult) {
    self.configuration = configuration
    self.result = result
  }

  /// A row for each value.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      .init("name", .left), .init("value", .right).with(.wrapped(least: 24)),
    ])
    for value in result.values { table.add([value.name, value.text]) }
    for (name, reason) in result.undefined { table.add([name, "undefined: \(reason)"]) }
    return table.text(layout)
  }

  /// Configuration, values, and the reasons why others have none.
  public var json: JSONValue {
    [
      "configuration": JSONValue(configuration),
      "values": .object(result.values.map { JSONValue.Member($0.name, $0.json) }),
      "undefined": .object(
        result.undefined.map { JSONValue.Member($0.name, .text($0.reason)) }),
    ]
  }

  /// The one object.
  public var lines: [JSONValue] { [json] }
  /// Name and value.
  public var header: [String] { ["name", "value", "undefined"] }

  /// One record for each name.
  public var records: [[String]] {
    result.values.map { [$0.name, $0.text, ""] }
      + result.undefined.map { [$0.name, "", $0.reason] }
  }
}

extension ConformanceResult.Value {
  /// All digits of the value, none after the point for a count.
  fileprivate var text: String { isWhole ? "\(Int(value))" : "\(value)" }
  fileprivate var json: JSONValue { isWhole ? .integer(Int(value)) : .number(value) }
}

extension JSONValue {
  /// The members that make a network and a minibatch.
  init(_ configuration: ConformanceConfiguration) {
    self = [
      "cell": .text(configuration.cell.description), "width": .integer(configuration.width),
      "cells": .integer(configuration.cells), "classes": .integer(configuration.classes),
      "resolution": .integer(configuration.resolution), "batch": .integer(configuration.batch),
      "precision": .text(configuration.precision.rawValue),
    ]
  }
}
