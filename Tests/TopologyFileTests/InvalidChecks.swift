/// Invalid topologies, with what is said of them: exact, since people read it and tools match it.
extension InvalidTopology {
  static let checks: [InvalidTopology] = [
    .init(
      "an unknown check", lines: ["checks: [completion, rate-limits]"],
      saying: ["t.swarm.yaml:7:22: error: checks: there is no check \"rate-limits\"; did you mean \"rate-limit\"?"]),
    .init(
      "a check like no other", lines: ["checks: [beauty]"],
      saying: [
        "t.swarm.yaml:7:10: error: checks: there is no check \"beauty\"; expected completion, integrity, rate-limit, upload-slots, protocol-conformance or distribution-time"
      ]),
    .init(
      "checks as a section", lines: ["checks: {completion: {}}"],
      saying: ["t.swarm.yaml:7:9: error: checks: found a section; expected a list of checks, each with its own \"-\""]),
    .init(
      "an unknown parameter of a check", lines: ["checks: [upload-slots: {grce: 2 s}]"],
      saying: ["t.swarm.yaml:7:25: error: unknown key \"grce\" in checks.upload-slots; did you mean \"grace\"?"]),
    .init(
      "a parameter of a check without unit", lines: ["checks: [upload-slots: {grace: 2}]"],
      saying: [
        "t.swarm.yaml:7:32: error: checks.upload-slots.grace: \"2\" has no unit; expected a length of time with its unit, such as 30 s"
      ]),
    .init(
      "a parameter of a check out of range", lines: ["checks: [distribution-time: {atLeast: 1.5}]"],
      saying: [
        "t.swarm.yaml:7:39: error: checks.distribution-time.atLeast: \"1.5\" is out of range; expected a number from 0 to 1"
      ]),
    .init(
      "a parameter of a check that has none", lines: ["checks: [integrity: {strict: true}]"],
      saying: [
        "t.swarm.yaml:7:22: error: unknown key \"strict\" in checks.integrity; expected no key, since there are none here"
      ]),
    .init(
      "two checks under one dash", lines: ["checks: [{completion: {}, integrity: {}}]"],
      saying: [
        "t.swarm.yaml:7:10: error: checks: found a section; expected the name of a check, or a name with parameters, such as {rate-limit: {…}}; each with its own \"-\""
      ]),
    .init(
      "a check listed twice", lines: ["checks: [completion, completion]"],
      saying: ["t.swarm.yaml:7:22: error: checks: completion is listed twice; expected each check once"]),
    .init(
      "mustDecide of a check that is not made", lines: ["mustDecide: [integrity]"],
      saying: [
        "t.swarm.yaml:8:14: error: mustDecide: integrity is not among the checks that are made; expected it in checks too"
      ]),
    .init(
      "mustDecide of a check that does not exist", lines: ["mustDecide: [complete]"],
      saying: [
        "t.swarm.yaml:8:14: error: mustDecide: there is no check \"complete\"; expected completion, integrity, rate-limit, upload-slots, protocol-conformance or distribution-time"
      ]),
    .init(
      "mustDecide as a word", lines: ["mustDecide: completion"],
      saying: ["t.swarm.yaml:8:13: error: mustDecide: found \"completion\"; expected a list of names of checks"]),
    .init(
      "mustDecide twice", lines: ["mustDecide: [completion, completion]"],
      saying: ["t.swarm.yaml:8:26: error: mustDecide: completion is listed twice; expected each check once"]),
    .init(
      "a capture kept in no known way", lines: ["capture: {keep: all}"],
      saying: ["t.swarm.yaml:8:17: error: capture.keep: \"all\" is not known here; expected full, scrubbed or none"]),
    .init(
      "a capture without room", lines: ["capture: {atMost: 0 B}"],
      saying: [
        "t.swarm.yaml:8:19: error: capture.atMost: \"0 B\" is not above zero; expected an amount of bytes with its unit, such as 16 MiB"
      ]),
  ]
}
