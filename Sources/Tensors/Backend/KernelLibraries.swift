internal import CKernels
internal import COneDNN
internal import COpenBLAS

/// The libraries below the kernels and the instructions that they use here.
///
/// Kernels for other instructions add in another order, so these facts say with which other machine a
/// run shares its digits.
package enum KernelLibraries {
  /// oneDNN's version, such as `2.6.3`.
  package static var convolutionVersion: String {
    let version = tfn_onednn_version()
    return "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
  }

  /// The largest instruction set whose kernels oneDNN picks, after any limit that its environment sets.
  package static var convolutionInstructions: String {
    unsafe String(cString: tfn_onednn_instructions())
  }

  /// The linear algebra library with its version, such as `OpenBLAS 0.3.21`.
  package static var linearAlgebra: String { unsafe String(cString: tfn_blas_name()) }

  /// The processor that the linear algebra library takes this one for, `nil` where it does not say.
  package static var linearAlgebraCore: String? {
    guard let name = unsafe tfn_blas_core() else { return nil }
    return unsafe String(cString: name)
  }

  /// The instructions of our own loops.
  package static var loopInstructions: String { unsafe String(cString: tfn_loop_instructions()) }

  /// What decides the last digits of a score, in one line: `AVX2, oneDNN 2.6.3, OpenBLAS 0.3.21 for Zen`.
  ///
  /// Loops of our own have no part in it: a product and a sum are two roundings in each of their clones.
  package static let summary: String = {
    let instructions = convolutionInstructions
    let core = linearAlgebraCore.map { " for \($0)" } ?? ""
    return "\(instructions), oneDNN \(convolutionVersion), \(linearAlgebra)\(core)"
  }()
}
