internal import Formats

/// An output and the option that named it.
struct NamedOutput {
  /// The option, such as `--out`.
  let option: String
  /// The file.
  let file: OutputFile

  /// Checks that the path of an option can be written, before any work is done; `nil` where the option is
  /// not given.
  ///
  /// - Parameters:
  ///   - option: the option, such as `--out`.
  ///   - path: its value, `nil` where it is not given.
  ///   - isForced: whether a file that is there is replaced.
  ///   - others: other options with the files that they name; the output must be none of them.
  /// - Throws: 73 where it cannot be written or a file is there, 64 where it is one of the others.
  init?(
    _ option: String, _ path: String?, isForced: Bool,
    besides others: [(option: String, path: String?)]
  ) throws {
    guard let path else { return nil }
    self.option = option
    // That two options name one file says more than that there is one.
    let any = try OutputFile(path, isForced: true)
    for (other, otherPath) in others {
      if let otherPath, any.isSame(as: otherPath) {
        throw CommandError(.usage, "\(option) and \(other) name the same file, \(path)")
      }
    }
    file = isForced ? any : try OutputFile(path, isForced: false)
  }
}
