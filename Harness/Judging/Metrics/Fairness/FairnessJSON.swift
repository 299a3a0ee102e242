// How the figures of fairness stand in `metrics.json`, under `fairness`.

extension FairnessMetrics {
  var json: CanonicalJSON {
    .object([
      "correlation": correlation?.json ?? .null,
      "reciprocity": CanonicalJSON(reciprocity),
      "proportion": CanonicalJSON(proportion),
      "classes": .list(classes.map(\.json)),
      "seeds": .list(seeds.map(\.json)),
      "leechers": .list(leechers.map(\.json)),
      "availability": availability.json,
    ])
  }
}

extension RankCorrelation {
  var json: CanonicalJSON {
    .object([
      "n": .integer(Int64(n)), "rho": .decimal(rho), "low": .decimal(low), "high": .decimal(high),
    ])
  }
}

extension FairnessMetrics.ClassMetrics {
  var json: CanonicalJSON {
    .object([
      "group": .text(group),
      "leechers": .integer(Int64(leechers)),
      "upload": CanonicalJSON(upload),
      "sentRate": .integer(sentRate),
      "receivedRate": .integer(receivedRate),
      "evenness": CanonicalJSON(evenness),
    ])
  }
}

extension FairnessMetrics.SeedMetrics {
  var json: CanonicalJSON {
    .object([
      "name": .text(name),
      "leechers": .integer(Int64(leechers)),
      "served": .integer(served),
      "evenness": CanonicalJSON(evenness),
    ])
  }
}

extension FairnessMetrics.LeecherMetrics {
  var json: CanonicalJSON {
    .object([
      "name": .text(name),
      "sentRate": .integer(sentRate),
      "receivedRate": .integer(receivedRate),
      "reciprocity": CanonicalJSON(reciprocity),
      "seedService": .integer(seedService),
      "deficit": .integer(deficit),
      "interested": CanonicalJSON(interested),
      "interesting": CanonicalJSON(interesting),
      "firstInterested": CanonicalJSON(firstInterested),
      "firstUnchoke": CanonicalJSON(firstUnchoke),
      "firstPayload": CanonicalJSON(firstPayload),
      "freeRide": CanonicalJSON(freeRide),
      "freeRideBound": CanonicalJSON(freeRideBound),
    ])
  }
}

extension AvailabilityMetrics {
  var json: CanonicalJSON {
    .object([
      "samples": .list(
        samples.map { sample in
          .object([
            "at": .integer(sample.at),
            "peers": .integer(Int64(sample.peers)),
            "least": .integer(Int64(sample.least)),
            "mean": CanonicalJSON(sample.mean),
          ])
        }),
      "absent": .integer(absent),
      "scarce": .integer(scarce),
    ])
  }
}
