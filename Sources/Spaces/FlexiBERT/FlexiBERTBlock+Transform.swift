internal import Networks
internal import Operators
internal import RealModule
internal import Tensors

extension FlexiBERTBlock {
  /// A linear layer, and a transform of each head along the tokens and along its width.
  ///
  /// J. Lee-Thorp, J. Ainslie, I. Eckstein and S. Ontanon, *FNet: Mixing Tokens with Fourier Transforms*, NAACL 2022.
  /// As published for this space, nothing is added and nothing normalised. With the matrices of ``TransformMatrix``
  /// the real part of the Fourier transform of a head `X` is `C X C - S X S`, and the cosine transform `D X D^T`.
  mutating func addTransform(reading input: Int) throws(NetworkError) -> Int {
    let mapped = try addLinear(
      reading: input, from: hidden, to: hidden, name: "\(prefix).input")
    let heads: Int
    if layer.operation == .cosine {
      heads = try product(of: mapped, with: .cosineTransform)
    } else {
      let cosines = try product(of: mapped, with: .cosine)
      let sines = try product(of: mapped, with: .sine)
      heads = try builder.add(Subtract(), cosines, sines, name: "\(prefix).real")
    }
    return try builder.add(
      Reshape(to: [tokens, hidden]), heads, name: "\(prefix).transform")
  }

  /// `M X M'^T` of each head for matrices of one kind, as large as there are tokens and as a head is wide.
  ///
  /// Tokens are mixed alike in all heads, so that they need not be taken apart.
  ///
  /// - Returns: the node with a row for each head of each token, `[tokens * heads, width of a head]`.
  private mutating func product(
    of input: Int, with matrix: TransformMatrix
  ) throws(NetworkError) -> Int {
    let prefix = "\(prefix).\(matrix)"
    let width = hidden / layer.heads
    let along = try builder.add(
      Constant(matrix.numbers(size: tokens), shape: [tokens, tokens]), [], name: "\(prefix).along")
    let mixed = try builder.add(MatMul(), along, input, name: "\(prefix).tokens")
    let heads = try builder.add(
      Reshape(to: [tokens * layer.heads, width]), mixed, name: "\(prefix).heads")
    let across = try builder.add(
      Constant(matrix.numbers(size: width), shape: [width, width]), [], name: "\(prefix).across")
    return try builder.add(MatMul(transposesSecond: true), heads, across, name: prefix)
  }
}

/// A matrix of which transforms are made.
enum TransformMatrix {
  /// `cos(2 pi k n / N)`, the real part of the discrete Fourier transform.
  case cosine
  /// `sin(2 pi k n / N)`, the imaginary part with its sign changed.
  case sine
  /// `2 cos(pi k (2n + 1) / 2N)`, the discrete cosine transform of the second type without normalisation.
  case cosineTransform

  /// The matrix with so many rows and columns, row-major.
  ///
  /// Angles are whole parts of a turn, so that there are no more different ones than parts.
  func numbers(size: Int) -> [Float] {
    let parts = self == .cosineTransform ? 4 * size : size
    let values = (0..<parts).map { part in
      let angle = 2 * Double.pi * Double(part) / Double(parts)
      return switch self {
      case .cosine: Float(Double.cos(angle))
      case .sine: Float(Double.sin(angle))
      case .cosineTransform: Float(2 * Double.cos(angle))
      }
    }
    var numbers: [Float] = []
    numbers.reserveCapacity(size * size)
    for k in 0..<size {
      for n in 0..<size {
        numbers.append(values[k * (self == .cosineTransform ? 2 * n + 1 : n) % parts])
      }
    }
    return numbers
  }
}
