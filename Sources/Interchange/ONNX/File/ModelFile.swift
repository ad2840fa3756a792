internal import Foundation

/// The bytes of a model file.
enum ModelFile {
  /// Reads a file, a pipe or a device.
  ///
  /// - Throws: ``ONNXError`` with the reason of the system.
  static func bytes(_ path: String) throws(ONNXError) -> Data {
    func error(_ problem: ONNXError.Problem) -> ONNXError {
      ONNXError(file: path, problem: problem)
    }
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
    guard let attributes else { throw error(.missing) }
    switch attributes[.type] as? FileAttributeType {
    case .typeDirectory?: throw error(.unreadable("it is a directory"))
    case .typeRegular?:
      if let size = attributes[.size] as? Int, size > ModelDecoder.byteLimit {
        throw error(
          .malformed("has \(size) bytes, and a model has at most 2 GB beside its data"))
      }
    default: break
    }
    do {
      let handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }
      return try handle.read(upToCount: ModelDecoder.byteLimit + 1) ?? Data()
    } catch {
      throw ONNXError(file: path, problem: .unreadable("it cannot be read"))
    }
  }
}
