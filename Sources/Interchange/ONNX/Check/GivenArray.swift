internal import Formats

/// An array of numbers out of a file that somebody gives: `.npy`, `.npz` or `.safetensors`.
struct GivenArray {
  let file: String
  let shape: [Int]
  let floats: [Float]

  /// Reads an array.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - names: what the array may be called, where the file has several.
  /// - Throws: `FileError`, `ImageFileError` or `SafeTensorsError`.
  init(contentsOfFile path: String, named names: [String]) throws {
    file = path
    guard !path.hasSuffix(".safetensors") else {
      let tensors = try SafeTensors(contentsOfFile: path)
      let name = try Self.choice(tensors.names, names, path)
      floats = try tensors.floats(name)
      shape = tensors[name]?.shape ?? []
      return
    }
    let bytes = try InputFile.bytes(of: path)
    let array: NPY
    if NPY.isArray(bytes) {
      array = try NPY(bytes: bytes, file: path)
    } else {
      let archive = try NPZ(bytes: bytes, file: path)
      array = try archive.array(Self.choice(archive.names, names, path))
    }
    shape = array.shape
    floats = try array.floats()
  }

  private static func choice(_ found: [String], _ names: [String], _ path: String)
    throws(ImageFileError) -> String
  {
    if found.count == 1, let only = found.first { return only }
    guard let name = names.first(where: found.contains) else {
      throw ImageFileError(
        file: path,
        problem: found.isEmpty
          ? .nothingChosen("an array", from: []) : .ambiguous("the array", candidates: found))
    }
    return name
  }

  /// Requires a batch of values of a shape.
  func require(_ extents: [Int], _ what: String) throws(ImageFileError) {
    guard shape.count == extents.count + 1, Array(shape.dropFirst()) == extents, shape[0] > 0 else {
      let text = extents.map(String.init).joined(separator: ", ")
      throw ImageFileError(
        file: file, problem: .wrongShape(shape, needed: "\(what) of [batch, \(text)]"))
    }
  }

  /// Requires a number of elements.
  func require(count: Int) throws(ImageFileError) {
    guard floats.count == count else {
      throw ImageFileError(
        file: file,
        problem: .wrongShape(shape, needed: "\(count) elements, which the network gives"))
    }
  }
}
