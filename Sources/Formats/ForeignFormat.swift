/// Formats of other programs, recognised so that a message says what a file is.
package enum ForeignFormat: Hashable, CustomStringConvertible {
  /// What `torch.save` writes, a zip archive or a pickle.
  case pyTorch
  /// NumPy's `.npy`.
  case numPyArray
  /// NumPy's `.npz`.
  case numPyArchive
  /// HDF5, as Keras writes it.
  case hdf5

  /// The format of a file, `nil` where it is none of these.
  package init?(_ bytes: [UInt8]) {
    if NPY.isArray(bytes) {
      self = .numPyArray
    } else if NPZ.isArchive(bytes) {
      // The directory of a zip archive is at its end, and a PyTorch file has a pickle in it.
      guard let directory = try? NPZDirectory(bytes) else { return nil }
      if directory.members.contains(where: { $0.name.hasSuffix("data.pkl") }) {
        self = .pyTorch
      } else if directory.members.contains(where: { $0.name.hasSuffix(".npy") }) {
        self = .numPyArchive
      } else {
        return nil
      }
    } else if bytes.count > 8, bytes[0] == 0x80, (2...5).contains(bytes[1]),
      bytes[2..<8].contains(where: { $0 != 0 })
    {
      // A pickle: the length of a safetensors header that begins like this goes on with zeros.
      self = .pyTorch
    } else if bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A]) {
      self = .hdf5
    } else {
      return nil
    }
  }

  /// What it is.
  package var description: String {
    switch self {
    case .pyTorch: "a PyTorch file"
    case .numPyArray: "a NumPy array"
    case .numPyArchive: "a NumPy archive"
    case .hdf5: "an HDF5 file"
    }
  }

  /// The command that makes a safetensors file of it.
  package func conversionToSafeTensors(of file: String) -> String {
    let body =
      switch self {
      case .pyTorch:
        "import sys, torch, safetensors.torch as s; "
          + "d = torch.load(sys.argv[1], map_location=\"cpu\", weights_only=True); "
          + "d = d.get(\"state_dict\", d); "
          + "s.save_file({k: v.clone().contiguous() for k, v in d.items() if torch.is_tensor(v)}, "
          + "sys.argv[2])"
      case .numPyArray, .numPyArchive:
        "import sys, numpy, safetensors.numpy as s; d = numpy.load(sys.argv[1]); "
          + "s.save_file(dict(d) if hasattr(d, \"files\") else {\"input\": d}, sys.argv[2])"
      case .hdf5:
        "import sys, h5py, numpy, safetensors.numpy as s; d = {}; "
          + "h5py.File(sys.argv[1]).visititems(lambda n, x: d.update({n: numpy.array(x)}) "
          + "if isinstance(x, h5py.Dataset) else None); s.save_file(d, sys.argv[2])"
      }
    return "convert it with: "
      + ShellText.quoted(["python3", "-c", body, file, Self.renamed(file, to: "safetensors")])
  }

  /// The command that makes a NumPy array of a PyTorch file of images, `nil` where it is another format.
  package func conversionToArray(of file: String) -> String? {
    guard self == .pyTorch else { return nil }
    let body =
      "import sys, torch, numpy; "
      + "numpy.save(sys.argv[2], torch.load(sys.argv[1], map_location=\"cpu\", weights_only=True).numpy())"
    return "convert it with: "
      + ShellText.quoted(["python3", "-c", body, file, Self.renamed(file, to: "npy")])
  }

  /// A path with another ending.
  private static func renamed(_ file: String, to ending: String) -> String {
    let name = file.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else {
      return "\(file).\(ending)"
    }
    return "\(file[..<dot]).\(ending)"
  }
}
