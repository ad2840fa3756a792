internal import Scoring

extension PortableGenerator {
  /// A labelled minibatch of the portable inputs.
  public struct Minibatch: Hashable, Sendable {
    /// The generator of the images.
    public let images: PortableGenerator
    /// The difference of successive labels before they are reduced.
    let step: Int
    /// The first label before it is reduced.
    let start: Int

    /// The minibatch of stream 11 with the labels 7 i + 3.
    public static let first = Self(images: PortableGenerator(stream: 11), step: 7, start: 3)
    /// The minibatch of stream 12 with the labels 5 i + 1.
    public static let second = Self(images: PortableGenerator(stream: 12), step: 5, start: 1)

    /// The labels of the minibatch.
    ///
    /// - Parameters:
    ///   - count: the number of images.
    ///   - classes: the number of classes, at least 1.
    /// - Returns: labels from 0 to `classes - 1`.
    public func labels(count: Int, classes: Int) -> [Int] {
      precondition(classes > 0, "labels of \(classes) classes")
      return (0..<count).map { ($0 * step + start) % classes }
    }
  }

  /// The first numbers of the stream as Float: images and, with a scale, weights.
  ///
  /// Every number is computed in Double and rounded once.
  ///
  /// - Parameters:
  ///   - count: the number of elements.
  ///   - scale: the factor of every number.
  /// - Returns: `normal(k) * scale` for k from 0 to `count - 1`.
  public func normals(count: Int, scale: Double = 1) -> [Float] {
    (0..<count).map { Float(normal(UInt64($0)) * scale) }
  }

  /// Weights of variance 2 / fan-in, as drawn for rectified networks (He et al., 2015).
  ///
  /// - Parameters:
  ///   - tensor: the number of the tensor in registration order, from 0.
  ///   - count: the number of elements.
  ///   - fanIn: the inputs of one output: input channels times kernel area, or input features.
  /// - Returns: the values in row-major order.
  public static func weights(ofTensor tensor: Int, count: Int, fanIn: Int) -> [Float] {
    precondition(fanIn > 0, "weights of fan-in \(fanIn)")
    return weights(ofTensor: tensor)
      .normals(count: count, scale: (2 / Double(fanIn)).squareRoot())
  }

  /// The first signs of the stream.
  ///
  /// - Parameter count: the number of elements.
  /// - Returns: `sign(k)` for k from 0 to `count - 1`.
  public func signs(count: Int) -> [Float] {
    (0..<count).map { sign(UInt64($0)) }
  }
}
