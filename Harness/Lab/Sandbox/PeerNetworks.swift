import CNamespaces
package import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A network namespace for each client that cannot bind its outgoing connections to its address: in there it has no other.
///
/// Every packet still crosses the sandbox's `lo`, so that it is captured and meets the kernel's limits like any other. A
/// veth pair joins the namespace to the sandbox; what the client sends is redirected, as it comes out, to the egress of
/// `lo`; what others send it crosses `lo` as if the address were there, and is redirected into the veth at the ingress of
/// `lo`, behind the capture. Redirected frames are taken for ours only if their hardware address is the device's, so `lo`
/// and all veths bear the same one, and resolve none.
package struct PeerNetworks: Sendable, Hashable {
  package struct Member: Sendable, Hashable {
    package var name: String
    package var index: Int
    package var address: String

    /// The sandbox's end of the pair.
    var device: String { "peer\(index)" }
    /// The peer's /24, with all its incarnations.
    var block: String { address.split(separator: ".").dropLast().joined(separator: ".") + ".0/24" }
  }

  package var members: [Member]
  /// Whether `lo` has its hooks at both ends already, for download limits.
  var hasHooks: Bool

  /// Locally administered.
  private static let hardware = "02:00:00:00:00:01"
  /// veth's largest; `lo`'s own is one more.
  private static let mtu = 65535

  package init(_ plan: Plan) {
    members = plan.peers.filter { !$0.client.isBound }.map {
      Member(name: $0.name, index: $0.index, address: $0.address)
    }
    hasHooks = !KernelLimits(plan).downloads.isEmpty
  }

  /// Lines for `ip -batch` in the sandbox. `namespace` is a path that stands for a member's.
  package func linkScript(namespace: (Member) -> String) -> [String] {
    ["link set dev lo address \(Self.hardware)"]
      + members.flatMap { member in
        [
          "link add name \(member.device) address \(Self.hardware) mtu \(Self.mtu) type veth peer name eth0 "
            + "address \(Self.hardware) mtu \(Self.mtu) netns \(namespace(member))",
          "link set dev \(member.device) arp off up",
        ]
      }
  }

  /// Lines for `tc -batch` in the sandbox, after those of the limits.
  package var redirectScript: [String] {
    (hasHooks ? [] : ["qdisc add dev lo clsact"])
      + members.flatMap { member in
        [
          "qdisc add dev \(member.device) clsact",
          "filter add dev \(member.device) ingress prio 1 protocol ip u32 match u32 0 0 "
            + "action mirred egress redirect dev lo",
          "filter add dev lo ingress prio 1 protocol ip u32 match ip dst \(member.block) "
            + "action mirred egress redirect dev \(member.device)",
        ]
      }
  }

  /// Lines for `ip -batch` in a member's namespace.
  package func innerScript(_ member: Member) -> [String] {
    [
      "link set dev lo up", "link set dev eth0 gso_max_size 16384", "link set dev eth0 arp off up",
      "address add \(member.address)/32 dev eth0", "route add default dev eth0 src \(member.address)",
    ]
  }

  /// Makes the namespaces. Throws `LabError` (environment).
  func attach(_ settings: NetworkSettings, with launcher: any Launcher) async throws(LabError) -> [String: PeerNetwork]
  {
    guard !members.isEmpty else { return [:] }
    guard let entering = ProgramPath.find("nsenter") else {
      throw LabError(.environment, what: "nsenter is not installed", mend: "install util-linux")
    }
    // What comes out of a veth bears an address that is local here.
    try NetworkSettings.write("1", to: "/proc/sys/net/ipv4/conf/lo/accept_local")
    var networks: [String: PeerNetwork] = [:]
    for member in members { networks[member.name] = try PeerNetwork(settings, entering: entering) }
    try await Tool("ip").run(
      ["-batch", "-"], input: linkScript { networks[$0.name]?.path ?? "" }, launcher)
    try await Tool("tc").run(["-batch", "-"], input: redirectScript, launcher)
    for member in members {
      guard let network = networks[member.name] else { continue }
      try await Tool("ip").run(["-batch", "-"], input: innerScript(member), launcher, prefix: network.launchPrefix)
    }
    return networks
  }
}

/// One namespace, which lives as long as its descriptor is open: to the lab's end.
struct PeerNetwork: Sendable {
  /// By which other programs find it.
  let path: String
  /// Before a command line, to run it inside.
  let launchPrefix: [String]

  /// A new namespace, with the sandbox's own TCP settings. Throws `LabError` (environment).
  init(_ settings: NetworkSettings, entering: String) throws(LabError) {
    let made = OwnThread.run { () -> Result<Int32, LabError> in
      // Of this thread only; the namespace is then held by its descriptor.
      guard unshare(swarmlab_new_network) == 0 else {
        return .failure(LabError(.environment, what: "no network namespace can be made: \(Descriptor.reason())"))
      }
      let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        return .failure(
          LabError(.environment, what: "cannot be opened: \(Descriptor.reason())", place: "/proc/thread-self/ns/net"))
      }
      do throws(LabError) {
        _ = try settings.applyKernelSettings()
        return .success(descriptor)
      } catch {
        close(descriptor)
        return .failure(error)
      }
    }
    path = "/proc/\(getpid())/fd/\(try made.get())"
    launchPrefix = [entering, "--net=\(path)", "--"]
  }
}

/// A thread for what a thread does once and for ever, such as leaving its namespaces.
private enum OwnThread {
  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Waits for its end.
  static func run<Value>(_ body: @escaping () -> Value) -> Value {
    var value: Value?
    let work = Work { value = body() }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(work).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, context)
    precondition(status == 0, "no thread: \(String(cString: strerror(status)))")
    pthread_join(thread, nil)
    guard let value else { preconditionFailure("the thread ended before its work") }
    return value
  }
}
