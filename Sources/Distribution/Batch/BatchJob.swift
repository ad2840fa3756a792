internal import Formats

/// What starts many workers of one run.
package enum BatchEngine: String, CaseIterable, Sendable {
  /// The workload manager Slurm.
  case slurm
  /// PBS Professional, and OpenPBS.
  case pbs
  /// GNU parallel, on one machine.
  case parallel

  /// The command that takes a script.
  package var submitter: String {
    switch self {
    case .slurm: "sbatch"
    case .pbs: "qsub"
    case .parallel: "parallel"
    }
  }
}

/// Workers of a run on a shared folder, as a script for a batch system.
///
/// All workers are alike: which networks one computes is settled in the folder when it has time for them. So the
/// number of workers is free, some may never start, and one that is killed is missed by nobody.
package struct BatchJob: Sendable {
  /// The name under which the system lists the job.
  package var name = "tfnas"
  /// The command of one worker.
  package var command: [String]
  /// The directory in which it runs.
  package var directory: String
  /// The shared folder, by a path that is the same in every directory.
  package var folder: String
  /// How many workers are started.
  package var tasks: Int
  /// The cores of each.
  package var cores = 1
  /// The seconds after which the system ends a worker, `nil` for its own choice.
  package var seconds: Int?
  /// Further lines for the system, such as `--partition=short`.
  package var directives: [String] = []

  /// Creates a job.
  package init(command: [String], directory: String, folder: String, tasks: Int) {
    self.command = command
    self.directory = directory
    self.folder = folder
    self.tasks = tasks
  }

  /// Where the workers write what they say.
  package var logs: String { folder + "/logs" }

  /// How many times a worker begins anew that ended with 75 without being told to.
  private static let tries = 10
  /// How many times Slurm puts a worker back into its queue.
  private static let requeues = 1000

  /// Workers that are submitted together.
  package struct Array: Hashable, Sendable {
    /// How many workers were submitted before.
    package let offset: Int
    /// How many these are.
    package let count: Int
  }

  /// The arrays of a system that takes so many elements in one.
  package func arrays(limit: Int) -> [Array] {
    stride(from: 0, to: tasks, by: max(limit, 1)).map {
      Array(offset: $0, count: min(max(limit, 1), tasks - $0))
    }
  }

  /// The arguments of the submitter for an array, before the path of the script.
  package func arguments(of array: Array, for engine: BatchEngine) -> [String] {
    switch engine {
    case .slurm:
      ["--parsable", "--array=0-\(array.count - 1)", "--export=ALL,TFNAS_OFFSET=\(array.offset)"]
    case .pbs:
      // An array of one element is none.
      (array.count > 1 ? ["-J", "0-\(array.count - 1)"] : [])
        + ["-v", "TFNAS_OFFSET=\(array.offset)"]
    case .parallel: []
    }
  }

  // MARK: The script

  /// The script for a system.
  package func script(for engine: BatchEngine) -> String {
    let lines: [String] =
      switch engine {
      case .slurm: slurm
      case .pbs: pbs
      case .parallel: parallel
      }
    return (["#!/bin/sh"] + lines).joined(separator: "\n") + "\n"
  }

  /// The seconds before the end at which a worker is told to end.
  private var margin: Int { min(120, (seconds ?? 3600) / 4) }

  private var clock: String? {
    seconds.map { seconds in
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
  }

  private var slurm: [String] {
    [
      "#SBATCH --job-name=\(name)", "#SBATCH --output=\(quoted(logs + "/%A_%a.out"))",
      "#SBATCH --error=\(quoted(logs + "/%A_%a.err"))", "#SBATCH --open-mode=append",
      "#SBATCH --requeue", "#SBATCH --cpus-per-task=\(cores)",
      "#SBATCH --signal=B:TERM@\(margin)",
    ] + (clock.map { ["#SBATCH --time=\($0)"] } ?? []) + directives.map { "#SBATCH \($0)" }
      + start + [
        "# Time is up, or there was no room: back into the queue, until the work is done.",
        #"if [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt \#(Self.requeues) ]; then"#,
        #"  scontrol requeue "$SLURM_JOB_ID""#, "fi", #"exit "$code""#,
      ]
  }

  private var pbs: [String] {
    [
      "#PBS -N \(name)", "#PBS -o \(quoted(logs + "/"))", "#PBS -e \(quoted(logs + "/"))",
      "#PBS -r y", "#PBS -l select=1:ncpus=\(cores)",
    ] + (clock.map { ["#PBS -l walltime=\($0)"] } ?? []) + directives.map { "#PBS \($0)" }
      + again
  }

  private var parallel: [String] {
    [
      "# Without an argument this starts the workers and prints the result, with one it is a worker.",
      "if [ $# -eq 0 ]; then",
      "  seq 0 \(tasks - 1) | parallel -q --jobs \(tasks) --retries 3 \\",
      "    --joblog \(quoted(logs + "/parallel.tsv")) sh \"$0\" > /dev/null || exit",
      "  cd \(quoted(directory)) || exit 73", "  exec " + ShellText.quoted(command), "fi",
    ] + again
  }

  /// A worker that begins anew where it ended with 75 and nobody told it to end.
  private var again: [String] {
    let body = start.map { "  " + $0 }
    return ["tries=0", "while :; do"] + body + [
      "  tries=$((tries + 1))",
      #"  if [ "$code" -ne 75 ] || [ -n "$stopped" ] || [ "$tries" -ge \#(Self.tries) ]; then"#,
      #"    exit "$code""#, "  fi", "  sleep 10", "done",
    ]
  }

  /// Runs the worker, hands signals on to it, and leaves its exit status in `code`.
  private var start: [String] {
    [
      "cd \(quoted(directory)) || exit 73", "stopped=",
      ShellText.quoted(command) + " &", "worker=$!",
      #"trap 'stopped=1; kill -TERM "$worker" 2>/dev/null' TERM INT HUP"#,
      #"wait "$worker""#, "code=$?",
      "# A signal ends the first wait; the worker ends a little later.",
      #"while kill -0 "$worker" 2>/dev/null; do"#, #"  wait "$worker""#, "  code=$?", "done",
    ]
  }

  private func quoted(_ word: String) -> String { ShellText.quoted([word]) }
}
