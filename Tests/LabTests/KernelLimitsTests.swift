import Glibc
import Lab
import Planning
import SwarmTime
import Testing

@Suite("Limits in the kernel")
struct KernelLimitsTests {
  @Test("an upload is one class by source and a download one class behind a redirection, hashed by the third byte")
  func script() {
    let plan = Plans.swarm(
      [
        Plans.peer(0, name: "seed", role: .seed, upload: LimitPlan(bytesPerSecond: 1000), limitedBy: .kernel),
        Plans.peer(
          259, name: "leecher", download: LimitPlan(bytesPerSecond: 2000, burstBytes: 70000), limitedBy: .kernel),
        Plans.peer(2, name: "free"),
        Plans.peer(3, name: "by itself", upload: LimitPlan(bytesPerSecond: 1000), limitedBy: .client),
      ], speed: 2)
    let limits = KernelLimits(plan)
    #expect(
      limits.script == [
        "qdisc add dev lo root handle 1: htb default 0 direct_qlen 100000",
        "class add dev lo parent 1: classid 1:1 htb rate 2000bps burst 65536 cburst 65536 quantum 20000",
        "filter add dev lo parent 1: prio 1 handle 2: protocol ip u32 divisor 256",
        "filter add dev lo parent 1: prio 1 protocol ip u32 ht 2:0: match ip src 127.64.0.0/24 flowid 1:1",
        "filter add dev lo parent 1: prio 1 protocol ip u32 ht 800:: match u32 0 0 hashkey mask 0x0000ff00 at 12 link 2:",
        "qdisc add dev ifb0 root handle 1: htb default 0 direct_qlen 100000",
        "class add dev ifb0 parent 1: classid 1:104 htb rate 4000bps burst 70000 cburst 70000 quantum 20000",
        "filter add dev ifb0 parent 1: prio 1 handle 2: protocol ip u32 divisor 256",
        "filter add dev ifb0 parent 1: prio 1 protocol ip u32 ht 2:3: match ip dst 127.65.3.0/24 flowid 1:104",
        "filter add dev ifb0 parent 1: prio 1 protocol ip u32 ht 800:: match u32 0 0 hashkey mask 0x0000ff00 at 16 link 2:",
        "qdisc add dev lo clsact",
        "filter add dev lo egress prio 1 handle 2: protocol ip u32 divisor 256",
        "filter add dev lo egress prio 1 protocol ip u32 ht 2:3: match ip dst 127.65.3.0/24 "
          + "action mirred egress redirect dev ifb0",
        "filter add dev lo egress prio 1 protocol ip u32 ht 800:: match u32 0 0 hashkey mask 0x0000ff00 at 16 link 2:",
      ])
    #expect(limits.linkScript == ["link add name ifb0 txqueuelen 10000 type ifb", "link set dev ifb0 up"])
  }

  @Test(
    "a peer of any kind that is to break its rate is let have that much more or less, in that direction alone",
    arguments: [
      ("overdrive-upload", 1.05, 10_500, 20_000), ("overdrive-download", 2, 10_000, 40_000),
      ("lazy-upload", 0.25, 2500, 20_000), ("over-slots", 2, 10_000, 20_000),
    ] as [(String, Double, Int64, Int64)])
  func overdriven(name: String, dose: Double, upload: Int64, download: Int64) {
    var peer = Plans.peer(
      0, name: "mine", command: ["./mine", "{torrent}"], upload: LimitPlan(bytesPerSecond: 1000),
      download: LimitPlan(bytesPerSecond: 2000), limitedBy: .kernel)
    peer.client.misbehaviour = MisbehaviourPlan(name: name, dose: dose)
    let limits = KernelLimits(Plans.swarm([peer], speed: 10))
    #expect(limits.uploads.map(\.bytesPerSecond) == [upload])
    #expect(limits.downloads.map(\.bytesPerSecond) == [download])
    #expect((limits.uploads + limits.downloads).map(\.burstBytes) == [65536, 65536])
    // The declared rates, which the judge holds, stay.
    #expect(peer.upload?.bytesPerSecond == 1000)
    #expect(peer.download?.bytesPerSecond == 2000)
  }

  @Test("a plan without limits in the kernel puts nothing in the path of its packets")
  func nothing() {
    let limits = KernelLimits(Plans.small)
    #expect(limits.isEmpty)
    #expect(limits.script.isEmpty)
    #expect(limits.linkScript.isEmpty)
  }

  @Test("the retransmission timer follows the speed down to 5 ms")
  func retransmission() {
    func minimum(_ speed: Double) -> String? {
      NetworkSettings(speed: speed, limits: KernelLimits(Plans.small)).kernelSettings
        .first { $0.name == "tcp_rto_min_us" }?.value
    }
    #expect(minimum(1) == "200000")
    #expect(minimum(10) == "20000")
    #expect(minimum(100) == "5000")
  }

  /// Sends for two seconds from 127.64.0.1 to 127.64.1.1 and prints bytes received, for each tenth of a second.
  private static let transfer = """
    import socket, threading, time
    s = socket.socket(); s.bind(("127.64.1.1", 7000)); s.listen(1)
    def send():
        c = socket.socket(); c.bind(("127.64.0.1", 0)); c.connect(("127.64.1.1", 7000))
        try:
            while True: c.sendall(bytes(16384))
        except OSError: pass
    threading.Thread(target=send, daemon=True).start()
    c, _ = s.accept()
    def take(until):
        n = 0
        while time.monotonic() < until: n += len(c.recv(65536))
        return n
    take(time.monotonic() + 0.7)
    begin = time.monotonic()
    n = take(begin + 2)
    print("took", n, time.monotonic() - begin)
    """

  @Test(
    "a saturated path keeps to the smaller of upload and download, within a burst",
    .enabled(if: sandboxReason == nil && ProgramPath.find("python3") != nil, "needs bubblewrap and python3"),
    arguments: [(500_000, nil), (nil, 800_000), (900_000, 400_000)] as [(Int64?, Int64?)])
  func transfer(upload: Int64?, download: Int64?) async throws {
    func bucket(_ id: Int, _ rate: Int64?) -> [KernelLimits.Bucket] {
      rate.map {
        [KernelLimits.Bucket(id: id, address: Addresses.peer(id - 1), bytesPerSecond: $0, burstBytes: 65536)]
      } ?? []
    }
    let limits = KernelLimits(uploads: bucket(1, upload), downloads: bucket(2, download))
    let settings = NetworkSettings(speed: 1, limits: limits)
    try await withTemporaryFolder { folder in
      func write(_ lines: [String], _ name: String) throws {
        let file = try #require(fopen("\(folder)/\(name)", "w"))
        fputs(lines.joined(separator: "\n") + "\n", file)
        fclose(file)
      }
      try write(settings.linkScript, "ip")
      try write(limits.script, "tc")
      try write([Self.transfer], "transfer.py")
      let kernel = settings.kernelSettings.map { "echo '\($0.value)' > /proc/sys/net/ipv4/\($0.name)" }
      // Not everybody has the administrator's programs on PATH.
      let lines = ["PATH=$PATH:/usr/sbin:/sbin", "ip -batch ip && tc -batch tc && python3 transfer.py"]
      try write(kernel + lines, "all.sh")
      let (termination, output) = try await Enclosed(["/bin/sh", "-c", "cd \(folder); . ./all.sh"]).finish()
      try #require(termination == .exited(0), "\(output)")
      let line = try #require(output.split(separator: "\n").last { $0.hasPrefix("took ") })
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      try #require(numbers.count == 2)
      let allowed = Double(min(upload ?? .max, download ?? .max)) * numbers[1]
      // Of 16 KiB segments 0.4 % is headers. A receiver that was not scheduled finds up to a burst and a full receive
      // buffer waiting at the begin of its time.
      #expect(numbers[0] > 0.9 * allowed - 65536)
      #expect(numbers[0] < allowed + 65536 + 131_072)
    }
  }
}
