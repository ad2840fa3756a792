internal import ArgumentParser
internal import CProcess
internal import Foundation
internal import Reports
internal import Tensors

/// A subcommand that computes.
protocol ComputingCommand: Subcommand {
  /// How many workers compute, and with which instructions.
  var processor: ProcessorOptions { get }
}

/// How many workers compute, and with which instructions.
struct ProcessorOptions: ParsableArguments {
  @Option(help: "Worker threads; they do not change a digit. (default: one for each core)")
  var threads: Int?

  @Option(
    help: """
      The instructions of the numerical libraries, on which last digits depend: those of machines that \
      share a store should be the same. (default: native, the most that the processor has)
      """)
  var isa: InstructionSet?

  func validate() throws {
    try check("--threads", threads, in: 1...1024)
  }

  /// How many workers compute: as many as are asked for, or one for each core; fewer, with a line, where
  /// the system makes no more threads.
  var threadCount: Int {
    let wanted = threads ?? min(ProcessInfo.processInfo.activeProcessorCount, 1024)
    let made = Int(tfnas_threads_to_be_had(Int32(wanted + Self.helpers))) - Self.helpers
    if made >= wanted { return wanted }
    let count = max(made, 1)
    Diagnostics.say(
      "the limit on processes leaves \(counted(count, "worker thread")) of \(wanted)")
    return count
  }

  /// Threads that wait for signals and show the progress.
  private static let helpers = 2
}

/// Instructions that the numerical libraries are limited to.
enum InstructionSet: String, CaseIterable, ExpressibleByArgument {
  case native
  case avx2
  case sse41

  /// What the convolution library calls its kernels under the limit.
  private var kernels: String? {
    switch self {
    case .native: nil
    case .avx2: "AVX2"
    case .sse41: "SSE4.1"
    }
  }

  /// Makes the libraries use no more than these instructions: begins the program anew where they do, so that only a
  /// command that is to be run asks for it.
  ///
  /// - Throws: ``ValidationError`` where the processor has less, or the libraries know no limit for it.
  func limit() throws {
    guard let kernels else { return }
    tfnas_limit_instructions(self == .avx2 ? 1 : 0)
    guard KernelLibraries.convolutionInstructions.contains(kernels) else {
      throw ValidationError(
        "--isa \(rawValue): the kernels here are for \(KernelLibraries.convolutionInstructions)")
    }
  }
}
