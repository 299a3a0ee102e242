/// Invalid topologies, with what is said of them: exact, since people read it and tools match it.
extension InvalidTopology {
  static let files: [InvalidTopology] = [
    .init(
      "an empty file", text: "",
      saying: ["t.swarm.yaml:1:1: error: the file is empty; expected a topology, with name, payload, peers and until"]),
    .init(
      "a file with nothing but a comment", text: "# later\n",
      saying: ["t.swarm.yaml:1:1: error: the file is empty; expected a topology, with name, payload, peers and until"]),
    .init(
      "a list instead of a topology", text: "- a\n- b\n",
      saying: [
        "t.swarm.yaml:1:1: error: the file holds a list; expected a topology, with name, payload, peers and until"
      ]),
    .init(
      "a word instead of a topology", text: "hello\n",
      saying: [
        "t.swarm.yaml:1:1: error: the file holds \"hello\"; expected a topology, with name, payload, peers and until"
      ]),
    .init(
      "a flow section that is never closed", text: "name: x\npayload: {size: 1 MiB\npeers: {}\n",
      saying: [
        "t.swarm.yaml:3:6: error: not valid YAML: did not find expected ',' or '}' (while parsing a flow mapping at line 2, column 10)"
      ]),
    .init(
      "a tab as indentation", text: "name: x\npayload:\n\tsize: 1 MiB\n",
      saying: ["t.swarm.yaml:3:1: error: not valid YAML: a tab; expected spaces; YAML is not indented with tabs"]),
    .init(
      "a wrong indentation", text: "name: x\n  payload: {size: 1 MiB}\n",
      saying: ["t.swarm.yaml:2:10: error: not valid YAML: mapping values are not allowed in this context"]),
    .init(
      "a quote that is never closed", text: "name: \"x\n",
      saying: [
        "t.swarm.yaml:2:1: error: not valid YAML: found unexpected end of stream (while scanning a quoted scalar at line 1, column 7)"
      ]),
    .init(
      "two documents", text: "name: x\n---\nname: y\n",
      saying: ["t.swarm.yaml:2:1: error: a second document begins here; expected one topology in a file"]),
    .init(
      "an alias without its anchor", text: "name: *other\n",
      saying: ["t.swarm.yaml:1:7: error: not valid YAML: found undefined alias"]),
    .init(
      "a key given twice, alone though more is wrong", text: "name: x\nsped: 3\npeers: {}\nname: y\n",
      saying: ["t.swarm.yaml:4:1: error: the key \"name\" is given twice, first in line 1; expected each key once"]),
    .init(
      "a key given twice in a flow section", text: "name: x\npayload: {size: 1 MiB, size: 2 MiB}\n",
      saying: ["t.swarm.yaml:2:11: error: the key \"size\" is given twice, first in line 2; expected each key once"]),
    .init(
      "a group given twice", text: "name: x\npeers:\n  seed: {role: seed}\n  seed: {role: seed}\n",
      saying: ["t.swarm.yaml:4:3: error: the key \"seed\" is given twice, first in line 3; expected each key once"]),
    .init(
      "a control character", text: "name: \"x\\0\"\ndescription: \u{1}\n",
      saying: [
        "t.swarm.yaml:2:14: error: not valid YAML: control characters are not allowed; expected text without control characters"
      ]),
    .init(
      "a section as key", text: "? {a: b}\n: c\n",
      saying: ["t.swarm.yaml:1:3: error: a key is a list or a section; expected a word as key"]),
  ]
}
