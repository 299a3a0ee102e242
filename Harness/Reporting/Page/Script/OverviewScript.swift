extension PageScript {
  /// What shows all peers at once: upload against download, and progress.
  static let overviews = #"""
    function drawClasses() {
      groups.forEach((group, i) => {
        const item = document.createElement("span"), svg = node(item, "svg", { viewBox: "0 0 14 14", width: 14, height: 14, class: "key" });
        shape(svg, i, 7, 7, 5, { style: "fill:var(--class-" + i % 6 + ")" });
        item.append(group); byID("classes").append(item);
      });
    }
    function drawScatter() {
      const svg = sheet("scatter", 440, 480), most = 1.05 * data.peers.reduce((m, p) => Math.max(m, p.sent, p.received), 1);
      const x = scale(0, most, 78, 464), y = v => 396 - (396 - 10) * v / most;
      for (const v of steps(0, most / 1048576, 5)) {
        const at = v * 1048576;
        node(svg, "line", { class: "grid", x1: x(at), x2: x(at), y1: 10, y2: 396 });
        node(svg, "line", { class: "grid", x1: 78, x2: 464, y1: y(at), y2: y(at) });
        node(svg, "text", { x: x(at), y: 412, "text-anchor": "middle" }, size(at));
        node(svg, "text", { x: 72, y: y(at) + 4, "text-anchor": "end" }, size(at));
      }
      node(svg, "line", { class: "even", x1: x(0), y1: y(0), x2: x(most), y2: y(most) });
      node(svg, "text", { x: x(most) - 6, y: y(most) + 26, "text-anchor": "end" }, "sent = received");
      node(svg, "text", { x: 271, y: 432, "text-anchor": "middle" }, "received");
      node(svg, "text", { x: 12, y: 203, "text-anchor": "middle", transform: "rotate(-90 12 203)" }, "sent");
      data.peers.forEach((peer, i) => {
        const dot = shape(svg, classOf(peer), x(peer.received), y(peer.sent), 5.5, { class: "dot", style: "fill:" + hue(peer) });
        hint(dot, peer.name + " (" + peer.group + ")\nsent " + size(peer.sent) + "\nreceived " + size(peer.received) + "\nshare ratio " + told(ratio(peer)));
        dot.addEventListener("click", () => choose(i, true));
      });
    }
    function line(table, cells, head) {
      const row = table.insertRow();
      cells.forEach((cell, i) => {
        const e = document.createElement(head ? "th" : "td");
        if (i >= (cells.texts || 1)) e.className = "number";
        if (head) e.scope = "col";
        e.append(cell); row.append(e);
      });
      return row;
    }
    const median = list => { const s = [...list].sort((a, b) => a - b); return s.length ? (s[(s.length - 1) >> 1] + s[s.length >> 1]) / 2 : null; };
    function fillTables() {
      const classes = byID("groups"), table = byID("totals"), heads = ["class", "peers", "sent, mean", "received, mean", "share ratio", "complete after joining, median"];
      line(classes, heads, true);
      groups.forEach(group => {
        const members = data.peers.filter(p => p.group === group), n = members.length;
        const sent = members.reduce((a, p) => a + p.sent, 0), received = members.reduce((a, p) => a + p.received, 0);
        const times = members.filter(p => !p.seed && p.completed != null).map(p => p.completed - (p.joined ?? 0));
        line(classes, [group, n, size(sent / n), size(received / n), told(received ? sent / received : null), times.length ? time(median(times)) : "–"]);
      });
      const rows = data.peers.map((peer, i) => ({ peer, i }));
      const columns = [["peer", r => r.i], ["class", r => classOf(r.peer)], ["sent", r => r.peer.sent], ["received", r => r.peer.received],
        ["share ratio", r => ratio(r.peer) ?? Infinity], ["upload limit", r => r.peer.up ?? Infinity], ["joined", r => r.peer.joined ?? 0],
        ["complete", r => r.peer.seed ? -1 : r.peer.completed ?? Infinity]];
      let by = 0, down = false;
      const fill = () => {
        while (table.rows.length) table.deleteRow(0);
        const head = columns.map(([name], i) => {
          const b = document.createElement("button"); b.textContent = name + (by === i ? (down ? " ↓" : " ↑") : "");
          b.addEventListener("click", () => { down = by === i ? !down : i > 1; by = i; fill(); table.rows[0].cells[i].firstChild.focus(); });
          return b;
        });
        head.texts = 2; line(table, head, true);
        rows.sort((a, b) => (columns[by][1](a) - columns[by][1](b)) * (down ? -1 : 1) || a.i - b.i);
        for (const { peer, i } of rows) {
          const b = document.createElement("button"); b.className = "peer"; b.textContent = peer.name;
          b.addEventListener("click", () => choose(i, true));
          const cells = [b, peer.group, size(peer.sent), size(peer.received), told(ratio(peer)), peer.up ? size(peer.up) + "/s" : "none",
            peer.joined != null ? time(peer.joined) : "–", peer.seed ? "seed" : peer.completed != null ? time(peer.completed) : "never"];
          cells.texts = 2; line(table, cells);
        }
      };
      fill();
    }
    function drawHeld() {
      const bottom = 270, svg = sheet("held", 300), x = scale(0, end, 60, 930), y = n => bottom - (bottom - 12) * n / Math.max(1, data.pieces);
      timeAxis(svg, x, bottom, 12);
      for (const share of [0, .25, .5, .75, 1]) {
        node(svg, "line", { class: "grid", x1: x.left, x2: x.right, y1: y(share * data.pieces), y2: y(share * data.pieces) });
        node(svg, "text", { x: x.left - 8, y: y(share * data.pieces) + 4, "text-anchor": "end" }, Math.round(share * 100) + " %");
      }
      if (data.bound && data.bound <= end) {
        hint(node(svg, "line", { class: "limit", x1: x(data.bound), x2: x(data.bound), y1: 12, y2: bottom }), "no swarm can be complete before " + time(data.bound));
        node(svg, "text", { x: x(data.bound) - 4, y: bottom - 6, "text-anchor": "end" }, "bound " + time(data.bound));
      }
      data.peers.forEach((peer, index) => {
        let path = "", last = null;
        for (let i = 0; i < peer.held.length; i += 2) {
          const px = x(peer.held[i]).toFixed(1), py = y(peer.held[i + 1]).toFixed(1);
          path += last === null ? "M" + px + " " + py : "H" + px + "V" + py; last = py;
        }
        if (!path) return;
        path += "H" + x(end).toFixed(1);
        const shown = node(svg, "path", { d: path, class: "held", stroke: hue(peer) });
        const wide = hint(node(svg, "path", { d: path, class: "wide" }),
          peer.name + " (" + peer.group + ")" + (peer.completed != null && !peer.seed ? "\ncomplete at " + time(peer.completed) : ""));
        wide.addEventListener("pointerenter", () => shown.classList.add("focus"));
        wide.addEventListener("pointerleave", () => shown.classList.remove("focus"));
        wide.addEventListener("click", () => choose(index, true));
      });
      groups.forEach((group, i) => {
        node(svg, "rect", { x: 944, y: 16 + 20 * i, width: 14, height: 4, style: "fill:var(--class-" + i % 6 + ")" });
        shortened(svg, { x: 964, y: 23 + 20 * i }, group, 13);
      });
    }
    """#

  /// What is shown first, and what answers to whom.
  static let start = #"""
    const select = byID("peer"), said = byID("said");
    function redraw() { drawChokes(); drawRates(); }
    function choose(index, scroll) {
      view.peer = index; select.value = index;
      if (view.moment && view.moment.who !== index && !view.moment.peers.includes(index)) { view.moment = null; said.hidden = true; }
      redraw();
      if (scroll) byID("one").scrollIntoView({ block: "start" });
    }
    function range(from, to) {
      const length = Math.min(end, Math.max(1, to - from));
      view.from = Math.max(0, Math.min(from, end - length)); view.to = view.from + length; redraw();
    }
    const zoom = factor => { const middle = (view.from + view.to) / 2, half = (view.to - view.from) / 2 * factor; range(middle - half, middle + half); };
    const shift = share => range(view.from + share * (view.to - view.from), view.to + share * (view.to - view.from));
    function show(moment, scroll) {
      view.moment = moment;
      if (moment.who != null) { view.peer = moment.who; select.value = moment.who; }
      const half = Math.max(5, Math.min(30, (view.to - view.from) / 2));
      if (moment.t < view.from || moment.t > view.to || view.to - view.from > 60) range(moment.t - half, moment.t + half); else redraw();
      said.hidden = false; said.className = "said " + moment.status;
      said.textContent = moment.check + ", " + exact(moment.t) + (moment.frame ? ", frame " + moment.frame : "") + ": " + moment.text;
      history.replaceState(null, "", "#moment-" + data.moments.indexOf(moment));
      if (scroll) { byID("one").scrollIntoView({ block: "start" }); byID("chokes").focus({ preventScroll: true }); }
    }
    data.peers.forEach((peer, i) => { const o = document.createElement("option"); o.value = i; o.textContent = peer.name; select.append(o); });
    select.addEventListener("change", () => choose(+select.value));
    const actions = { in: () => zoom(.5), out: () => zoom(2), back: () => shift(-.5), forth: () => shift(.5), whole: () => range(0, end) };
    for (const id in actions) byID(id).addEventListener("click", actions[id]);
    byID("rounds").addEventListener("change", redraw);
    const keys = { "+": "in", "=": "in", "-": "out", ArrowLeft: "back", ArrowRight: "forth", 0: "whole" };
    byID("chokes").addEventListener("keydown", event => {
      const action = keys[event.key];
      if (action && !event.ctrlKey && !event.metaKey && !event.altKey) { actions[action](); event.preventDefault(); }
    });
    document.querySelectorAll("button.moment").forEach(b => {
      const moment = data.moments[+b.dataset.moment];
      if (moment.who == null) b.disabled = true; else b.addEventListener("click", () => show(moment, true));
    });
    document.querySelectorAll("button.peer[data-peer]").forEach(b => b.addEventListener("click", () => choose(+b.dataset.peer, true)));
    const openTarget = () => {
      const target = location.hash.length > 1 && byID(location.hash.slice(1)), moment = data.moments[+(location.hash.match(/^#moment-(\d+)$/) || [])[1]];
      if (target && target.tagName === "DETAILS") target.open = true;
      if (moment && moment !== view.moment) show(moment, true);
    };
    addEventListener("hashchange", openTarget);
    const closed = [];
    addEventListener("beforeprint", () => document.querySelectorAll("details.check:not([open])").forEach(d => { d.open = true; closed.push(d); }));
    addEventListener("afterprint", () => closed.splice(0).forEach(d => { d.open = false; }));
    for (const event of data.events) { const row = byID("events").insertRow(); row.insertCell().textContent = time(event.t); row.insertCell().textContent = event.text; }
    drawClasses(); drawScatter(); fillTables(); drawHeld();
    if (data.peers.length) {
      const failed = data.moments.find(m => m.status === "fail" && m.who != null);
      choose(failed ? failed.who : Math.max(0, data.peers.findIndex(p => !p.seed)));
    }
    openTarget();
    """#
}
