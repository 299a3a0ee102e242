import Crypto
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file of the run, mapped to be compared and hashed.
final class FinishedFile {
  private let memory: UnsafeMutableRawPointer?
  let sizeBytes: Int64

  /// Nil when there is no such regular file.
  init?(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    sizeBytes = Int64(status.st_size)
    guard sizeBytes > 0 else {
      memory = nil
      return
    }
    let mapped = mmap(nil, Int(sizeBytes), PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else { return nil }
    madvise(mapped, Int(sizeBytes), MADV_SEQUENTIAL)
    memory = mapped
  }

  deinit { if let memory { munmap(memory, Int(sizeBytes)) } }

  private func bytes() -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: memory, count: memory == nil ? 0 : Int(sizeBytes))
  }

  /// - Parameter first: bytes from the first on, where there are so many.
  func sha256(first: Int64 = .max) -> String {
    var hash = SHA256()
    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes().prefix(Int(min(first, sizeBytes)))))
    return Hex.text(hash.finalize())
  }

  func equals(_ other: FinishedFile) -> Bool {
    guard sizeBytes == other.sizeBytes else { return false }
    guard let mine = memory, let others = other.memory else { return sizeBytes == 0 }
    return memcmp(mine, others, Int(sizeBytes)) == 0
  }
}

/// What a peer's file turned out to be.
package struct FileFinding: Sendable, Hashable {
  package var peer: String
  package var sizeBytes: Int64
  package var sha256: String
  package var isPayload: Bool
}

package enum FinishedFiles {
  /// SHA-256 of each file that exists, on all processors, in the order asked. A file whose bytes equal the payload's has
  /// the payload's hash, and comparing is several times faster than hashing.
  ///
  /// - Parameter parts: bytes, from the first on, that peers want, where these are not all: no more of their files is
  ///   looked at.
  package static func examine(
    _ files: [(peer: String, path: String)], payload: String, sha256: String, parts: [String: Int64] = [:]
  ) async -> [FileFinding] {
    await GivingWay.run {
      let found = Mutex([FileFinding?](repeating: nil, count: files.count))
      GivingWay.concurrently(files.count) { index in
        guard let file = FinishedFile(files[index].path) else { return }
        if let part = parts[files[index].peer] {
          let finding = FileFinding(
            peer: files[index].peer, sizeBytes: min(part, file.sizeBytes), sha256: file.sha256(first: part),
            isPayload: false)
          return found.withLock { $0[index] = finding }
        }
        var isPayload = false
        if let original = FinishedFile(payload) { isPayload = file.equals(original) }
        let finding = FileFinding(
          peer: files[index].peer, sizeBytes: file.sizeBytes, sha256: isPayload ? sha256 : file.sha256(),
          isPayload: isPayload)
        found.withLock { $0[index] = finding }
      }
      return found.withLock { $0 }.compactMap { $0 }
    }
  }

  /// SHA-256 of so many first bytes of a file, for each of these sizes; none where the file is not there.
  package static func hashes(ofFirst sizes: [Int64], of path: String) async -> [(sizeBytes: Int64, sha256: String)] {
    guard !sizes.isEmpty else { return [] }
    return await GivingWay.run {
      let file = FinishedFile(path)
      return sizes.compactMap { size in file.map { (sizeBytes: size, sha256: $0.sha256(first: size)) } }
    }
  }
}
