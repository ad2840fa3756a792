internal import Formats
internal import Foundation

/// The claim of a worker on the networks from one position to another.
struct ChunkClaim: FolderNote, Hashable {
  /// The position behind the last network.
  var end: Int
  /// Who claims.
  var worker: String
  /// How many seconds the worker may say nothing before others take the chunk over.
  var lease: Double
}

/// Why a chunk could not be computed.
struct ChunkFailure: FolderNote, Hashable {
  /// One line.
  var reason: String
  /// The exit status that belongs to it.
  var status: Int32
  /// Who says so.
  var worker: String
}

/// A small file of JSON in a shared folder.
protocol FolderNote: Codable {}

extension FolderNote {
  /// The content of the file.
  var bytes: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
  }

  /// - Throws: ``SharedRunError/malformed(file:reason:)`` where the file is something else.
  init(file: String) throws {
    let bytes = try InputFile.bytes(of: file)
    do { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) } catch {
      throw SharedRunError.malformed(file: file, reason: "it is no note of a worker")
    }
  }
}
