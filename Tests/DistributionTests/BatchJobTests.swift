import Testing

@testable import Distribution

@Suite struct BatchJobTests {
  private func job(_ tasks: Int) -> BatchJob {
    BatchJob(
      command: ["/opt/tfnas", "evaluate", "--join", "it's here"], directory: "/home/me",
      folder: "/home/me/it's here", tasks: tasks)
  }

  @Test func arraysAreAsLargeAsTheyMayBe() {
    for (tasks, limit) in [(1, 11), (11, 11), (12, 11), (100, 11), (5, 1), (7, 1000)] {
      let arrays = job(tasks).arrays(limit: limit)
      #expect(arrays.reduce(0) { $0 + $1.count } == tasks)
      #expect(arrays.allSatisfy { (1...limit).contains($0.count) })
      var next = 0
      for array in arrays {
        #expect(array.offset == next)
        next += array.count
      }
    }
  }

  @Test func scriptsSayWhatTheSystemMustKnow() {
    var job = job(4)
    job.seconds = 5400
    job.cores = 3
    job.directives = ["--partition=short"]
    let slurm = job.script(for: .slurm)
    for line in [
      "#SBATCH --requeue", "#SBATCH --time=1:30:00", "#SBATCH --cpus-per-task=3",
      "#SBATCH --partition=short", "/opt/tfnas evaluate --join 'it'\\''s here' &",
    ] {
      #expect(slurm.split(separator: "\n").contains { $0 == line }, "\(line)")
    }
    let pbs = job.script(for: .pbs)
    #expect(pbs.contains("#PBS -l walltime=1:30:00") && pbs.contains("ncpus=3"))
    #expect(
      job.arguments(of: .init(offset: 3, count: 1), for: .pbs) == ["-v", "TFNAS_OFFSET=3"])
    #expect(
      job.arguments(of: .init(offset: 22, count: 11), for: .slurm).contains("--array=0-10"))
    #expect(job.script(for: .parallel).contains("seq 0 3 | parallel"))
  }
}
