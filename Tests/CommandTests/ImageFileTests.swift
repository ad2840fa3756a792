import Foundation
import TestSupport
import Testing

/// What is wrong with images is said before any work starts: the exit code, and one line.
@Suite struct ImageFileTests {
  private let directory: TemporaryDirectory
  private let sizes = ["--width", "2", "--cells", "1", "--batch", "4"]

  init() throws { directory = try TemporaryDirectory() }

  /// Writes records of CIFAR-10 and returns the path.
  private func cifar(
    _ name: String, _ labels: [UInt8], missing: Int = 0
  ) throws -> String {
    let bytes = labels.flatMap { [$0] + [UInt8](repeating: 128, count: 3072) }
    return try write(name, Array(bytes.dropLast(missing)))
  }

  /// Writes a `.npy` file and returns the path.
  private func array(
    _ name: String, _ type: String, _ shape: [Int], size: Int = 1
  ) throws -> String {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }\n"
    let prefix = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
    return try write(
      name,
      prefix + Array(header.utf8) + [UInt8](repeating: 0, count: shape.reduce(size, *)))
  }

  private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = directory.file(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func expect(
    _ status: Int32, _ message: String, _ arguments: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for command in [["score", "1", "--proxies", "layers"], ["evaluate", "--sample", "2"]] {
      // Sizes of images follow from the data set in `evaluate`.
      if command[0] == "evaluate",
        arguments.contains("--classes") || arguments.contains("--resolution")
      {
        continue
      }
      let result = try Tool.run(command + sizes + arguments)
      let shown = "\(command) \(arguments): \(result.status) \(result.errors)"
      #expect(result.status == status, "\(shown)", sourceLocation: sourceLocation)
      #expect(result.output.isEmpty, "\(shown)", sourceLocation: sourceLocation)
      #expect(result.errorLines.count == 1, "\(shown)", sourceLocation: sourceLocation)
      #expect(result.errors.contains(message), "\(shown)", sourceLocation: sourceLocation)
    }
  }

  @Test func usage() throws {
    let file = try cifar("a.bin", [1, 2, 3, 4])
    try expect(64, "--labels belongs to --images with files", ["--labels", "random"])
    try expect(
      64, "--image-stats belongs to --images with files",
      ["--images", "noise", "--image-stats", "cifar10"])
    try expect(
      64, "--no-augmentation belongs to --images with files",
      ["--images", "synthetic", "--no-augmentation"])
    try expect(
      64, "'cifar10', 'cifar100', 'imagenet16-120' or 'none'",
      ["--images", file, "--image-stats", "mnist"])
    for list in ["", "\(file),"] {
      try expect(64, "--images must be noise, synthetic, or files", ["--images", list])
    }
    try expect(
      64, "--image-stats is needed: no data set has 9 classes and 32x32 pixels",
      ["--images", file, "--classes", "9"])
    let floats = try array("f.npy", "<f4", [4, 3, 32, 32], size: 4)
    try expect(
      64, "--image-stats cifar10 is for images of bytes: \(floats) holds floating-point numbers",
      ["--images", floats, "--image-stats", "cifar10"])
    let result = try Tool.run(["score", "1", "--input", "f", "--images", file])
    #expect(result.status == 64 && result.errors.contains("--images conflicts with --input"))
  }

  @Test func dataOfFiles() throws {
    let short = try cifar("short.bin", [1, 2], missing: 1)
    try expect(
      65, "\(short): neither .npy nor .npz, and 6145 bytes are no whole number of records of 3073",
      ["--images", short])
    let label = try cifar("label.bin", [1, 2, 10, 3])
    try expect(
      65, "\(label): record 2: at byte 6146: label 10 is not below 10", ["--images", label])
    let good = try cifar("good.bin", [1, 2, 9])
    try expect(
      65, "\(good): 3 images, but a minibatch of 4 is wanted", ["--images", good])
    try expect(
      65, "\(good): record 2: label 9, but the network has 9 classes",
      ["--images", "\(good),\(good)", "--classes", "9", "--image-stats", "none"])
    try expect(
      65, "\(good): images of [3, 32, 32], but the network's input is [3, 16, 16]",
      ["--images", good, "--resolution", "16", "--image-stats", "none"])
    let shape = try array("shape.npy", "|u1", [4, 32, 32])
    try expect(
      65, "\(shape): shape [4, 32, 32] where [images, 3, height, width]", ["--images", shape])
    let broken = try write("broken.npz", [0x50, 0x4b, 3, 4, 0])
    try expect(65, "\(broken): not an .npz archive", ["--images", broken])
    let labels = try array("y.npy", "<i8", [5], size: 8)
    try expect(65, "\(labels): 5 labels for 3 images", ["--images", good, "--labels", labels])
    let numbers = try array("z.npy", "<f8", [3], size: 8)
    try expect(
      65, "\(numbers): dtype <f8 where integers are needed",
      ["--images", good, "--labels", numbers])
    let other = try array("o.npy", "|u1", [1, 3, 16, 16])
    try expect(
      65, "\(other): images of [3, 16, 16], but those of \(good) are [3, 32, 32]",
      ["--images", "\(good),\(other)"])
  }

  @Test func missingFiles() throws {
    let good = try cifar("good.bin", [1, 2, 3, 4])
    let missing = directory.file("none.npz")
    try expect(66, "\(missing): no such file", ["--images", missing])
    try expect(66, "\(missing): no such file", ["--images", "\(good),\(missing)"])
    try expect(66, "\(missing): no such file", ["--images", good, "--labels", missing])
    try expect(66, "it is a directory", ["--images", directory.path])
  }

  @Test func imagesThatNobodyReadsAreIgnored() throws {
    let good = try cifar("good.bin", [1, 2, 3, 4])
    for images in [good, "noise", "synthetic"] {
      let result = try Tool.run(
        ["score", "1", "--proxies", "layers", "--images", images] + sizes)
      #expect(result.status == 0)
      #expect(
        result.errors
          == "tfnas: --images is ignored: no proxy that is asked for reads images\n")
    }
  }
}
