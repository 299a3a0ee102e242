import Planning
import Testing

@Suite struct PlanExplanationTests {
  @Test("A plan is explained so that a person can check it")
  func explanation() throws {
    let plan = try Sample.plan(
      Sample.text.replacing("{poisson: 1 / s}", with: "{every: 500 ms}").replacing(
        "description: \"Eight: 'quoted' ü\"\n", with: ""))
    let text = PlanExplanation.text(plan, checks: Sample.checks)
    #expect(
      text == """
        sample

          payload      payload.bin, 16 MiB in 64 pieces of 256 KiB
          random seed  7
          speed        2.5 swarm seconds in each real second
          tracker      http://127.63.0.1:6969/announce, announces every 30 min
          ends         when all are complete, at the latest after 300 s
          wall time    at most 120 s, at least 19.15 s; budget 90 s
          capture      scrubbed, at most 1 GiB

        Peers
          name        role     address          arrives  upload     download   limited by  client                                          once complete
          seed        seed     127.64.0.1:7000  0 s      1 MiB/s    unlimited  client      native, tit-for-tat 4+1
          leecher-01  leecher  127.64.1.1:7000  0 s      256 KiB/s  2 MiB/s    client      native, tit-for-tat 4+1                         seed
          leecher-02  leecher  127.64.2.1:7000  500 ms   256 KiB/s  2 MiB/s    client      native, tit-for-tat 4+1                         seed
          leecher-03  leecher  127.64.3.1:7000  1 s      256 KiB/s  2 MiB/s    client      native, tit-for-tat 4+1                         seed
          leecher-04  leecher  127.64.4.1:7000  1.5 s    256 KiB/s  2 MiB/s    client      native, tit-for-tat 4+1                         seed
          leecher-05  leecher  127.64.5.1:7000  2 s      256 KiB/s  2 MiB/s    client      native, tit-for-tat 4+1                         seed
          …
          leecher-08  leecher  127.64.8.1:7000  3.5 s    256 KiB/s  2 MiB/s    client      native, tit-for-tat 4+1                         seed
          rogue       leecher  127.64.9.1:7000  0 s      8 KiB/s    unlimited  client      native, tit-for-tat 4+1, overdrive-upload 1.05  seed for 20 s

        Distribution time, by theory
          peer to peer: at least 47.875 s (all uploads together must send N copies: N F / (u_s + sum u_i))
          client and server, the seeds alone: at least 144 s

        Checks
          completion    must decide
          upload-slots               a 0.25, b true, grace 1 s, t true

        """)
  }

  @Test("What there is one of is not told in the plural")
  func single() throws {
    let plan = try Sample.plan(
      """
      name: t
      payload: {size: 16 KiB}
      peers: {seed: {role: seed}, leecher: {}}
      faults:
        - {when: {complete: 1}, kill: {peers: seed}}
        - {when: {seedCopies: 1}, resetConnections: {peers: leecher}}
        - {when: {seedCopies: 1.3}, resetConnections: {peers: leecher}}
      until: {time: 1 min}
      """)
    let text = PlanExplanation.text(plan, checks: Sample.checks)
    for line in [
      "payload.bin, 16 KiB in 1 piece of 16 KiB", "once 1 is complete", "once seeds have sent 1 copy",
      "once seeds have sent 1.3 copies",
    ] { #expect(text.contains(line + (line.hasPrefix("once") ? "  " : "\n")), "\(line) in \(text)") }
  }
}
