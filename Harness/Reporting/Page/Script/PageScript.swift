/// The page's script: draws the charts as SVG from the JSON in the page. Plain JavaScript, no library.
enum PageScript {
  static let source = [basics, timeline, overviews, start].joined(separator: "\n")

  /// Words, shapes and axes that all charts share.
  static let basics = #"""
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const byID = id => document.getElementById(id);
    const NS = "http://www.w3.org/2000/svg";
    const groups = [...new Set(data.peers.map(p => p.group))];
    const classOf = peer => groups.indexOf(peer.group);
    const hue = peer => "var(--class-" + classOf(peer) % 6 + ")";
    const end = Math.max(data.end, 1e-3);
    const size = v => { let u = 0; const us = ["B", "KiB", "MiB", "GiB", "TiB"]; while (v >= 1024 && u < 4) { v /= 1024; u++; }
      return (v >= 100 || u === 0 ? Math.round(v) : v.toFixed(1)) + " " + us[u]; };
    const time = t => t >= 600 ? Math.floor(t / 60) + ":" + String(Math.floor(t % 60)).padStart(2, "0") + " min" : +t.toFixed(1) + " s";
    const exact = t => t.toFixed(3) + " s";
    const ratio = peer => peer.received > 0 ? peer.sent / peer.received : null;
    const told = r => r === null ? "–" : r >= 100 ? Math.round(r) : r.toFixed(2);
    function node(parent, tag, attributes, text) {
      const e = document.createElementNS(NS, tag);
      for (const k in attributes) e.setAttribute(k, attributes[k]);
      if (text !== undefined) e.textContent = text;
      parent.appendChild(e); return e;
    }
    const tip = byID("tip");
    function hint(element, text) {
      element.addEventListener("pointermove", event => {
        const words = typeof text === "function" ? text(event) : text;
        tip.hidden = !words; tip.textContent = words;
        tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
        tip.style.top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8) + "px";
      });
      element.addEventListener("pointerleave", () => { tip.hidden = true; });
      return element;
    }
    const width = 1060;
    function sheet(id, height, wide = width) {
      const place = byID(id); place.textContent = "";
      return node(place, "svg", { viewBox: "0 0 " + wide + " " + height });
    }
    function steps(from, to, count) {
      const raw = (to - from) / count, power = Math.pow(10, Math.floor(Math.log10(raw || 1)));
      const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= raw) || raw, out = [];
      for (let v = Math.ceil(from / step - 1e-9) * step; v <= to + step / 1e6; v += step) out.push(v);
      return out;
    }
    /// A map of [from, to] to the pixels between left and right, and its axis.
    function scale(from, to, left, right) {
      const x = t => left + (right - left) * (Math.max(from, Math.min(t, to)) - from) / (to - from);
      x.from = from; x.to = to; x.left = left; x.right = right;
      x.time = px => from + (px - left) / (right - left) * (to - from);
      return x;
    }
    /// Round times below a chart; with lines up to `top`, if it is given. One unit for the whole axis.
    function timeAxis(svg, x, bottom, top) {
      const nice = [.1, .2, .5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400];
      const step = nice.find(s => (x.to - x.from) / s <= 10) || 28800;
      const words = t => x.to < 600 ? time(t) : Math.floor(t / 60) + ":" + String(Math.round(t % 60)).padStart(2, "0");
      for (let t = Math.ceil(x.from / step - 1e-9) * step; t <= x.to + step / 1e6; t += step) {
        if (top !== undefined) node(svg, "line", { class: "grid", x1: x(t), x2: x(t), y1: top, y2: bottom });
        node(svg, "text", { x: x(t), y: bottom + 16, "text-anchor": "middle" }, words(t));
      }
      if (x.to >= 600) node(svg, "text", { x: x.right + 10, y: bottom + 16, style: "text-anchor:start" }, "\u00a0\u00a0min:s");
    }
    function shortened(parent, attributes, name, most) {
      const e = node(parent, "text", attributes, name.length > most ? name.slice(0, most - 1) + "…" : name);
      if (name.length > most) node(e, "title", {}, name);
      return e;
    }
    function shape(parent, kind, x, y, r, attributes) {
      const at = p => p.map(([dx, dy]) => (x + dx * r).toFixed(1) + "," + (y + dy * r).toFixed(1)).join(" ");
      const points = [null, [[-.9, -.9], [.9, -.9], [.9, .9], [-.9, .9]], [[0, -1.1], [1.1, .8], [-1.1, .8]],
        [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]], [[0, 1.1], [1.1, -.8], [-1.1, -.8]]][kind % 5];
      return points ? node(parent, "polygon", { points: at(points), ...attributes })
        : node(parent, "circle", { cx: x, cy: y, r, ...attributes });
    }
    """#
}
