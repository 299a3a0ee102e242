import PeerNode
import SwarmTime
import Testing
import Wire

@Suite("When the tracker is told what")
struct AnnounceScheduleTests {
  private func at(_ seconds: Double) -> SwarmInstant { .seconds(seconds) }

  @Test("Started, then at the interval, then completed and stopped as they happen")
  func regular() {
    var schedule = AnnounceSchedule()
    schedule.join(at: at(0))
    #expect(schedule.take(at: at(0))?.event == .started)
    #expect(schedule.take(at: at(1)) == nil)
    schedule.answered(interval: 30, minInterval: nil, at: at(1))
    #expect(schedule.due == at(31))
    #expect(schedule.take(at: at(30)) == nil)
    #expect(schedule.take(at: at(31)) == AnnounceSchedule.Announce(event: nil))
    schedule.completed(at: at(31.5))
    #expect(schedule.take(at: at(31.5)) == nil)
    schedule.answered(interval: 30, minInterval: nil, at: at(32))
    #expect(schedule.take(at: at(32))?.event == .completed)
    schedule.leave(at: at(32))
    schedule.answered(interval: 30, minInterval: nil, at: at(33))
    #expect(schedule.take(at: at(33))?.event == .stopped)
    #expect(!schedule.isIdle)
    schedule.answered(interval: 30, minInterval: nil, at: at(34))
    #expect(schedule.isIdle && schedule.due == nil)
  }

  @Test("A lack of peers brings the next announce forward, to 5 s after the last or the tracker's minimum")
  func early() {
    var schedule = AnnounceSchedule()
    schedule.join(at: at(0))
    _ = schedule.take(at: at(0))
    schedule.answered(interval: 1800, minInterval: nil, at: at(0.1))
    schedule.wantPeers(at: at(1))
    #expect(schedule.due == at(5))
    _ = schedule.take(at: at(5))
    schedule.answered(interval: 1800, minInterval: 60, at: at(5))
    schedule.wantPeers(at: at(20))
    #expect(schedule.due == at(65))
  }

  @Test("Failures are tried again after 5, 10, 20 s and so on, at most 300")
  func backoff() {
    var schedule = AnnounceSchedule()
    schedule.join(at: at(0))
    var waits: [Double] = []
    var now = at(0)
    for _ in 0..<9 {
      #expect(schedule.take(at: now)?.event == .started)
      schedule.failed(at: now)
      schedule.wantPeers(at: now)
      let due = schedule.due ?? now
      waits.append((due - now).seconds)
      now = due
    }
    #expect(waits == [5, 10, 20, 40, 80, 160, 300, 300, 300])
  }

  @Test("A tracker that never answered gets no goodbye, and one that fails on the way out is not asked again")
  func goodbye() {
    var unheard = AnnounceSchedule()
    unheard.join(at: at(0))
    _ = unheard.take(at: at(0))
    unheard.failed(at: at(1))
    unheard.leave(at: at(2))
    #expect(unheard.isIdle)

    var failing = AnnounceSchedule()
    failing.join(at: at(0))
    _ = failing.take(at: at(0))
    failing.answered(interval: 30, minInterval: nil, at: at(0))
    failing.completed(at: at(1))
    _ = failing.take(at: at(1))
    failing.leave(at: at(1))
    failing.failed(at: at(2))
    #expect(failing.take(at: at(2))?.event == .stopped)
    failing.failed(at: at(3))
    #expect(failing.isIdle && failing.due == nil)
  }

  @Test(
    "Tracker addresses",
    arguments: [
      ("http://127.63.0.1:6969/announce", "/announce?x=1"), ("http://t.example/a?key=2", "/a?key=2&x=1"),
      ("HTTP://t.example", "/?x=1"), ("udp://t:1", "/?x=1"), ("http://t/a?info_hash=1", "/a?info_hash=1"),
    ])
  func addresses(text: String, target: String) throws {
    #expect(try #require(TrackerURL(text)).target(query: "x=1") == target)
  }

  @Test(
    "What is no tracker that we can speak to",
    arguments: [
      "", "udp://t/announce", "udp://t", "wss://t:1", "://t", "https://t/announce", "http://", "http://t:0/",
      "http://t:x/", "http://a@b/",
    ])
  func noAddress(text: String) { #expect(TrackerURL(text) == nil) }

  @Test(
    "A redirect leads to a whole address or another path, never to another protocol",
    arguments: [
      ("http://u:7/b?k=1", "http://u:7/b?k=1"), ("/b", "http://t:80/b"), ("https://t/b", nil), ("udp://t:1", nil),
      ("//u/b", nil), ("b", nil), ("", nil),
    ] as [(String, String?)])
  func redirects(location: String, target: String?) throws {
    #expect(try #require(TrackerURL("http://t/a")).redirected(to: location)?.description == target)
  }
}
