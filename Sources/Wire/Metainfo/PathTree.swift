/// Knows which paths are taken, as files or as folders of files. Time and memory are in proportion to the number of names
/// added, however deep the folders.
struct PathTree {
  private struct Place: Hashable {
    var folder: Int
    var name: [UInt8]
  }

  /// Folders and files by number; the root is 0.
  private var numbers: [Place: Int] = [:]
  private var isFile = [false]

  /// False when the path is taken already, lies below a file, or is a folder. Names are compared byte for byte, as the
  /// file systems do for which `PathComponent` speaks.
  mutating func add(_ path: [String]) -> Bool {
    var folder = 0
    for (depth, name) in path.enumerated() {
      let place = Place(folder: folder, name: Array(name.utf8))
      let isLast = depth == path.count - 1
      if let known = numbers[place] {
        guard !isLast, !isFile[known] else { return false }
        folder = known
      } else {
        numbers[place] = isFile.count
        folder = isFile.count
        isFile.append(isLast)
      }
    }
    return !path.isEmpty
  }
}
