/// What must hold of a group's limits.
struct LimitRules {
  let sink: DiagnosticSink

  func check(_ built: BuiltGroup) {
    let group = built.group
    burst(built, "uploadBurst", group.uploadBurst, of: "upload", group.upload)
    burst(built, "downloadBurst", group.downloadBurst, of: "download", group.download)
    let areRatesKnown = !built.values.isInvalid("upload") && !built.values.isInvalid("download")
    guard let limit = built.values.own.entries["limit"], areRatesKnown else { return }
    if group.upload == nil, group.download == nil {
      sink.error(
        limit.place, "\(built.values.path("limit")): neither upload nor download is limited",
        expected: "an upload or download rate")
    }
  }

  private func burst(_ built: BuiltGroup, _ key: String, _ bytes: Int64?, of rateKey: String, _ rate: Int64?) {
    guard let bytes else { return }
    let (path, place) = (built.values.path(key), built.values.place(key))
    if bytes < TopologyLimits.minimumBurstBytes {
      sink.error(
        place, "\(path): \(Wording.bytes(bytes)) is less than one block, so that nothing could ever be sent",
        expected: "at least \(TopologyLimits.minimumBurstBytes) B (a block of 16 KiB and the 13 bytes before it)")
    }
    if rate == nil, built.values.own.has(key), !built.values.isInvalid(rateKey) {
      sink.error(place, "\(path): \(rateKey) is unlimited here", expected: "a rate as \(rateKey), or no \(key)")
    }
  }
}

/// What must hold of a group whose client is not our own.
struct ForeignRules {
  let sink: DiagnosticSink

  func check(_ built: BuiltGroup) {
    guard let client = built.group.client.foreign?.client else { return }
    checkNativeOnly(built, client)
    checkLimit(built, client)
  }

  /// Native settings on another client are mistakes where the group itself says them; from `defaults` they pass it by.
  private func checkNativeOnly(_ built: BuiltGroup, _ client: ForeignClient) {
    let who = client.name.map { "this client is \($0)" } ?? "this client is given by command"
    for key in ["choking", "fastExtension", "misbehaviour", "pex", "wants"] {
      guard let entry = built.values.own.entries[key] else { continue }
      if key == "misbehaviour", let name = scalingMisbehaviour(built) {
        // The kernel does it from outside, whatever the program.
        guard built.group.limitedBy != .kernel else { continue }
        let whose = client.name ?? "a client given by command"
        sink.error(
          entry.keyPlace,
          "\(built.values.path(key)): \(name) of \(whose) is the kernel's work, but limit is "
            + built.group.limitedBy.rawValue,
          expected: "limit: kernel, or no \(key)")
      } else {
        sink.error(
          entry.keyPlace, "\(built.values.path(key)) is for native peers, and \(who)",
          expected: "client: native, or no \(key)")
      }
    }
  }

  /// The group's misbehaviour, if it is nothing but another rate than the declared one.
  private func scalingMisbehaviour(_ built: BuiltGroup) -> String? {
    guard let name = built.values.own.table("misbehaviour")?.text("name") else { return nil }
    return NativeClient.misbehaviour(named: name)?.scales == nil ? nil : name
  }

  /// `limit: client` asks the program itself to keep limits, which it must be able to, and must be told.
  private func checkLimit(_ built: BuiltGroup, _ client: ForeignClient) {
    guard built.group.limitedBy != .kernel, built.values.entry("limit") != nil else { return }
    let rates = [(ForeignClient.Limit.upload, built.group.upload), (.download, built.group.download)]
    for (limit, rate) in rates where rate != nil && !client.keeps.contains(limit) {
      let key = limit.rawValue
      let what =
        client.name.map { "\($0) keeps no \(key) limit itself" } ?? "the command is never told its \(key) limit"
      sink.error(
        built.values.place("limit"), "\(built.values.path("limit")): \(built.group.limitedBy.rawValue), but \(what)",
        expected: client.name == nil ? "{\(key)} in the command, or limit: kernel" : "limit: kernel")
    }
  }
}
