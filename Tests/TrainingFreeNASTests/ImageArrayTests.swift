import Foundation
import Testing

@testable import Formats
@testable import Scoring
@testable import Tensors

@Suite("CIFAR's binary files")
struct CIFARBinaryTests {
  @Test(arguments: CIFARBinary.Kind.allCases)
  func records(kind: CIFARBinary.Kind) throws {
    let labels: [UInt8] = [3, 0, UInt8(kind.classes - 1), 7]
    let file = try CIFARBinary(bytes: ArrayFiles.cifar(labels, kind: kind), file: "data_batch.bin")
    #expect(file.kind == kind && file.count == 4)
    #expect(file.labels == labels.map { Int($0) })
    let images = try LabelledImages(
      [ImageArray(bytes: ArrayFiles.cifar(labels, kind: kind), file: "f")], isAugmented: false)
    let drawn = images.minibatch(
      0, count: 4, shape: Shape(channels: 3, height: 32, width: 32), classes: 100, seed: 0)
    // The first pixel of record r is 31 r, so it tells which record an image is.
    for (place, label) in try #require(drawn.labels).enumerated() {
      let record = try #require(labels.firstIndex(of: UInt8(label)))
      for pixel in [0, 1, 32, 1024, 3071] {
        let byte = UInt8(truncatingIfNeeded: record * 31 + pixel * 5)
        #expect(drawn.pixels[place * 3072 + pixel] == Float(Double(byte) / 255))
      }
    }
  }

  private func fault(_ bytes: [UInt8]) throws -> String {
    try imageFault("c.bin") { _ = try ImageArray(bytes: bytes, file: "c.bin") }
  }

  @Test func lengths() throws {
    for count in [0, 1, 3072, 3075, 2 * 3073 + 1] {
      #expect(
        try fault([UInt8](repeating: 0, count: count))
          == "neither .npy nor .npz, and \(count) bytes are no whole number of records of 3073 bytes "
          + "(CIFAR-10) or of 3074 (CIFAR-100)")
    }
  }

  @Test func labelsBeyondTheClasses() throws {
    #expect(
      try fault(ArrayFiles.cifar([0, 9, 10, 11]))
        == "record 2: at byte 6146: label 10 is not below 10")
    #expect(
      try fault(ArrayFiles.cifar([99, 100], kind: .cifar100))
        == "record 1: at byte 3075: label 100 is not below 100")
  }

  @Test func aLengthThatFitsBothKindsIsDecidedByTheLabels() throws {
    // 3074 records of one kind are as long as 3073 of the other.
    var bytes = [UInt8](repeating: 9, count: 3073 * 3074)
    #expect(try CIFARBinary(bytes: bytes, file: "f").kind == .cifar10)
    for record in 0..<3073 { bytes[record * 3074 + 1] = 42 }
    let file = try CIFARBinary(bytes: bytes, file: "f")
    #expect(file.kind == .cifar100 && file.labels == [Int](repeating: 42, count: 3073))
  }
}

@Suite("images of arrays")
struct ImageArrayTests {
  private let shape = Shape(channels: 3, height: 4, width: 5)

  private func minibatch(_ bytes: [UInt8], _ file: String = "x.npy") throws -> Minibatch {
    let images = try LabelledImages([ImageArray(bytes: bytes, file: file)], isAugmented: false)
    return images.minibatch(0, count: images.count, shape: shape, classes: 10, seed: 3)
  }

  /// The same six images in every layout, order and width.
  @Test func layoutsAreOne() throws {
    func value(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Int {
      (n * 60 + c * 20 + y * 5 + x) % 251
    }
    var planes: [Int] = []
    for n in 0..<6 {
      for c in 0..<3 { for y in 0..<4 { for x in 0..<5 { planes.append(value(n, c, y, x)) } } }
    }
    var pixels: [Int] = []
    for n in 0..<6 {
      for y in 0..<4 { for x in 0..<5 { for c in 0..<3 { pixels.append(value(n, c, y, x)) } } }
    }
    var columns: [Int] = []
    for x in 0..<5 {
      for y in 0..<4 { for c in 0..<3 { for n in 0..<6 { columns.append(value(n, c, y, x)) } } }
    }
    let bytes = try minibatch(ArrayFiles.byteImages([6, 3, 4, 5], planes.map { UInt8($0) }))
    #expect(
      try minibatch(ArrayFiles.byteImages([6, 4, 5, 3], pixels.map { UInt8($0) })) == bytes)
    let fortran = ArrayFiles.npy(
      "|u1", [6, 3, 4, 5], columns.map { UInt8($0) }, columnMajor: true)
    #expect(try minibatch(fortran) == bytes)
    // Floating-point numbers are taken as they are.
    let floats = try minibatch(
      ArrayFiles.npy(
        ">f8", [6, 4, 5, 3],
        ArrayFiles.bytes(pixels.map { Double($0).bitPattern }, bigEndian: true)))
    #expect(floats.pixels.map { Float(Double($0) / 255) } == bytes.pixels)
    // Equal images have equal digests, whatever holds them.
    let settings = try [
      ArrayFiles.byteImages([6, 3, 4, 5], planes.map { UInt8($0) }), fortran,
      ArrayFiles.npz(["x": ArrayFiles.byteImages([6, 4, 5, 3], pixels.map { UInt8($0) })]),
    ].map { try LabelledImages([ImageArray(bytes: $0, file: "x")]).settings }
    #expect(settings[0] == settings[1] && settings[0] == settings[2])
  }

