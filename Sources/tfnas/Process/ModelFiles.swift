internal import Foundation
internal import Interchange
internal import Networks
internal import Spaces

/// Model files among the arguments of a command.
enum ModelFiles {
  /// Whether an argument names a model file, or a folder of such.
  static func isModel(_ argument: String) -> Bool {
    if argument.isEmpty { return false }
    if argument.lowercased().hasSuffix(".onnx") { return true }
    return isFolder(argument)
  }

  private static func isFolder(_ path: String) -> Bool {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  /// The files that an argument stands for: itself, or the model files in a folder by their names.
  ///
  /// - Throws: 66 where the folder has none or cannot be read.
  static func paths(_ argument: String) throws(CommandError) -> [String] {
    guard isFolder(argument) else { return [argument] }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: argument) } catch {
      throw CommandError(.missingInput, "\(argument): the folder cannot be read")
    }
    let models = names.filter { $0.lowercased().hasSuffix(".onnx") }.sorted()
    guard !models.isEmpty else {
      throw CommandError(.missingInput, "\(argument): there is no .onnx file in the folder")
    }
    return models.map { argument.hasSuffix("/") ? argument + $0 : "\(argument)/\($0)" }
  }

  /// Reads a file, and says what somebody should know of it.
  ///
  /// - Throws: `ONNXError`, or 65 where its output is no vector of logits.
  static func network(
    _ path: String, by importer: ONNXImporter, isClassifier: Bool = true
  ) throws -> ImportedNetwork {
    let imported = try importer.network(contentsOfFile: path)
    guard !isClassifier || imported.isClassifier else {
      throw CommandError(
        .badData,
        "\(path): output \(imported.output) has the shape \(imported.network.outputShape) for each "
          + "image, not a vector of logits")
    }
    for remark in imported.remarks { Diagnostics.say("\(path): \(remark.text)") }
    return imported
  }
}

extension GivenNetworks.Member {
  /// A network of a file, which keeps the file's numbers or has them drawn.
  init(_ imported: ImportedNetwork, isStored: Bool) {
    self.init(
      architecture: GivenNetworks.Architecture(
        graph: imported.digest, numbers: isStored ? imported.stored.digest : nil),
      network: imported.network, parameters: isStored ? imported.stored : nil,
      repeatedParameters: imported.repeatedParameters, drawnAs: imported.architecture)
  }
}
