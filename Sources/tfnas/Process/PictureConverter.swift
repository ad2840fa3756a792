internal import Formats
internal import Foundation

/// A program of the system that makes PNG files of SVG files.
enum PictureConverter {
  /// What is tried, in this order, with the arguments for a width of 1,600 pixels or 200 dots an inch.
  private static let programs: [(name: String, arguments: @Sendable (String, String) -> [String])] =
    [
      ("rsvg-convert", { ["--zoom", "2", "--output", $1, $0] }),
      ("inkscape", { ["--export-type=png", "--export-dpi=192", "--export-filename=\($1)", $0] }),
      ("magick", { ["-density", "192", "svg:" + $0, "png:" + $1] }),
      ("convert", { ["-density", "192", "svg:" + $0, "png:" + $1] }),
    ]

  /// Makes a picture of a drawing.
  ///
  /// A program counts only if it leaves a PNG file behind, since others may have its name.
  ///
  /// - Parameters:
  ///   - svg: the drawing.
  ///   - output: where the picture is written.
  /// - Throws: 69 where no program can do it, 73 where it cannot be written.
  static func convert(_ svg: String, to output: OutputFile) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("tfnas-\(UUID().uuidString)").path
    let folder = try OutputDirectory(directory, isForced: false)
    // What cannot be removed is left to the system, which cleans its temporary files.
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let (drawing, picture) = (folder.file("drawing.svg"), folder.file("picture.png"))
    try OutputFile(drawing, isForced: false).write(svg)
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    var failed: [String] = []
    for program in programs {
      let path = directories.map { "\($0)/\(program.name)" }.first {
        FileManager.default.isExecutableFile(atPath: $0)
      }
      guard let path else { continue }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = program.arguments(drawing, picture)
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      // A program that cannot be started is as good as none.
      guard (try? process.run()) != nil else { continue }
      process.waitUntilExit()
      if process.terminationStatus == 0, let bytes = try? InputFile.bytes(of: picture),
        bytes.starts(with: [0x89, 0x50, 0x4E, 0x47])
      {
        return try output.write(bytes)
      }
      failed.append(program.name)
    }
    let names = programs.map(\.name).joined(separator: ", ")
    throw CommandError(
      .unsupported,
      failed.isEmpty
        ? "\(output.path): no PNG is written, as none of \(names) is installed; the SVG is there"
        : "\(output.path): no PNG is written: \(failed.joined(separator: ", ")) failed; the SVG is there"
    )
  }
}
