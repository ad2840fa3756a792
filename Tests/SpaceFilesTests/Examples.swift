import Foundation
import SpaceFiles

/// The files of the examples and of texts of tests.
enum Examples {
  static let names = ["resnet", "mobilenet-v3", "convnext", "vit", "microcontroller"]

  /// The folder of the examples, found from this file.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Examples/Spaces")

  static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: folder.appending(path: "\(name).yaml")))
  }

  static func space(_ name: String) throws -> FileSpace {
    FileSpace(try SpaceFile(parsing: bytes(name), file: "\(name).yaml"))
  }

  static func space(text: String) throws -> FileSpace {
    FileSpace(try SpaceFile(parsing: Array(text.utf8), file: "test.yaml"))
  }

  /// A file with some lines for its stages and, behind them, whatever else.
  static func small(
    _ stages: String, input: String = "{channels: 3, resolution: 16}", rest: String = ""
  ) -> String {
    "name: small\ninput: \(input)\nclasses: 4\nstages:\n"
      + stages.split(separator: "\n").map { "  \($0)\n" }.joined() + rest
  }
}
