public import Tensors

/// A source of random indices that are consumed one after another.
public protocol IndexGenerator {
  /// The next index.
  ///
  /// - Parameter bound: the number of possible values, at least 1.
  /// - Returns: an integer in `0..<bound`.
  mutating func index(below bound: Int) -> Int
}

/// The indices of a random stream, from position 0 on.
///
/// What consumes them is a pure function of the key of the stream.
public struct StreamIndices: IndexGenerator, Sendable {
  private let stream: RandomStream
  private var position = 0

  /// Starts at position 0 of a stream.
  public init(_ stream: RandomStream) { self.stream = stream }

  /// The index at the next position.
  public mutating func index(below bound: Int) -> Int {
    defer { position += 1 }
    return stream.integer(below: bound, at: position)
  }
}
