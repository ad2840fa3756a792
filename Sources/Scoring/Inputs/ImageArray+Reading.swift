public import Formats

extension ImageArray {
  /// Reads a file of images: `.npy`, `.npz`, or the binary version of CIFAR.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - readsLabels: whether labels of the file are wanted.
  /// - Throws: ``ImageFileError``, which names the file and the place in it.
  public init(contentsOfFile path: String, readsLabels: Bool = true) throws(ImageFileError) {
    try self.init(
      bytes: try Self.bytes(ofFile: path), file: path, readsLabels: readsLabels)
  }

  /// Takes the bytes of a file of images; the first ones say which format it is.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: the path of the file, for messages.
  ///   - readsLabels: whether labels of the file are wanted.
  /// - Throws: ``ImageFileError``, which names the file and the place in it.
  public init(bytes: [UInt8], file: String, readsLabels: Bool = true) throws(ImageFileError) {
    if let format = ForeignFormat(bytes), let remedy = format.conversionToArray(of: file) {
      throw ImageFileError(
        file: file, problem: .otherFormat(format.description, remedy: remedy))
    }
    if NPY.isArray(bytes) || file.hasSuffix(".npy") {
      try self.init(try NPY(bytes: bytes, file: file), labels: nil)
    } else if NPZ.isArchive(bytes) || file.hasSuffix(".npz") {
      let archive = try NPZ(bytes: bytes, file: file)
      let images = try archive.images()
      let labels = readsLabels ? try archive.labels() : nil
      if let labels, labels.count != images.shape[0] {
        throw images.error(.labelCount(labels.count, images: images.shape[0]))
      }
      try self.init(images, labels: labels)
    } else {
      self.init(try CIFARBinary(bytes: bytes, file: file))
    }
  }

  /// Reads the labels of a `.npy` file.
  ///
  /// - Parameter path: the path of the file.
  /// - Returns: classes from 0.
  /// - Throws: ``ImageFileError``, which names the file and the place in it.
  public static func labels(contentsOfFile path: String) throws(ImageFileError) -> [Int] {
    let bytes = try bytes(ofFile: path)
    if let format = ForeignFormat(bytes), let remedy = format.conversionToArray(of: path) {
      throw ImageFileError(
        file: path, problem: .otherFormat(format.description, remedy: remedy))
    }
    return try NPY(bytes: bytes, file: path).labels()
  }

  private static func bytes(ofFile path: String) throws(ImageFileError) -> [UInt8] {
    do { return try InputFile.bytes(of: path) } catch {
      let problem: ImageFileError.Problem =
        switch error.problem {
        case .missing: .missing
        case .unreadable(let reason), .unwritable(let reason): .unreadable(reason)
        }
      throw ImageFileError(file: path, problem: problem)
    }
  }
}
