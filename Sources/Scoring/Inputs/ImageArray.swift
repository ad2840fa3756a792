package import Formats
public import Tensors

/// Images as a file holds them, in any of its layouts, with labels where it has them.
public struct ImageArray: Sendable {
  /// The path of the file as it was given, for messages.
  public let file: String
  /// The number of images.
  public let count: Int
  /// The shape of one image.
  public let shape: Shape
  /// A class for each image, from 0, if the file has them.
  public let labels: [Int]?
  /// The type of a channel of a pixel: bytes, or floating-point numbers.
  let elementType: NPY.ElementType
  private let bytes: [UInt8]
  private let start: Int
  /// Bytes from one image, channel, row and column to the next.
  private let stride: (image: Int, channel: Int, row: Int, column: Int)

  /// Whether pixels are bytes, and not floating-point numbers that are taken as they are.
  public var isBytes: Bool { elementType.kind == .unsigned }

  /// The images of an array `[images, 3, height, width]` or `[images, height, width, 3]`.
  ///
  /// - Throws: ``ImageFileError`` where it has another shape, or elements other than bytes and
  ///   finite floating-point numbers.
  init(_ array: NPY, labels: [Int]?) throws(ImageFileError) {
    let shape = array.shape
    let type = array.elementType
    guard shape.count == 4, !shape.contains(0), shape[1] == 3 || shape[3] == 3 else {
      throw array.error(
        .wrongShape(shape, needed: "[images, 3, height, width] or [images, height, width, 3]"))
    }
    guard type == .byte || type.kind == .floating else {
      throw array.error(
        .wrongElementType("\(type)", needed: "bytes (|u1) or floating-point numbers"))
    }
    // Where both axes have three, the second one is that of channels, as the networks have it.
    let axes =
      shape[1] == 3
      ? (channel: 1, row: 2, column: 3) : (channel: 3, row: 1, column: 2)
    let steps = array.strides.map { $0 * type.size }
    self.init(
      file: array.file, count: shape[0],
      shape: Shape(channels: 3, height: shape[axes.row], width: shape[axes.column]),
      labels: labels, elementType: type, bytes: array.bytes, start: array.start,
      stride: (steps[0], steps[axes.channel], steps[axes.row], steps[axes.column]))
    if type.kind == .floating { try requireFinite(array) }
  }

  /// The images of a file of CIFAR.
  package init(_ records: CIFARBinary) {
    self.init(
      file: records.file, count: records.count,
      shape: Shape(channels: 3, height: 32, width: 32), labels: records.labels,
      elementType: .byte, bytes: records.bytes, start: records.kind.labelBytes,
      stride: (records.kind.recordSize, 1024, 32, 1))
  }

  private init(
    file: String, count: Int, shape: Shape, labels: [Int]?, elementType: NPY.ElementType,
    bytes: [UInt8], start: Int, stride: (image: Int, channel: Int, row: Int, column: Int)
  ) {
    self.file = file
    self.count = count
    self.shape = shape
    self.labels = labels
    self.elementType = elementType
    self.bytes = bytes
    self.start = start
    self.stride = stride
  }

  private func requireFinite(_ array: NPY) throws(ImageFileError) {
    for index in 0..<array.count {
      let place = array.place(of: index)
      let value = elementType.float(bytes.span, at: place)
      guard value.isFinite else {
        throw ImageFileError(
          file: file, array: array.array, record: index / shape.count, offset: place,
          problem: .notFinite("\(value)", index: index))
      }
    }
  }

  /// The bytes or bit patterns of one image, channel after channel, row after row.
  func digest(image: Int, into digest: inout Digest) {
    let span = bytes.span
    let first = start + image * stride.image
    for channel in 0..<shape.channels {
      for row in 0..<shape.height {
        var place = first + channel * stride.channel + row * stride.row
        for _ in 0..<shape.width {
          if isBytes {
            digest.add(span[place])
          } else {
            digest.add(elementType.float(span, at: place).bitPattern)
          }
          place += stride.column
        }
      }
    }
  }

  /// Writes a view of an image as `[channels, height, width]`.
  ///
  /// - Parameters:
  ///   - image: the number of the image.
  ///   - view: how it is looked at; images of floating-point numbers as they are.
  ///   - table: what becomes of each byte, for each channel.
  ///   - pixels: where the numbers go.
  ///   - offset: the place of the first one.
  func write(
    image: Int, seen view: ImageAugmentation, table: [[Float]], to pixels: inout [Float],
    at offset: Int
  ) {
    let span = bytes.span
    var target = pixels.mutableSpan
    var next = offset
    let first = start + image * stride.image
    for channel in 0..<shape.channels {
      let values = table[channel]
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          let source = view.source(
            row: row, column: column, height: shape.height, width: shape.width)
          if let source {
            let place =
              first + channel * stride.channel + source.row * stride.row
              + source.column * stride.column
            target[next] =
              isBytes ? values[Int(span[place])] : elementType.float(span, at: place)
          } else {
            target[next] = values[0]
          }
          next += 1
        }
      }
    }
  }
}