  @Test(arguments: [
    [6, 4, 5], [6, 4, 4, 5], [6, 1, 4, 5], [60], [], [0, 3, 4, 5], [6, 3, 0, 5],
  ])
  func shapesThatAreNone(shape: [Int]) throws {
    #expect(
      try imageFault("x.npy") { _ = try minibatch(ArrayFiles.byteImages(shape)) }
        == "shape \(shape) where [images, 3, height, width] or [images, height, width, 3] is needed"
    )
  }

  @Test func elementsThatAreNone() throws {
    let data = [UInt8](repeating: 0, count: 12 * 8)
    for type in ["|i1", "<u2", "<i8"] {
      let size = Int(type.suffix(1)) ?? 0
      #expect(
        try imageFault("x.npy") {
          _ = try minibatch(ArrayFiles.npy(type, [1, 3, 2, 2], Array(data.prefix(12 * size))))
        } == "dtype \(type) where bytes (|u1) or floating-point numbers are needed")
    }
    var numbers = [Float](repeating: 1, count: 24)
    numbers[17] = .nan
    let bytes = ArrayFiles.npy("<f4", [2, 3, 2, 2], ArrayFiles.bytes(numbers.map(\.bitPattern)))
    let start = bytes.count - 96
    #expect(
      try imageFault("x.npy") { _ = try minibatch(bytes) }
        == "record 1: at byte \(start + 17 * 4): value nan at index 17 is not finite")
  }

  @Test func namesThatAreNotWhatTheySay() throws {
    #expect(
      try imageFault("x.npy") { _ = try minibatch([1, 2], "x.npy") }.hasPrefix("not a .npy array"))
    #expect(
      try imageFault("x.npz") { _ = try minibatch([1, 2], "x.npz") }
        .hasPrefix("not an .npz archive"))
  }

  private static let images = ArrayFiles.byteImages([2, 3, 2, 2])
  private static let others = ArrayFiles.byteImages([3, 3, 2, 2])
  private static let labels = ArrayFiles.labels([1, 0])

  @Test(arguments: ["images", "x", "x_train", "data", "pictures"])
  func imagesOfAnArchiveHaveAUsualNameOrFourAxes(name: String) throws {
    for label in ["labels", "y", "y_train", "fine_labels", "classes"] {
      let more: [UInt8] = name == "pictures" ? Self.labels : Self.others
      var members = [
        ArrayFiles.Member("\(name).npy", Self.images),
        ArrayFiles.Member("\(label).npy", Self.labels),
      ]
      // Whatever else there is does not matter beside a usual name.
      if name != "pictures", label != "classes" {
        members += [
          ArrayFiles.Member("x_test.npy", more), ArrayFiles.Member("y_test.npy", Self.labels),
        ]
      }
      members.append(ArrayFiles.Member("mean.npy", ArrayFiles.npy("<f8", [0], [])))
      let images = try ImageArray(bytes: ArrayFiles.npz(members), file: "z.npz")
      #expect(images.count == 2 && images.labels == [1, 0])
      #expect(
        try ImageArray(bytes: ArrayFiles.npz(members), file: "z", readsLabels: false).labels == nil)
    }
    let bare = try ImageArray(bytes: ArrayFiles.npz(["data": Self.images]), file: "z.npz")
    #expect(bare.labels == nil)
    // Labels of one column are labels.
    let column = ArrayFiles.npz(["x": Self.images, "y": ArrayFiles.npy("|u1", [2, 1], [4, 5])])
    #expect(try ImageArray(bytes: column, file: "z.npz").labels == [4, 5])
  }

  @Test func choicesThatCannotBeMade() throws {
    func fault(_ arrays: KeyValuePairs<String, [UInt8]>) throws -> String {
      try imageFault("z.npz") { _ = try ImageArray(bytes: ArrayFiles.npz(arrays), file: "z.npz") }
    }
    #expect(
      try fault(["x": Self.images, "data": Self.images])
        == "more than one array could be the images: x, data")
    #expect(
      try fault(["a": Self.images, "b": Self.others])
        == "more than one array could be the images: a, b")
    #expect(
      try fault(["a": Self.labels, "b": ArrayFiles.byteImages([3, 2])])
        == "no array of images: there are a [2], b [3, 2]")
    #expect(try fault([:]) == "no array of images: there are none at all")
    #expect(
      try fault(["x": Self.images, "y": Self.labels, "labels": Self.labels])
        == "more than one array could be the labels: y, labels")
    #expect(
      try fault(["x": Self.images, "a": Self.labels, "b": Self.labels])
        == "more than one array could be the labels: a, b")
    #expect(
      try fault(["x": Self.images, "y": ArrayFiles.labels([1])])
        == #"array "x": 1 labels for 2 images"#)
    #expect(
      try fault(["x": Self.images, "y": ArrayFiles.npy("<f4", [2], [0, 0, 0, 0, 0, 0, 0, 0])])
        == #"array "y": dtype <f4 where integers are needed"#)
    #expect(
      try fault(["x": Self.images, "y": ArrayFiles.npy("|i1", [1, 2], [0, 0])])
        == #"array "y": shape [1, 2] where [images] is needed"#)
    let place = ArrayFiles.npy("<i8", [2], []).count + 8
    #expect(
      try fault(["x": Self.images, "y": ArrayFiles.labels([0, -1])])
        == #"array "y": record 1: at byte \#(place): label -1 is negative"#)
  }

  @Test func files() throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appendingPathComponent("labels.npy").path
    try Data(Self.labels).write(to: URL(fileURLWithPath: path))
    #expect(try ImageArray.labels(contentsOfFile: path) == [1, 0])
    let missing = directory.appendingPathComponent("none.npy").path
    #expect(
      try imageFault(missing) { _ = try ImageArray(contentsOfFile: missing) } == "no such file")
    #expect(
      try imageFault(directory.path) { _ = try ImageArray(contentsOfFile: directory.path) }
        == "cannot be read: it is a directory")
  }
}
