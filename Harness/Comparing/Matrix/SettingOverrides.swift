public import TopologyFile

extension Setting {
  /// What it changes in a topology, as `--vary` gives it. Faults may be varied by word: all that the file holds, or none.
  public var overrides: [Override] {
    values.compactMap { value in
      guard value.path == Collateral.path else { return Override(path: value.path, value: value.value, flag: "--vary") }
      if value.value == Collateral.all { return nil }
      return Override(path: value.path, value: value.value == Collateral.none ? "[]" : value.value, flag: "--vary")
    }
  }
}
