public import Formats
public import Tensors

/// Images of files, with their labels.
///
/// Bytes are scaled to [0, 1] and normalised for each channel, after a random mirror image and a
/// random shift where they are augmented (``ImageAugmentation``), as in the published runs.
/// Floating-point numbers are taken as they are.
///
/// A minibatch is drawn without replacement: the images have a random order, a function of the seed
/// alone, and minibatch k takes the places from k n up to (k + 1) n of it.
public struct LabelledImages: ImageSource {
  /// Where labels come from.
  public enum Labels: Sendable {
    /// The files of the images, if they have any.
    case own
    /// A file of their own, which is named in messages.
    case given([Int], file: String)
    /// Drawn uniformly (``RandomLabels``).
    case random
  }

  /// The files, in the order in which they are joined.
  public let parts: [ImageArray]
  /// How bytes are normalised.
  public let normalization: ImageNormalization
  /// Whether bytes are mirrored and shifted at random.
  public let isAugmented: Bool
  private let labels: Labels
  /// A class for each image, unless they are drawn or there are none.
  private let classes: [Int]?
  private let table: [[Float]]
  private let digests: (images: String, labels: String?)

  /// Joins files.
  ///
  /// - Parameters:
  ///   - parts: what the files hold, at least one.
  ///   - labels: where labels come from.
  ///   - normalization: how bytes are normalised.
  ///   - isAugmented: whether bytes are mirrored and shifted at random.
  /// - Throws: ``ImageFileError`` where one file holds bytes and another one floating-point numbers,
  ///   sizes differ, some files have labels and others none, or there are not as many labels as
  ///   images.
  public init(
    _ parts: [ImageArray], labels: Labels = .own, normalization: ImageNormalization = .none,
    isAugmented: Bool = true
  ) throws(ImageFileError) {
    precondition(!parts.isEmpty, "there are no files of images")
    for part in parts.dropFirst() { try part.requireSameKind(as: parts[0]) }
    let count = parts.reduce(0) { $0 + $1.count }
    switch labels {
    case .random: classes = nil
    case .given(let given, let file):
      guard given.count == count else {
        throw ImageFileError(file: file, problem: .labelCount(given.count, images: count))
      }
      classes = given
    case .own:
      let known = parts.compactMap(\.labels)
      if let bare = parts.first(where: { $0.labels == nil }), !known.isEmpty {
        throw ImageFileError(file: bare.file, problem: .labelCount(0, images: bare.count))
      }
      classes = known.isEmpty ? nil : known.flatMap(\.self)
    }
    self.parts = parts
    self.labels = labels
    self.normalization = normalization
    self.isAugmented = isAugmented && parts[0].isBytes
    table = normalization.table
    digests = (Self.digest(of: parts), classes.map(Self.digest(of:)))
  }

  /// The number of images.
  public var count: Int { parts.reduce(0) { $0 + $1.count } }

  /// Whether pixels are bytes, which are normalised.
  public var isBytes: Bool { parts[0].isBytes }

  /// Digests of images and labels, the normalisation and the augmentation.
  ///
  /// Equal images in equal order give equal settings, whatever the format and the layout of the
  /// files are.
  public var settings: [String: SettingValue] {
    var settings: [String: SettingValue] = ["images": .text(digests.images)]
    if isBytes {
      settings["imageStats"] = .text(normalization.rawValue)
      settings["augmentation"] = .text(isAugmented ? "flip,crop" : "none")
    }
    if let labels = digests.labels { settings["labels"] = .text(labels) }
    if case .random = labels { settings["labels"] = .text("random") }
    return settings
  }

  /// Whether the files have labels, or they are drawn.
  public var hasLabels: Bool {
    if case .random = labels { return true }
    return classes != nil
  }

  /// The names of the files.
  public var origin: String {
    parts.map { SafeTensorsError.printable($0.file, limit: .max) }.joined(separator: ", ")
  }

