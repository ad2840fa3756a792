internal import Formats
internal import Foundation

/// The claim of a worker on the networks from one position to another.
struct ChunkClaim: Codable, Hashable {
  /// The position behind the last network.
  var end: Int
  /// Who claims.
  var worker: String
  /// How many seconds the worker may say nothing before others take the chunk over.
  var lease: Double

  /// The content of the file.
  var bytes: [UInt8] {
    get throws { try NoteText.bytes(of: self) }
  }

  init(end: Int, worker: String, lease: Double) {
    self.end = end
    self.worker = worker
    self.lease = lease
  }

  init(file: String) throws { self = try NoteText.read(file) }
}

/// Why a chunk could not be computed.
struct ChunkFailure: Codable, Hashable {
  /// One line.
  var reason: String
  /// The exit status that belongs to it.
  var status: Int32
  /// Who says so.
  var worker: String

  var bytes: [UInt8] {
    get throws { try NoteText.bytes(of: self) }
  }

  init(reason: String, status: Int32, worker: String) {
    self.reason = reason
    self.status = status
    self.worker = worker
  }

  init(file: String) throws { self = try NoteText.read(file) }
}

/// Small files of JSON.
enum NoteText {
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  /// - Throws: ``SharedRunError/malformed(file:reason:)`` where it is something else.
  static func read<Value: Decodable>(_ file: String) throws -> Value {
    let bytes = try InputFile.bytes(of: file)
    do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
      throw SharedRunError.malformed(file: file, reason: "it is no note of a worker")
    }
  }
}
