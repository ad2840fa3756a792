import Testing

@testable import tfnas

/// What the control groups of Linux leave of the memory, from files of both of their versions.
@Suite struct ControlGroupTests {
  private func left(_ membership: String, _ files: [String: String]) -> Int? {
    ControlGroup.bytesLeft(membership: membership) { files[$0] }
  }

  @Test func theTightestGroupOfThoseAroundCounts() {
    let files = [
      "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/b/memory.current": "100\n",
      "/sys/fs/cgroup/a/memory.max": "5000\n", "/sys/fs/cgroup/a/memory.current": "1200\n",
      "/sys/fs/cgroup/a/memory.stat": "file 900\ninactive_file 300\ninactive_file_other 7\n",
    ]
    #expect(left("0::/a/b\n", files) == 4100)
    #expect(left("0::/a\n", files) == 4100)
    #expect(left("0::/\n", files) == nil)
    #expect(left("", files) == nil && left("nothing", files) == nil)
  }

  @Test func theFirstVersionHasOtherNames() {
    var files = [
      "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "268435456\n",
      "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "68435456\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "4096\n",
    ]
    let membership = "9:name=systemd:/\n4:cpu,memory:/job\n0::/\n"
    #expect(left(membership, files) == 200_000_000)
    // A path of the host, which a container does not show.
    files["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "100000\n"
    #expect(left("4:memory:/docker/7c79\n", files) == 95_904)
    #expect(left("4:memory:/../job\n", files) == 95_904)
  }

  @Test func nothingIsLeftWhereMoreIsTaken() {
    let files = [
      "/sys/fs/cgroup/memory.max": "1000", "/sys/fs/cgroup/memory.current": "2000",
      "/sys/fs/cgroup/memory.stat": "inactive_file 100",
    ]
    #expect(left("0::/", files) == 0)
  }
}
