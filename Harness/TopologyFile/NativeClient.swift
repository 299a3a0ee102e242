/// What our own peer offers to a topology: data, so that the lab needs nothing of the peer. A test holds it equal to the
/// peer's own catalogues.
public enum NativeClient {
  /// A rule that a native peer can be told to break.
  public struct Misbehaviour: Hashable, Sendable {
    public var name: String
    /// What a dose counts.
    public var unit: String
    /// Three, from mild to strong.
    public var doses: [Double]
    public var range: ClosedRange<Double>
    /// Whether a dose is a whole number.
    public var isWhole: Bool
    public var summary: String
    /// Which declared rate is not kept; nil for a misbehaviour of another sort. One of rates can also be put in force
    /// from outside, by the kernel, on a client of any kind.
    public var scales: ScaledLimit?
    /// Whether a dose is the share of that rate that stays unused, not what the rate is multiplied by.
    public var leavesUnused = false
    /// Whether several peers do it together: all of the swarm that are told it.
    public var isOfGroup = false

    /// By what the declared rate is multiplied.
    public func factor(ofDose dose: Double) -> Double { leavesUnused ? 1 - dose : dose }
  }

  public enum ScaledLimit: Hashable, Sendable { case upload, download }

  public static func misbehaviour(named name: String) -> Misbehaviour? { misbehaviours.first { $0.name == name } }
}
