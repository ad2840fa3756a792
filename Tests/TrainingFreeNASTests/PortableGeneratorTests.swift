import Testing

@testable import Scoring
@testable import Studies

/// The expected values are the check values that define the portable inputs.
@Suite("Portable generator")
struct PortableGeneratorTests {
  @Test("raw words")
  func raw() {
    let generator = PortableGenerator(stream: 1)
    #expect(
      (1...3).map(generator.raw) == [
        0xf4a9_0164_c474_9e1a, 0xbfa9_ae8d_44b4_5a35, 0xd424_f265_4f31_6ee0,
      ])
  }

  @Test("normal numbers")
  func normal() {
    #expect(
      (0...2).map(PortableGenerator.noise.normal) == [
        1.3002085993596468, 0.7691671186171813, 0.787228018026326,
      ])
    #expect(PortableGenerator(stream: 1000).normal(0) == -1.405567099274089)
  }

  @Test("signs")
  func signs() {
    #expect(PortableGenerator.probe(ofBlock: 1).signs(count: 8) == [-1, -1, 1, 1, 1, -1, -1, 1])
  }

  @Test("the first weights of a stem of four channels")
  func stemWeights() {
    let weights = PortableGenerator.weights(ofTensor: 0, count: 4 * 27, fanIn: 27)
    #expect(weights.count == 108)
    // Every digit of the Float, from an independent implementation in Python.
    #expect(
      weights.prefix(3).map(Double.init) == [
        -0.38254690170288086, 0.11237947642803192, 0.08071993291378021,
      ])
  }

  @Test("the streams have the numbers that define them")
  func streams() {
    #expect(PortableGenerator.noise.stream == 1)
    #expect(PortableGenerator.secondNoise.stream == 2)
    #expect(PortableGenerator.Minibatch.first.images.stream == 11)
    #expect(PortableGenerator.Minibatch.second.images.stream == 12)
    #expect(PortableGenerator.weights(ofTensor: 0).stream == 1000)
    #expect(PortableGenerator.weights(ofTensor: 290).stream == 1290)
    #expect(PortableGenerator.probe(ofBlock: 17).stream == 5017)
  }

  @Test("labels are (7 i + 3) mod K and (5 i + 1) mod K", arguments: [1, 2, 7, 10, 100, 120])
  func labels(classes: Int) {
    let first = PortableGenerator.Minibatch.first.labels(count: 64, classes: classes)
    let second = PortableGenerator.Minibatch.second.labels(count: 64, classes: classes)
    for i in 0..<64 {
      #expect(first[i] == (7 * i + 3) % classes)
      #expect(second[i] == (5 * i + 1) % classes)
    }
    #expect(PortableGenerator.Minibatch.first.labels(count: 0, classes: classes).isEmpty)
  }

  @Test("arrays hold the numbers of the stream, rounded once")
  func arrays() {
    let generator = PortableGenerator.secondNoise
    let values = generator.normals(count: 500)
    for (k, value) in values.enumerated() { #expect(value == Float(generator.normal(UInt64(k)))) }
    #expect(Array(generator.normals(count: 1000).prefix(500)) == values)
    let halves = generator.normals(count: 500, scale: 0.5)
    #expect(zip(values, halves).allSatisfy { $0 * 0.5 == $1 })
    #expect(values.allSatisfy { abs($0) <= 6 })
  }

  @Test("the mix is a bijection: it can be undone")
  func mixIsInvertible() {
    // The inverse of a multiplication by an odd number, by Newton's iteration modulo 2^64.
    func inverse(_ odd: UInt64) -> UInt64 {
      var x = odd
      for _ in 0..<6 { x = x &* (2 &- odd &* x) }
      return x
    }
    for seed in 0..<200 as Range<UInt64> {
      let word = seed &* 0x1234_5678_9ABC_DEF1
      var z = PortableGenerator.mix(word)
      z ^= z >> 31 ^ z >> 62
      z = z &* inverse(0x94D0_49BB_1331_11EB)
      z ^= z >> 27 ^ z >> 54
      z = z &* inverse(0xBF58_476D_1CE4_E5B9)
      z ^= z >> 30 ^ z >> 60
      #expect(z == word)
    }
  }
}
