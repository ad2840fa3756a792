internal import ResultStore
internal import Scoring
internal import Tensors

/// What `--version` prints: this program, and everything below it on which digits depend.
enum Versions {
  /// A line for each part.
  ///
  /// - Throws: ``ResultStoreError`` where SQLite does not answer.
  static func text() throws -> String {
    let core = KernelLibraries.linearAlgebraCore.map { ", kernels for \($0)" } ?? ""
    return """
      tfnas \(packageVersion)
      oneDNN \(KernelLibraries.convolutionVersion), kernels for \
      \(KernelLibraries.convolutionInstructions)
      \(KernelLibraries.linearAlgebra)\(core)
      own loops for \(KernelLibraries.loopInstructions)
      SQLite \(try ResultStore.libraryVersion())
      Swift \(swift)
      """
  }

  /// The compiler, as far as a program can tell.
  private static var swift: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
