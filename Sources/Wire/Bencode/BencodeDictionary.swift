/// A dictionary of byte strings to values, kept in the order that BEP 3 demands: ascending by the keys' raw bytes.
public struct BencodeDictionary: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let key: [UInt8]
    public var value: Bencode
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  /// `entries` strictly ascending by key: the reader has seen to that.
  init(sorted entries: [Entry]) { self.entries = entries }

  public var isEmpty: Bool { entries.isEmpty }
  public var count: Int { entries.count }

  /// The value under a key; setting nil removes it.
  public subscript(key: String) -> Bencode? {
    get {
      for entry in entries where entry.key.elementsEqual(key.utf8) { return entry.value }
      return nil
    }
    set { self[bytes: Array(key.utf8)] = newValue }
  }

  /// The value under a key that need not be text, as in a scrape's `files`.
  public subscript(bytes key: [UInt8]) -> Bencode? {
    get {
      let position = position(of: key)
      return position < entries.count && entries[position].key == key ? entries[position].value : nil
    }
    set {
      let position = position(of: key)
      let isThere = position < entries.count && entries[position].key == key
      switch (isThere, newValue) {
      case (true, let value?): entries[position].value = value
      case (true, nil): entries.remove(at: position)
      case (false, let value?): entries.insert(Entry(key: key, value: value), at: position)
      case (false, nil): break
      }
    }
  }

  /// The first position whose key is not below `key`.
  private func position(of key: [UInt8]) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension BencodeDictionary: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Bencode)...) {
    for (key, value) in elements { self[key] = value }
  }
}
