/// Places of elements by group, in one array: a counting sort that keeps the order of the elements within each group.
public struct Grouping: Sendable {
  private let starts: [Int32]
  private let places: [Int32]

  /// - Parameter group: the group of the element at a place; nil or negative leaves it out.
  init(count: Int, groups: Int, group: (Int) -> Int) {
    var starts = [Int32](repeating: 0, count: groups + 1)
    for place in 0..<count {
      let index = group(place)
      if index >= 0 { starts[index + 1] += 1 }
    }
    for index in 0..<groups { starts[index + 1] += starts[index] }
    var next = starts
    var places = [Int32](repeating: 0, count: Int(starts[groups]))
    for place in 0..<count {
      let index = group(place)
      guard index >= 0 else { continue }
      places[Int(next[index])] = Int32(place)
      next[index] += 1
    }
    self.starts = starts
    self.places = places
  }

  public subscript(group: Int) -> ArraySlice<Int32> { places[Int(starts[group])..<Int(starts[group + 1])] }
}

extension Grouping {
  /// The same groups, with each place replaced by what `order` holds there.
  func mapped(by order: [Int]) -> Grouping { Grouping(starts: starts, places: places.map { Int32(order[Int($0)]) }) }

  private init(starts: [Int32], places: [Int32]) {
    self.starts = starts
    self.places = places
  }
}
