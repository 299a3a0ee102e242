import SwarmTime
import TopologyFile

/// Faults in a sentence, for people.
public enum FaultWording {
  /// As it begins, with those whom it strikes.
  public static func begin(_ fault: FaultPlan, _ struck: [String]) -> String {
    let who = names(struck)
    let isOne = struck.count == 1
    let back = fault.lasts.map { " for \(Wording.time($0))" } ?? ""
    return switch fault.kind {
    case .leave: "\(who) \(isOne ? "leaves" : "leave")\(back)"
    case .kill: "\(who) \(isOne ? "is" : "are") killed"
    case .restart:
      "\(who) \(isOne ? "is" : "are") killed, and begun anew\(fault.lasts.map { " after \(Wording.time($0))" } ?? "")"
    case .pause: "\(who) \(isOne ? "is" : "are") stopped\(back)"
    case .changeAddress: "\(who) \(isOne ? "changes" : "change") address, \(fault.isAbrupt ? "abruptly" : "politely")"
    case .changeRate: "\(who) \(isOne ? "is" : "are") limited to \(rates(fault))\(back)"
    case .partition: "nothing goes between \(who) and \(names(fault.others))\(back)"
    case .isolate: "nothing goes between \(who) and anybody\(back)"
    case .resetConnections: "all connections of \(who) are reset"
    case .fullDisk: "\(isOne ? "the disk" : "the disks") of \(who) \(isOne ? "is" : "are") full\(back)"
    case .stopTracker: "the tracker is killed\(fault.lasts.map { ", and begun anew after \(Wording.time($0))" } ?? "")"
    case .trackerError: "the tracker \(answer(fault))\(back)"
    }
  }

  public static func heal(_ fault: FaultPlan, _ struck: [String]) -> String {
    let who = names(struck)
    let isOne = struck.count == 1
    return switch fault.kind {
    case .leave: "\(who) \(isOne ? "comes" : "come") back"
    case .restart: "\(who) \(isOne ? "is" : "are") begun anew"
    case .pause: "\(who) \(isOne ? "goes" : "go") on"
    case .changeRate: "\(who) \(isOne ? "is" : "are") limited as before"
    case .partition: "\(who) and \(names(fault.others)) hear each other again"
    case .isolate: "\(who) \(isOne ? "is" : "are") heard again"
    case .fullDisk: "\(isOne ? "the disk" : "the disks") of \(who) \(isOne ? "has" : "have") room again"
    case .stopTracker: "the tracker is begun anew"
    case .trackerError: "the tracker answers as it should again"
    case .kill, .changeAddress, .resetConnections: "\(who): over"
    }
  }

  /// When, as a plan says it.
  public static func moment(_ fault: FaultPlan) -> String {
    if let at = fault.at { return "at \(Wording.time(at - .zero))" }
    if let copies = fault.when?.seedCopiesPerMille {
      return "once seeds have sent " + (copies == 1000 ? "1 copy" : "\(Wording.decimal(Double(copies) / 1000)) copies")
    }
    if let complete = fault.when?.complete { return "once \(complete) \(complete == 1 ? "is" : "are") complete" }
    return "never"
  }

  private static func answer(_ fault: FaultPlan) -> String {
    switch fault.answer {
    case .serverError, nil: "answers with errors"
    case .garbage: "answers with garbage"
    case .late: "is \(Wording.time(fault.delay ?? .zero)) late with its answers"
    }
  }

  private static func rates(_ fault: FaultPlan) -> String {
    let parts = [("up", fault.uploadLimit), ("down", fault.downloadLimit)].compactMap { word, limit in
      limit.map { "\(Wording.bytes($0.bytesPerSecond))/s \(word)\(burst($0))" }
    }
    return parts.joined(separator: " and ")
  }

  /// Told where it is not the usual one.
  private static func burst(_ limit: LimitPlan) -> String {
    let usual = LimitPlan(bytesPerSecond: limit.bytesPerSecond).burstBytes
    return limit.burstBytes == usual ? "" : " (burst \(Wording.bytes(limit.burstBytes)))"
  }

  /// Few by name, many by number.
  private static func names(_ names: [String]) -> String {
    names.count <= 4
      ? names.joined(separator: ", ") : "\(names.prefix(3).joined(separator: ", ")) and \(names.count - 3) others"
  }
}
