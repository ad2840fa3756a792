import Testing

@testable import Formats
@testable import Scoring
@testable import Spaces
@testable import Tensors

@Suite("labelled images")
struct LabelledImagesTests {
  private static let shape = Shape(channels: 3, height: 16, width: 16)

  /// Images of one value each, the number of the image, with the label `number % 10`.
  private static func part(
    _ range: Range<Int>, labelled: Bool = true, file: String = "a.npz"
  ) throws -> ImageArray {
    let pixels = range.flatMap { [UInt8](repeating: UInt8($0), count: 768) }
    let images = ArrayFiles.npy("|u1", [range.count, 3, 16, 16], pixels)
    let labels = ArrayFiles.labels(range.map { Int64($0 % 10) })
    return try ImageArray(
      bytes: ArrayFiles.npz(labelled ? ["x": images, "y": labels] : ["x": images]), file: file)
  }

  /// The numbers of the images of a minibatch, by their centres, which every view shows.
  private static func numbers(_ minibatch: Minibatch) -> [Int] {
    stride(from: 8 * 16 + 8, to: minibatch.pixels.count, by: 768).map {
      Int((minibatch.pixels[$0] * 255).rounded())
    }
  }

  private static func minibatch(
    _ images: LabelledImages, _ number: Int, count: Int = 10, seed: UInt64 = 5
  ) -> Minibatch {
    images.minibatch(number, count: count, shape: shape, classes: 10, seed: seed)
  }

  @Test func minibatchesAreDisjointAndKeepTheirLabels() throws {
    let images = try LabelledImages(
      [Self.part(0..<30), Self.part(30..<31, file: "b"), Self.part(31..<50, file: "c")])
    var seen: [Int] = []
    for number in 0..<5 {
      let minibatch = Self.minibatch(images, number)
      let numbers = Self.numbers(minibatch)
      #expect(minibatch.labels == numbers.map { $0 % 10 })
      seen += numbers
    }
    #expect(seen.sorted() == Array(0..<50))
    #expect(seen != Array(0..<50))
    // The order starts over where there are too few, and only there.
    #expect(Self.numbers(Self.minibatch(images, 5)) == Array(seen[..<10]))
  }

