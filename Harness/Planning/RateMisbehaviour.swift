public import TopologyFile

/// Misbehaviours that are nothing but another rate than the declared one, in either direction. A native peer that limits
/// itself is told of them; where the kernel limits, the lab puts the other rate in force, so that a program of any kind
/// can be seen to exceed what it declares, or to fall short of it. The judge holds the declared rate in either case.
extension MisbehaviourPlan {
  /// Which declared rate is not kept; nil for a misbehaviour of another sort.
  public var scales: NativeClient.ScaledLimit? { NativeClient.misbehaviour(named: name)?.scales }
  /// By what that rate is multiplied.
  var factor: Double { NativeClient.misbehaviour(named: name)?.factor(ofDose: dose) ?? 1 }
}

extension PeerPlan {
  /// Upload that the kernel is to let through where it limits this peer; nil is all.
  public var uploadInForce: LimitPlan? { uploadInForce(of: upload) }
  /// Download that the kernel is to let through where it limits this peer; nil is all.
  public var downloadInForce: LimitPlan? { downloadInForce(of: download) }

  /// The same of a limit that a fault sets instead of the declared one.
  public func uploadInForce(of limit: LimitPlan?) -> LimitPlan? { inForce(limit, .upload) }
  public func downloadInForce(of limit: LimitPlan?) -> LimitPlan? { inForce(limit, .download) }

  /// The burst stays as declared, as it does where a native peer scales its own rate.
  private func inForce(_ limit: LimitPlan?, _ direction: NativeClient.ScaledLimit) -> LimitPlan? {
    guard let limit, let misbehaviour = client.misbehaviour, misbehaviour.scales == direction else { return limit }
    let rate = (Double(limit.bytesPerSecond) * misbehaviour.factor).rounded()
    return LimitPlan(bytesPerSecond: rate < 1e18 ? max(1, Int64(rate)) : .max / 8, burstBytes: limit.burstBytes)
  }
}
