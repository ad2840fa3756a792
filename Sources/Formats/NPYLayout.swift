extension NPY {
  /// What the header of an array says of its elements.
  package struct Layout: Hashable, Sendable {
    /// The type of the elements.
    package let elementType: ElementType
    /// The extents, the slowest first; a scalar has none.
    package let shape: [Int]
    /// Whether the first index varies fastest.
    package let isColumnMajor: Bool
    /// Where the elements begin.
    package let start: Int
    /// The bytes of all elements.
    package let size: Int

    /// Reads the header at the beginning of an array.
    ///
    /// - Parameters:
    ///   - bytes: the array, or its first bytes.
    ///   - file: the path of the file, for messages.
    ///   - array: the name of the array within an archive.
    /// - Throws: ``ImageFileError``, which names the file, the array and the byte.
    package init(_ bytes: [UInt8], file: String, array: String?) throws(ImageFileError) {
      func error(_ problem: ImageFileError.Problem, at offset: Int? = nil) -> ImageFileError {
        ImageFileError(file: file, array: array, offset: offset, problem: problem)
      }
      guard NPY.isArray(bytes) else { throw error(.notAnArray) }
      guard bytes.count >= 10 else {
        throw error(.headerTruncated(end: 10, available: bytes.count))
      }
      guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
        throw error(.unknownVersion(Int(bytes[6]), Int(bytes[7])), at: 6)
      }
      let header = bytes[6] == 1 ? 10 : 12
      guard bytes.count >= header else {
        throw error(.headerTruncated(end: header, available: bytes.count))
      }
      let start = bytes[8..<header].reversed().reduce(0) { $0 << 8 | Int($1) } + header
      guard start <= bytes.count else {
        throw error(.headerTruncated(end: start, available: bytes.count))
      }
      let said: NPYHeader
      do {
        said = try NPYHeader(parsing: bytes, in: header..<start)
      } catch { throw ImageFileError(fault: error, file: file, array: array) }
      guard let type = NPY.ElementType(descriptor: said.descriptor) else {
        throw error(.unknownElementType(said.descriptor))
      }
      // An extent of zero makes the others immaterial.
      var size = said.shape.contains(0) ? 0 : type.size
      if size > 0 {
        for extent in said.shape {
          let (product, overflow) = size.multipliedReportingOverflow(by: extent)
          guard !overflow else { throw error(.sizeOverflow(shape: said.shape)) }
          size = product
        }
      }
      elementType = type
      shape = said.shape
      isColumnMajor = said.isColumnMajor
      self.start = start
      self.size = size
    }
  }
}

extension ImageFileError {
  fileprivate init(fault: NPYHeader.Fault, file: String, array: String?) {
    self.init(
      file: file, array: array, offset: fault.offset, problem: .malformedHeader(fault.explanation))
  }
}