  @Test func aMinibatchIsAFunctionOfSeedAndNumber() throws {
    let images = try LabelledImages([Self.part(0..<50)])
    let again = try LabelledImages([Self.part(0..<20), Self.part(20..<50)])
    #expect(Self.minibatch(images, 2) == Self.minibatch(again, 2))
    #expect(images.settings == again.settings)
    #expect(
      Self.numbers(Self.minibatch(images, 0)) != Self.numbers(Self.minibatch(images, 0, seed: 6)))
    // A larger minibatch begins with the smaller one.
    #expect(
      Self.numbers(Self.minibatch(images, 0, count: 20)).prefix(10)
        == Self.numbers(Self.minibatch(images, 0))[...])
  }

  @Test func everyImageIsAsLikelyInEveryPlace() throws {
    let images = try LabelledImages([Self.part(0..<5)], isAugmented: false)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
    for seed in 0..<2000 as Range<UInt64> {
      let numbers = Self.numbers(Self.minibatch(images, 0, count: 5, seed: seed))
      for (place, image) in numbers.enumerated() { counts[place][image] += 1 }
    }
    // Mean 400, standard deviation 18; the seeds are fixed.
    #expect(counts.flatMap(\.self).allSatisfy { abs($0 - 400) < 72 }, "\(counts)")
  }

  @Test(arguments: ImageNormalization.allCases)
  func normalisation(normalization: ImageNormalization) throws {
    let images = try LabelledImages(
      [Self.part(100..<101)], normalization: normalization, isAugmented: false)
    let pixels = Self.minibatch(images, 0, count: 1).pixels
    for channel in 0..<3 {
      let value =
        (100.0 / 255 - normalization.mean[channel] / 255) / (normalization.deviation[channel] / 255)
      #expect(
        pixels[channel * 256..<(channel + 1) * 256].allSatisfy { abs(Double($0) - value) < 1e-6 })
    }
    #expect(images.settings["imageStats"] == .text(normalization.rawValue))
  }

  @Test func statisticsFollowFromTheDataSet() {
    #expect(ImageNormalization(classes: 10, resolution: 32) == .cifar10)
    #expect(ImageNormalization(classes: 100, resolution: 32) == .cifar100)
    #expect(ImageNormalization(classes: 120, resolution: 16) == .imageNet16)
    #expect(ImageNormalization(classes: 10, resolution: 16) == nil)
    for dataset in BenchmarkDataset.allCases {
      #expect(ImageNormalization(dataset).rawValue == dataset.rawValue)
    }
  }

  /// One image whose pixels are all different, seen in many minibatches.
  @Test(arguments: [(16, 2), (32, 4), (8, 1)])
  func viewsAreMirroredAndShifted(size: Int, padding: Int) throws {
    let pixels = (0..<(3 * size * size)).map { UInt8(1 + $0 % 251) }
    let images = try LabelledImages(
      [ImageArray(bytes: ArrayFiles.byteImages([1, 3, size, size], pixels), file: "x.npy")],
      normalization: .cifar10)
    let shape = Shape(channels: 3, height: size, width: size)
    let normalization = ImageNormalization.cifar10
    let table = (0..<3).map { channel in
      (0..<256).map {
        Float((Double($0) - normalization.mean[channel]) / normalization.deviation[channel])
      }
    }
    var counts: [[Int]: Int] = [:]
    for number in 0..<200 {
      let view = images.minibatch(number, count: 1, shape: shape, classes: 10, seed: 1).pixels
      // The view that explains every pixel, black padding included.
      let found = (0...1).flatMap { mirror in
        (-padding...padding).flatMap { down in (-padding...padding).map { [mirror, down, $0] } }
      }.filter { candidate in
        (0..<view.count).allSatisfy { place in
          let channel = place / (size * size)
          let row = place / size % size + candidate[1]
          let column = place % size + candidate[2]
          guard (0..<size).contains(row), (0..<size).contains(column) else {
            return view[place] == table[channel][0]
          }
          let source = candidate[0] == 1 ? size - 1 - column : column
          return view[place] == table[channel][Int(pixels[(channel * size + row) * size + source])]
        }
      }
      #expect(found.count == 1, "minibatch \(number)")
      for view in found { counts[view, default: 0] += 1 }
    }
    let mirrored = counts.filter { $0.key[0] == 1 }.values.reduce(0, +)
    // Standard deviation 7.1; the seed is fixed.
    #expect(abs(mirrored - 100) < 28, "\(mirrored)")
    for axis in 1...2 {
      #expect(Set(counts.keys.map { $0[axis] }).sorted() == Array(-padding...padding))
    }
  }

  @Test func augmentationCanBeSwitchedOff() throws {
    let still = try LabelledImages([Self.part(0..<20)], isAugmented: false)
    let moved = try LabelledImages([Self.part(0..<20)])
    #expect(
      Self.numbers(Self.minibatch(still, 1)) == Self.numbers(Self.minibatch(moved, 1)))
    #expect(Self.minibatch(still, 1) != Self.minibatch(moved, 1))
    #expect(still.settings["augmentation"] == .text("none"))
    #expect(moved.settings["augmentation"] == .text("flip,crop"))
    let numbers = ArrayFiles.bytes((0..<768).map { Float($0).bitPattern })
    let floats = try LabelledImages(
      [ImageArray(bytes: ArrayFiles.npy("<f4", [1, 3, 16, 16], numbers), file: "f.npy")],
      normalization: .cifar10)
    #expect(!floats.isAugmented && !floats.isBytes)
    #expect(floats.settings.keys.sorted() == ["images"])
    #expect(Self.minibatch(floats, 0, count: 1).pixels == (0..<768).map { Float($0) })
  }

  @Test func settingsTellImagesAndLabelsApart() throws {
    func settings(
      _ range: Range<Int>, _ labels: LabelledImages.Labels = .own
    ) throws -> [String: SettingValue] {
      try LabelledImages([Self.part(range)], labels: labels).settings
    }
    let known = try settings(0..<10)
    #expect(known.keys.sorted() == ["augmentation", "imageStats", "images", "labels"])
    let other = try settings(1..<11)
    #expect(known["images"] != other["images"] && known["labels"] != other["labels"])
    let given = try settings(0..<10, .given(Array(0..<10), file: "y"))
    #expect(given == known)
    let random = try settings(0..<10, .random)
    #expect(random["images"] == known["images"] && random["labels"] == .text("random"))
    let bare = try LabelledImages([Self.part(0..<10, labelled: false)])
    #expect(bare.settings["images"] == known["images"] && bare.settings["labels"] == nil)
  }

  @Test func labelsComeFromWhereTheyShould() throws {
    let bare = try LabelledImages([Self.part(0..<20, labelled: false)])
    #expect(!bare.hasLabels && Self.minibatch(bare, 0).labels == nil)
    let given = try LabelledImages(
      [Self.part(0..<20)], labels: .given((0..<20).map { 19 - $0 }, file: "y"))
    let minibatch = Self.minibatch(given, 0)
    #expect(given.hasLabels && minibatch.labels == Self.numbers(minibatch).map { 19 - $0 })
    let random = try LabelledImages([Self.part(0..<20, labelled: false)], labels: .random)
    #expect(random.hasLabels)
    #expect(
      Self.minibatch(random, 3).labels
        == RandomLabels.labels(count: 10, classes: 10, number: 3, seed: 5))
  }

  @Test func filesThatDoNotGoTogether() throws {
    func fault(
      _ parts: [ImageArray], _ labels: LabelledImages.Labels = .own
    ) throws -> String {
      try imageFault("b.npz") { _ = try LabelledImages(parts, labels: labels) }
    }
    let first = try Self.part(0..<2)
    let small = try ImageArray(bytes: ArrayFiles.byteImages([1, 3, 8, 16]), file: "b.npz")
    #expect(
      try fault([first, small])
        == "images of [3, 8, 16], but those of a.npz are [3, 16, 16]")
    let numbers = [UInt8](repeating: 0, count: 768 * 2)
    let floats = try ImageArray(
      bytes: ArrayFiles.npy("<f2", [1, 3, 16, 16], numbers), file: "b.npz")
    #expect(
      try fault([first, floats])
        == "images of floating-point numbers, but those of a.npz are bytes")
    let bare = try Self.part(2..<5, labelled: false, file: "b.npz")
    #expect(try fault([first, bare]) == "0 labels for 3 images")
    #expect(
      try fault([first], .given([1, 2, 3], file: "b.npz")) == "3 labels for 2 images")
  }

  @Test func obstacles() throws {
    let images = try LabelledImages([Self.part(0..<12), Self.part(12..<20, file: "b.npz")])
    func obstacle(
      _ images: LabelledImages, size: Int = 16, classes: Int = 10, count: Int = 10,
      minibatches: Int = 2
    ) -> String? {
      images.obstacle(
        shape: Shape(channels: 3, height: size, width: size), classes: classes, count: count,
        minibatches: minibatches)
    }
    #expect(obstacle(images) == nil)
    #expect(
      obstacle(images, size: 32)
        == "a.npz, b.npz: images of [3, 16, 16], but the network's input is [3, 32, 32]")
    #expect(
      obstacle(images, minibatches: 3)
        == "a.npz, b.npz: 20 images, but 3 minibatches of 10 are wanted")
    #expect(
      obstacle(images, count: 21, minibatches: 1)
        == "a.npz, b.npz: 20 images, but a minibatch of 21 is wanted")
    #expect(obstacle(images, count: .max)?.contains("are wanted") == true)
    #expect(
      obstacle(images, classes: 9) == "a.npz: record 9: label 9, but the network has 9 classes")
    // The record counts from the beginning of its own file.
    let second = try LabelledImages([Self.part(10..<12), Self.part(12..<20, file: "b.npz")])
    #expect(
      obstacle(second, classes: 5, count: 1)
        == "b.npz: record 3: label 5, but the network has 5 classes")
    let given = try LabelledImages(
      [Self.part(0..<2), Self.part(2..<4)], labels: .given([0, 1, 2, 3], file: "y.npy"))
    #expect(
      obstacle(given, classes: 3, count: 1)
        == "y.npy: record 3: label 3, but the network has 3 classes")
    let random = try LabelledImages([Self.part(0..<20)], labels: .random)
    #expect(obstacle(random, classes: 2) == nil)
  }
}