  /// Another size than the network's input, a label beyond its classes, or too few images.
  public func obstacle(shape: Shape, classes: Int, count: Int, minibatches: Int) -> String? {
    let size = parts[0].shape
    guard size == shape else {
      return "\(origin): images of \(size.extents), but the network's input is \(shape.extents)"
    }
    if let fault = labelFault(classes: classes) {
      return "\(fault), but the network has \(classes) classes"
    }
    let needed = count.multipliedReportingOverflow(by: minibatches)
    guard !needed.overflow, needed.partialValue <= self.count else {
      let wanted =
        minibatches == 1
        ? "a minibatch of \(count) is" : "\(minibatches) minibatches of \(count) are"
      return "\(origin): \(self.count) images, but \(wanted) wanted"
    }
    return nil
  }

  /// The first label that is none of the classes, with its file and record.
  private func labelFault(classes: Int) -> String? {
    guard let labels = self.classes, let place = labels.firstIndex(where: { $0 >= classes }) else {
      return nil
    }
    var (file, record) = (origin, place)
    if case .given(_, let given) = self.labels {
      file = SafeTensorsError.printable(given, limit: .max)
    } else {
      let (part, image) = position(of: place)
      (file, record) = (SafeTensorsError.printable(parts[part].file, limit: .max), image)
    }
    return "\(file): record \(record): label \(labels[place])"
  }

  /// Images by their random order, with labels if there are any.
  ///
  /// Where there are fewer images than `obstacle` asks for, the order starts over.
  public func minibatch(
    _ number: Int, count: Int, shape: Shape, classes: Int, seed: UInt64
  ) -> Minibatch {
    let size = parts[0].shape.count
    let order = RandomOrder(count: self.count, seed: seed)
    let images = order.places(number * count..<(number + 1) * count)
    let stream = RandomStream(seed: seed, text: "", purpose: "augmentation", index: number)
    var pixels = [Float](repeating: 0, count: count * size)
    for (place, image) in images.enumerated() {
      let (part, image) = position(of: image)
      let view =
        isAugmented
        ? ImageAugmentation(height: parts[part].shape.height, at: place, from: stream) : .none
      parts[part].write(
        image: image, seen: view, table: table, to: &pixels, at: place * size)
    }
    var labels = self.classes.map { known in images.map { known[$0] } }
    if case .random = self.labels {
      labels = RandomLabels.labels(count: count, classes: classes, number: number, seed: seed)
    }
    return Minibatch(pixels: pixels, labels: labels)
  }

  /// The file of an image, and its number in there.
  private func position(of image: Int) -> (part: Int, image: Int) {
    var (part, image) = (0, image)
    while image >= parts[part].count {
      image -= parts[part].count
      part += 1
    }
    return (part, image)
  }

  private static func digest(of parts: [ImageArray]) -> String {
    var digest = Digest()
    let shape = parts[0].shape
    digest.add(parts[0].isBytes ? "bytes" : "floats")
    digest.add("\(shape)")
    for part in parts {
      for image in 0..<part.count { part.digest(image: image, into: &digest) }
    }
    return digest.text
  }

  private static func digest(of labels: [Int]) -> String {
    var digest = Digest()
    for label in labels { digest.add(UInt32(truncatingIfNeeded: label)) }
    return digest.text
  }
}

extension ImageArray {
  fileprivate func requireSameKind(as other: ImageArray) throws(ImageFileError) {
    func error(_ what: String, _ otherWhat: String) -> ImageFileError {
      ImageFileError(
        file: file, problem: .differs(what, from: other.file, other: otherWhat))
    }
    guard shape == other.shape else {
      throw error("images of \(shape.extents)", other.shape.extents)
    }
    guard isBytes == other.isBytes else {
      let kinds = ["floating-point numbers", "bytes"]
      throw error("images of \(kinds[isBytes ? 1 : 0])", kinds[other.isBytes ? 1 : 0])
    }
  }
}

extension Shape {
  /// `[channels, height, width]`.
  fileprivate var extents: String { "[\(channels), \(height), \(width)]" }
}
