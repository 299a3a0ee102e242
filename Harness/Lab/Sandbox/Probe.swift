import PacketCapture
import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Sandbox {
  /// Tries every rung by use: what each can do here, or why it does not stand. Takes some 100 ms for each.
  public static func ladder(executable: String) async -> [Finding] {
    var findings: [Finding] = []
    for rung in Rung.allCases { findings.append(await probe(rung, executable: executable)) }
    return findings
  }

  static func probe(_ rung: Rung, executable: String) async -> Finding {
    let lab: EnclosedLab
    do {
      lab = try EnclosedLab(rung: rung, command: [executable, "lab", "--probe"], runFolder: nil)
    } catch {
      return Finding(rung: rung, capabilities: [], reason: error.what)
    }
    let verdict = await lab.verdict()
    var finding: Finding?
    if case .standing = verdict {
      for await message in lab.messages {
        if case .found(let found) = message { finding = found }
      }
    }
    await lab.end()
    if let finding { return finding }
    switch verdict {
    case .refused(let reason): return Finding(rung: rung, capabilities: [], reason: reason)
    case .failed(let error): return Finding(rung: rung, capabilities: [], reason: error.what)
    case .standing: return Finding(rung: rung, capabilities: [], reason: "it ended before it had told what it found")
    }
  }
}

extension LabMain {
  /// The inner half of a probe: one captured frame shows that `lo` is up and can be captured; one class, one redirection
  /// and a frame that passed them show the kernel's limits.
  static func probe(_ options: Options, _ outer: LineSender) async -> Int32 {
    outer.queue(MessageLine.encode(LabMessage.standing))
    var found: Set<Sandbox.Capability> = []
    var reasons: [String] = []
    let place = WorkPlace(rung: options.rung)
    if place.isPrivate {
      let bucket = KernelLimits.Bucket(
        id: 1, address: Addresses.peer(0), bytesPerSecond: 1 << 20, burstBytes: 65536)
      do throws(LabError) {
        _ = try await place.prepare(
          NetworkSettings(speed: 1, limits: KernelLimits(uploads: [bucket], downloads: [bucket])))
        found.insert(.kernelLimits)
      } catch {
        reasons.append(error.what)
      }
    }
    do {
      let probe = try LiveCapture(device: "lo", filter: "udp and dst port 9")
      probe.start()
      sendDatagram(to: Addresses.peer(0))
      let seen = await probe.stop(within: 2).frames
      if seen > 0 { found.insert(.capture) } else { reasons.append("no frame was captured on lo") }
    } catch {
      reasons.append("\(error)")
    }
    if place.isPrivate, found.contains(.capture) {
      let ofNetwork: [Sandbox.Capability] = [.partition, .silentAddressChange, .connectionResets]
      for capability in ofNetwork {
        do throws(LabError) {
          try await FaultGround.lay(for: [capability], with: place.launcher)
          found.insert(capability)
        } catch {
          reasons.append(error.what)
        }
      }
      // Having namespaces of its own is all that the rest needs.
      found.formUnion(Sandbox.capabilities(of: options.rung).subtracting([.capture, .kernelLimits] + ofNetwork))
    }
    let finding = Sandbox.Finding(
      rung: options.rung, capabilities: found, reason: reasons.isEmpty ? nil : reasons.joined(separator: "; "))
    outer.queue(MessageLine.encode(LabMessage.found(finding)))
    return 0
  }

  /// From the address to itself, so that it passes both directions' limits.
  private static func sendDatagram(to address: String) {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = UInt16(9).bigEndian
    inet_pton(AF_INET, address, &target.sin_addr)
    withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(descriptor, [1, 2, 3, 4] as [UInt8], 4, Int32(MSG_NOSIGNAL), $0, 16)
      }
    }
  }
}
