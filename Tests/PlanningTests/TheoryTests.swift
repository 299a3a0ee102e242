import Planning
import SwarmTime
import Testing

@Suite struct TheoryTests {
  @Test(
    "The exponential phase: M + floor(log2 N) rounds of F / (M C)",
    arguments: [
      // N, M, doublings, rounds
      (1, 1, 0, 1), (2, 1, 1, 2), (3, 1, 1, 2), (4, 1, 2, 3), (40, 453, 5, 458), (1000, 1, 9, 10), (1024, 64, 10, 74),
      (0, 5, 0, 0),
    ])
  func rounds(_ peers: Int, _ pieces: Int, _ doublings: Int, _ rounds: Int) {
    let phase = ExponentialPhase(payloadBytes: 1000, rate: 10, pieces: pieces, peers: peers)
    #expect(phase.doublings == doublings && phase.rounds == rounds)
    #expect(phase.duration.nanoseconds == Int64(100_000_000_000) * Int64(rounds) / Int64(pieces))
  }

  /// Mundinger, Weber and Weiss's own figure for the set-up of Legout 2007: 1.011 F / C.
  @Test("40 peers and 453 pieces take 1.011 times as long as one download")
  func mundinger() {
    let phase = ExponentialPhase(payloadBytes: 113_000_000, rate: 200_000, pieces: 453, peers: 40)
    #expect(abs(phase.duration.seconds / 565 - 1.011) < 0.0005)
  }

  @Test("Who holds the first piece doubles in each round, until all do")
  func holders() {
    let phase = ExponentialPhase(payloadBytes: 1000, rate: 10, pieces: 1, peers: 10)
    #expect((0...5).map(phase.holders) == [1, 2, 4, 8, 11, 11])
  }

  /// 1/beta = max{1/c, (1/eta) (1/mu - 1/gamma)}.
  @Test(
    "The steady state is limited by download, by upload, or by nothing",
    arguments: [
      // mu, c, theta, gamma, eta: limit, T, x / lambda, y / lambda
      (0.01, 0.1, 0.0, Double.infinity, 1.0, SteadyState.Limit.upload, 100.0, 100.0, 0.0),
      (0.01, 0.1, 0.0, 0.02, 1.0, .upload, 50.0, 50.0, 50.0),
      (0.01, 0.1, 0.0, 0.02, 0.5, .upload, 100.0, 100.0, 50.0),
      (0.01, 0.1, 0.0, 0.01, 1.0, .download, 10.0, 10.0, 100.0),
      (0.01, 0.1, 0.1, 0.005, 1.0, .download, 5.0, 5.0, 100.0),
      (0.01, Double.infinity, 0.0, 0.005, 1.0, .nothing, 0.0, 0.0, 200.0),
      (0.01, Double.infinity, 0.01, Double.infinity, 1.0, .upload, 50.0, 50.0, 0.0),
    ] as [(Double, Double, Double, Double, Double, SteadyState.Limit, Double, Double, Double)])
  func steadyState(
    _ mu: Double, _ c: Double, _ theta: Double, _ gamma: Double, _ eta: Double, _ limit: SteadyState.Limit,
    _ stay: Double, _ leechers: Double, _ seeds: Double
  ) {
    let state = SteadyState(
      arrivals: 2, upload: mu, download: c, aborts: theta, departures: gamma, effectiveness: eta)
    #expect(state.limit == limit)
    #expect(abs(state.staySeconds - stay) < 1e-9)
    #expect(abs(state.leechers - 2 * leechers) < 1e-9)
    #expect(abs(state.seeds - 2 * seeds) < 1e-9)
  }

  /// The equations themselves, taken in small steps from an empty swarm, end where the formula says.
  @Test("Integrated from nothing, leechers and seeds settle at the steady state", arguments: [0.004, 0.02, 0.1])
  func settles(gamma: Double) {
    let state = SteadyState(
      arrivals: 0.5, upload: 0.01, download: 0.05, aborts: 0.002, departures: gamma, effectiveness: 0.9)
    var (x, y) = (0.0, 0.0)
    let step = 0.05
    for _ in 0..<200_000 {
      let served = min(state.download * x, state.upload * (state.effectiveness * x + y))
      x += step * (state.arrivals - state.aborts * x - served)
      y += step * (served - gamma * y)
    }
    #expect(abs(x - state.leechers) < 0.01 * state.leechers)
    #expect(abs(y - state.seeds) < 0.01 * state.seeds)
  }

  @Test("Eta is 1 - (ln P / P)^k; with one piece there is nothing to exchange")
  func effectiveness() {
    #expect(abs(SteadyState.effectiveness(pieces: 200, uploads: 1) - 0.973508) < 1e-6)
    #expect(SteadyState.effectiveness(pieces: 200, uploads: 4) > 0.9999995)
    #expect(SteadyState.effectiveness(pieces: 1, uploads: 4) == 0)
  }

  @Test("Both bounds over N, and F / u, which the peers' never passes")
  func curve() throws {
    let curve = DistributionCurve(
      payloadBytes: 200 * 65536, seedUpload: 1280 << 10, upload: 128 << 10, download: 2560 << 10)
    #expect([1, 10, 35].map(curve.clientServer) == [10, 100, 350])
    #expect(curve.peerToPeer(1) == 10 && curve.peerToPeer(10) == 50)
    #expect(curve.limit == 100)
    #expect(try #require(curve.peerToPeer(100_000)) < 100)
    let free = DistributionCurve(payloadBytes: 1, seedUpload: nil, upload: nil, download: nil)
    #expect(free.clientServer(5) == nil && free.limit == nil)
  }
}
