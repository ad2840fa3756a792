extension NPZ {
  /// The usual names of images.
  static let imageNames = ["images", "x", "x_train", "data"]
  /// The usual names of labels.
  static let labelNames = ["labels", "y", "y_train", "fine_labels"]

  /// The array with the images: the one with a usual name, or else the only one with four axes.
  ///
  /// - Throws: ``ImageFileError`` that lists what there is where there is none or more than one.
  package func images() throws(ImageFileError) -> NPY {
    let named = try array(oneOf: Self.imageNames, what: "images") { $0.shape.count == 4 }
    if let named { return named }
    let shapes = try readable().map { "\($0.name) \($0.layout.shape)" }
    throw ImageFileError(file: file, problem: .nothingChosen("images", from: shapes))
  }

  /// The labels: the array with a usual name, or else the only one of integers with one axis; `nil`
  /// where there is none.
  ///
  /// - Throws: ``ImageFileError`` that lists the candidates where there are several.
  package func labels() throws(ImageFileError) -> [Int]? {
    try array(oneOf: Self.labelNames, what: "labels") {
      $0.shape.count == 1 && $0.elementType.kind != .floating
    }?.labels()
  }

  private func array(
    oneOf usual: [String], what: String, or fits: (NPY.Layout) -> Bool
  ) throws(ImageFileError) -> NPY? {
    let named = names.filter(usual.contains)
    if let name = named.first {
      guard named.count == 1 else { throw ambiguous(what, named) }
      return try array(name)
    }
    let fitting = try readable().filter { fits($0.layout) }
    guard fitting.count <= 1 else { throw ambiguous(what, fitting.map(\.name)) }
    guard let only = fitting.first else { return nil }
    return try array(only.name)
  }

  /// The arrays whose numbers can be read, by their headers alone; others, of texts or dates, are no matter.
  private func readable() throws(ImageFileError) -> [(name: String, layout: NPY.Layout)] {
    var arrays: [(name: String, layout: NPY.Layout)] = []
    for name in names {
      do { arrays.append((name, try header(of: name))) } catch {
        guard case .unknownElementType = error.problem else { throw error }
      }
    }
    return arrays
  }

  private func ambiguous(_ what: String, _ candidates: [String]) -> ImageFileError {
    ImageFileError(file: file, problem: .ambiguous(what, candidates: candidates))
  }
}

extension NPY {
  /// The array as labels: integers from 0, `[images]` or `[images, 1]`.
  ///
  /// - Throws: ``ImageFileError`` that names the first label which is none.
  package func labels() throws(ImageFileError) -> [Int] {
    guard shape.count == 1 || shape.count == 2 && shape[1] == 1 else {
      throw error(.wrongShape(shape, needed: "[images]"))
    }
    let labels = try integers()
    if let record = labels.firstIndex(where: { $0 < 0 }) {
      throw ImageFileError(
        file: file, array: array, record: record, offset: place(of: record),
        problem: .negativeLabel(labels[record]))
    }
    return labels
  }
}
