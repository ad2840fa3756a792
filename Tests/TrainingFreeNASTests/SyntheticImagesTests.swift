import Testing

@testable import Scoring
@testable import Tensors

@Suite("synthetic images")
struct SyntheticImagesTests {
  private let source = SyntheticImages()

  private func minibatch(
    _ number: Int = 0, count: Int, size: Int = 16, classes: Int = 10, seed: UInt64 = 1
  ) -> Minibatch {
    source.minibatch(
      number, count: count, shape: Shape(channels: 3, height: size, width: size),
      classes: classes, seed: seed)
  }

  @Test func theSameSeedGivesTheSameDigits() {
    #expect(minibatch(count: 5) == minibatch(count: 5))
    #expect(minibatch(count: 5).pixels != minibatch(count: 5, seed: 2).pixels)
    #expect(minibatch(count: 5).pixels != minibatch(1, count: 5).pixels)
    // A larger minibatch begins with the smaller one.
    let small = minibatch(count: 5)
    #expect(minibatch(count: 9).pixels.prefix(small.pixels.count) == small.pixels[...])
  }

  /// The digits themselves, computed with version 1 on x86-64: a change of them is a new version.
  @Test func theDigitsOfThisVersion() {
    #expect(source.settings["images"] == .text("synthetic-textures"))
    #expect(source.settings["imagesVersion"] == .integer(1))
    let pixels = minibatch(count: 2, size: 8, classes: 3, seed: 7).pixels
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for pixel in pixels {
      for shift in stride(from: 0, to: 32, by: 8) {
        hash = (hash ^ UInt64(pixel.bitPattern >> UInt32(shift) & 0xFF)) &* 0x100_0000_01b3
      }
    }
    #expect(hash == 0x3822962b4cb3390f)
  }

  @Test(arguments: [(8, 5), (16, 120), (32, 10), (5, 2)])
  func channelsHaveMeanZeroAndVarianceOne(size: Int, classes: Int) {
    let count = 3000 * 64 / (size * size)
    let pixels = minibatch(count: count, size: size, classes: classes).pixels
    #expect(pixels.allSatisfy { $0.isFinite })
    let area = size * size
    for channel in 0..<3 {
      var (sum, squares) = (0.0, 0.0)
      for image in 0..<count {
        for pixel in 0..<area {
          let value = Double(pixels[(image * 3 + channel) * area + pixel])
          sum += value
          squares += value * value
        }
      }
      let mean = sum / Double(count * area)
      let variance = squares / Double(count * area) - mean * mean
      // Images are the independent units: a few hundred of them, of a correlated value each.
      #expect(abs(mean) < 0.15, "channel \(channel): mean \(mean)")
      #expect(abs(variance - 1) < 0.2, "channel \(channel): variance \(variance)")
    }
  }

  @Test func labelsAreClasses() {
    let labels = minibatch(count: 1000, size: 4, classes: 7).labels ?? []
    #expect(Set(labels).sorted() == Array(0..<7))
    #expect(source.hasLabels)
    let shape = Shape(channels: 1, height: 1, width: 1)
    #expect(source.obstacle(shape: shape, classes: 2, count: 9, minibatches: 9) == nil)
    let pixels = source.minibatch(0, count: 3, shape: shape, classes: 2, seed: 0).pixels
    #expect(pixels.count == 3)
    #expect(pixels.allSatisfy { $0.isFinite })
  }

  /// Covariances of the channels and of their differences along rows and columns, the mean colour
  /// taken out.
  private func statistics(_ image: ArraySlice<Float>, size: Int) -> [Double] {
    let area = size * size
    let pixel = { (channel: Int, row: Int, column: Int) in
      Double(image[image.startIndex + channel * area + row * size + column])
    }
    let means = (0..<3).map { channel in
      (0..<area).reduce(0.0) { $0 + pixel(channel, $1 / size, $1 % size) } / Double(area)
    }
    var sums = [Double](repeating: 0, count: 45)
    for row in 0..<(size - 1) {
      for column in 0..<(size - 1) {
        let features = (0..<3).flatMap { channel in
          let here = pixel(channel, row, column)
          return [
            here - means[channel], pixel(channel, row + 1, column) - here,
            pixel(channel, row, column + 1) - here,
          ]
        }
        var place = 0
        for first in 0..<9 {
          for second in first..<9 {
            sums[place] += features[first] * features[second]
            place += 1
          }
        }
      }
    }
    return sums.map { $0 / Double((size - 1) * (size - 1)) }
  }

  @Test func classesAreToldApartByTheirTexture() throws {
    let (size, classes, count) = (16, 10, 300)
    func samples(_ number: Int) throws -> [(label: Int, features: [Double])] {
      let minibatch = minibatch(number, count: count, size: size, classes: classes)
      return zip(try #require(minibatch.labels), 0..<count).map { label, image in
        (label, statistics(minibatch.pixels[image * 768..<(image + 1) * 768], size: size))
      }
    }
    let training = try samples(0)
    let test = try samples(1)
    let scales = (0..<45).map { feature in
      let values = training.map { $0.features[feature] }
      let mean = values.reduce(0, +) / Double(count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
    }
    let centroids = (0..<classes).map { label in
      let members = training.filter { $0.label == label }
      return (0..<45).map { feature in
        members.reduce(0) { $0 + $1.features[feature] } / Double(max(1, members.count))
      }
    }
    let right = test.filter { sample in
      let distances = centroids.map { centroid in
        (0..<45).reduce(0.0) {
          let difference = (sample.features[$1] - centroid[$1]) / scales[$1]
          return $0 + difference * difference
        }
      }
      return distances.firstIndex(of: distances.min() ?? 0) == sample.label
    }
    // Chance is a tenth: 30 of 300, standard deviation 5.
    #expect(right.count > 200, "\(right.count) of \(count)")
  }
}
