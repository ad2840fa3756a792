internal import Foundation

/// Files beside a model that hold numbers of its tensors.
///
/// A model says where its numbers are, so it could name any file of the machine. None is opened that is not
/// below the model's own folder once links are followed.
struct ExternalData {
  /// The folder of the model, `nil` for a model that is no file.
  private let folder: URL?
  private var read: [Range: [UInt8]] = [:]
  private var remaining: [String: Int] = [:]

  private struct Range: Hashable {
    var path: String
    var offset: Int
    var length: Int?
  }

  /// - Parameter model: the path of the model, `nil` for one that is no file.
  init(model: String?) {
    folder = model.map {
      URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent()
    }
  }

  /// The bytes of a tensor.
  ///
  /// - Parameter entries: what the model says: `location`, and perhaps `offset` and `length`.
  /// - Returns: the bytes.
  /// - Throws: what keeps the bytes from being read.
  mutating func bytes(_ entries: [String: String]) throws(ModelProblem) -> [UInt8] {
    guard let location = entries["location"], !location.isEmpty else {
      throw .malformed("has its numbers in a file without a name")
    }
    guard let offset = Int(entries["offset"] ?? "0"), offset >= 0 else {
      throw .malformed("has its numbers at offset \(entries["offset"] ?? "")")
    }
    let length = entries["length"].map { Int($0) }
    if let length, (length ?? -1) < 0 {
      throw .malformed("has \(entries["length"] ?? "") bytes of numbers")
    }
    let path = try path(location)
    let range = Range(path: path, offset: offset, length: length ?? nil)
    if let known = read[range] { return known }
    let bytes = try load(range, location)
    read[range] = bytes
    return bytes
  }

  private func path(_ location: String) throws(ModelProblem) -> String {
    guard let folder else {
      throw .malformed("has its numbers in the file \(location), but the model is no file itself")
    }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.hasPrefix("/"), !parts.contains(".."), !location.contains("\0"),
      !location.contains("\\")
    else { throw .malformed("has its numbers in \(location), outside the model's folder") }
    let file = folder.appendingPathComponent(location).resolvingSymlinksInPath()
    let inside = folder.path.hasSuffix("/") ? folder.path : folder.path + "/"
    guard file.path.hasPrefix(inside) else {
      throw .malformed("has its numbers in \(location), a link that leaves the model's folder")
    }
    return file.path
  }

  private mutating func load(_ range: Range, _ location: String) throws(ModelProblem) -> [UInt8] {
    let attributes = try? FileManager.default.attributesOfItem(atPath: range.path)
    guard let attributes else {
      throw .malformed("has its numbers in \(location), and there is no such file")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular,
      let size = attributes[.size] as? Int
    else { throw .malformed("has its numbers in \(location), which is no file") }
    let length = range.length ?? max(0, size - range.offset)
    guard range.offset <= size, length <= size - range.offset else {
      throw .malformed(
        "has \(length) bytes at offset \(range.offset) of \(location), which has \(size)")
    }
    // Tensors that overlap could name one file a million times over.
    let left = remaining[range.path] ?? size
    guard length <= left else { throw .malformed("shares bytes of \(location) with other tensors") }
    remaining[range.path] = left - length
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: range.path))
      defer { try? handle.close() }
      try handle.seek(toOffset: UInt64(range.offset))
      let data = length == 0 ? Data() : try handle.read(upToCount: length) ?? Data()
      guard data.count == length else { throw CocoaError(.fileReadCorruptFile) }
      return [UInt8](data)
    } catch {
      throw .malformed("has its numbers in \(location), which cannot be read")
    }
  }
}
