extension PageScript {
  /// The choke timeline and the rates of one peer, over a stretch of time that can be moved and narrowed.
  static let timeline = #"""
    const pairs = new Map(data.pairs.map(p => [p.a + ">" + p.b, p]));
    const between = (a, b) => pairs.get(a + ">" + b) || {};
    const view = { peer: 0, from: 0, to: end, moment: null };
    function flow(pair) {
      const out = [];
      for (const v of pair.f || []) if (v < 0) for (let i = 0; i < -v; i++) out.push(0); else out.push(v);
      return out;
    }
    /// Bytes per second received from `a` by `b` over b's rate window, at the end of each step.
    function windowRates(a, b) {
      const amounts = flow(between(a, b)), seconds = data.peers[b].window, n = Math.max(1, Math.round(seconds / data.flowStep)), out = [];
      let sum = 0;
      for (let i = 0; i < amounts.length + n; i++) {
        sum += (amounts[i] || 0) - (i >= n ? amounts[i - n] || 0 : 0);
        out.push(sum * 1024 / (n * data.flowStep));
      }
      return out;
    }
    const labels = ["", ", a regular unchoke", ", an optimistic unchoke"], kinds = ["slot", "regular", "optimistic"];
    const isPartner = (p, o) => [between(p, o), between(o, p)].some(q => q.u || q.i || q.f);
    function spans(svg, x, list, stride, y, height, style, words) {
      for (let k = 0; list && k < list.length; k += stride) {
        const [from, to] = [list[k], list[k + 1]];
        if (to < x.from || from > x.to) continue;
        const kind = style ? 0 : list[k + 2], why = !style && list[k + 3] >= 0 ? "\n" + data.reasons[list[k + 3]] : "";
        hint(node(svg, "rect", { class: style || kinds[kind], x: x(from).toFixed(1), y,
          width: Math.max(1, x(to) - x(from)).toFixed(1), height }),
          words + labels[kind] + "\n" + exact(from) + " to " + exact(to) + why);
      }
    }
    function drawChokes() {
      const me = view.peer, peer = data.peers[me], moments = data.moments.filter(m => m.who === me || m.peers.includes(me));
      const others = data.peers.map((_, i) => i).filter(i => i !== me && isPartner(me, i));
      const row = others.length > 24 ? 28 : 34, top = 24, bottom = top + row * Math.max(1, others.length);
      const svg = sheet("chokes", bottom + 24), x = scale(view.from, view.to, 140, 914);
      const rates = new Map(others.map(o => [o, windowRates(o, me)]));
      // A seed, which nobody reciprocates, may give far more than all others: it is cut off rather than they flattened.
      const ranked = others.filter(o => !data.peers[o].seed);
      const most = Math.max(1024, ...(ranked.length ? ranked : others).map(o => Math.max(0, ...rates.get(o))));
      byID("scale").textContent = "over " + peer.window + " s; full height " + size(most) + "/s";
      if (byID("rounds").checked && peer.grid) {
        const [first, period] = peer.grid;
        if ((x.right - x.left) * period / (view.to - view.from) >= 7)
          for (let t = first + period * Math.ceil((view.from - first) / period); t <= view.to; t += period)
            node(svg, "line", { class: "round", x1: x(t), x2: x(t), y1: top, y2: bottom });
      }
      timeAxis(svg, x, bottom);
      node(svg, "line", { class: "grid", x1: x.left, x2: x.right, y1: bottom, y2: bottom });
      const glass = hint(node(svg, "rect", { class: "glass", x: x.left, y: 0, width: x.right - x.left, height: bottom }), event => {
        const [t, y] = place(event, svg, x), other = others[Math.floor((y - top) / row)];
        if (other === undefined) return "";
        const r = rates.get(other)[Math.floor(t / data.flowStep)] || 0;
        return data.peers[other].name + " at " + time(t) + "\nreceived from it: " + size(r) + "/s over " + peer.window + " s";
      });
      drag(glass, svg, x, bottom);
      if (!others.length) node(svg, "text", { x: x.left + 8, y: top + 16 }, "No choke, interest or payload of this peer was seen on the wire.");
      others.forEach((other, i) => {
        const y = top + row * i, name = data.peers[other].name, low = y + row - 15, list = rates.get(other);
        node(svg, "line", { class: "grid", x1: 0, x2: width, y1: y, y2: y });
        const named = shortened(svg, { class: "name link", x: 132, y: y + row / 2 + 5, "text-anchor": "end" }, name, 19);
        named.addEventListener("click", () => choose(other));
        let path = "";
        const step = data.flowStep, first = Math.max(0, Math.floor(view.from / step) - 1), last = Math.min(list.length, Math.ceil(view.to / step) + 1);
        for (let k = first; k < last; k++) path += "L" + x((k + 1) * step).toFixed(1) + " " + (low - (row - 17) * Math.min(1, list[k] / most)).toFixed(1);
        if (path) node(svg, "path", { class: "rate", d: "M" + x(first * step).toFixed(1) + " " + low + path + "L" + x(last * step).toFixed(1) + " " + low + "Z" });
        spans(svg, x, between(other, me).u, 4, low, 2, "theirs", name + " unchokes " + peer.name);
        spans(svg, x, between(me, other).u, 4, low + 4, 7, "", peer.name + " unchokes " + name);
        spans(svg, x, between(other, me).i, 2, low + 12, 2, "want", name + " is interested in " + peer.name);
        const got = flow(between(other, me)).reduce((a, b) => a + b, 0), gave = flow(between(me, other)).reduce((a, b) => a + b, 0);
        node(svg, "text", { x: 922, y: y + row / 2 + 5, class: "amount" }, "↓ " + size(got * 1024));
        node(svg, "text", { x: 992, y: y + row / 2 + 5, class: "amount" }, "↑ " + size(gave * 1024));
      });
      for (const [t, words, style] of [[peer.joined, "joins", "event"], [peer.seed ? null : peer.completed, "complete", "event"]])
        if (t != null && t >= view.from && t <= view.to)
          hint(node(svg, "line", { class: style, x1: x(t), x2: x(t), y1: 14, y2: bottom }), peer.name + " " + words + " at " + exact(t));
      for (const moment of moments) mark(svg, x, moment, others, top, row, bottom);
      byID("range").textContent = time(view.from) + " to " + time(view.to);
    }
    function mark(svg, x, moment, others, top, row, bottom) {
      if (moment.t < view.from || moment.t > view.to) return;
      const chosen = moment === view.moment, own = moment.who === view.peer;
      const style = "mark " + moment.status + (chosen ? " chosen" : own ? "" : " other");
      const at = x(moment.t), words = moment.check + ": " + moment.text + "\nat " + exact(moment.t) + (moment.frame ? ", frame " + moment.frame : "");
      if (chosen || (own && moment.status === "fail")) node(svg, "line", { class: style, x1: at, x2: at, y1: 14, y2: bottom });
      if (chosen || own) for (const p of moment.peers) {
        const i = others.indexOf(p);
        if (i >= 0) node(svg, "circle", { class: style, cx: at, cy: top + row * i + row - 7.5, r: chosen ? 6 : 4 });
      }
      const flag = hint(node(svg, "polygon", { class: style, points: (at - 6) + ",2 " + (at + 6) + ",2 " + at + ",14" }), words);
      flag.addEventListener("click", () => show(moment));
    }
    const place = (event, svg, x) => {
      const box = svg.getBoundingClientRect(), k = width / box.width;
      return [x.time(Math.max(x.left, Math.min((event.clientX - box.left) * k, x.right))), (event.clientY - box.top) * k];
    };
    function drag(glass, svg, x, bottom) {
      glass.addEventListener("pointerdown", event => {
        if (event.button) return;
        const [start] = place(event, svg, x), band = node(svg, "rect", { class: "band", y: 14, height: bottom - 14 });
        event.preventDefault(); glass.setPointerCapture(event.pointerId);
        const move = event => {
          const [now] = place(event, svg, x), [a, b] = [x(Math.min(start, now)), x(Math.max(start, now))];
          band.setAttribute("x", a); band.setAttribute("width", b - a);
        };
        const up = event => {
          glass.removeEventListener("pointermove", move); band.remove();
          const [now] = place(event, svg, x);
          if (Math.abs(x(now) - x(start)) > 6) range(Math.min(start, now), Math.max(start, now));
        };
        glass.addEventListener("pointermove", move);
        glass.addEventListener("pointerup", up, { once: true });
        glass.addEventListener("pointercancel", () => { glass.removeEventListener("pointermove", move); band.remove(); }, { once: true });
      });
      glass.addEventListener("dblclick", () => range(0, end));
    }
    function drawRates() {
      const peer = data.peers[view.peer], bottom = 170, svg = sheet("rates", 194), x = scale(view.from, view.to, 140, 914), unit = 64;
      const most = 1.1 * unit * peer.upRates.reduce((a, b) => Math.max(a, b), peer.downRates.reduce((a, b) => Math.max(a, b), 1));
      const y = v => bottom - (bottom - 12) * Math.min(v, most) / most;
      timeAxis(svg, x, bottom, 12);
      for (const v of steps(0, most / 1024, 4)) {
        node(svg, "line", { class: "grid", x1: x.left, x2: x.right, y1: y(v * 1024), y2: y(v * 1024) });
        node(svg, "text", { x: x.left - 8, y: y(v * 1024) + 4, "text-anchor": "end" }, size(v * 1024) + "/s");
      }
      for (const [limit, name] of [[peer.up, "upload"], [peer.down, "download"]])
        if (limit && limit <= most) {
          hint(node(svg, "line", { class: "limit", x1: x.left, x2: x.right, y1: y(limit), y2: y(limit) }), name + " limit " + size(limit) + "/s");
          node(svg, "text", { x: x.right + 6, y: y(limit) + 4 }, name + " limit");
        }
      for (const [rates, style] of [[peer.downRates, "downloading"], [peer.upRates, "uploading"]]) {
        let path = "";
        rates.forEach((v, i) => {
          const t = (i + .5) * data.step;
          if (t < view.from - data.step || t > view.to + data.step) return;
          path += (path ? "L" : "M") + x(t).toFixed(1) + " " + y(v * unit).toFixed(1);
        });
        if (path) node(svg, "path", { d: path, class: style });
      }
      hint(node(svg, "rect", { class: "glass", x: x.left, y: 12, width: x.right - x.left, height: bottom - 12 }), event => {
        const i = Math.max(0, Math.min(peer.upRates.length - 1, Math.floor(place(event, svg, x)[0] / data.step)));
        return time(i * data.step) + "\nupload " + size(peer.upRates[i] * unit) + "/s\ndownload " + size(peer.downRates[i] * unit) + "/s";
      });
      for (const moment of data.moments) if (moment.who === view.peer) mark(svg, x, moment, [], 0, 0, bottom);
    }
    """#
}
