/// The page's script: draws the charts as SVG from the JSON in the page. Plain JavaScript, no library.
enum PageScript {
  static let source = #"""
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const NS = "http://www.w3.org/2000/svg";
    const hues = ["var(--up)", "var(--down)", "var(--want)", "#a855c7", "#d9577c", "#5f8a9d"];
    const groups = [...new Set(data.peers.map(p => p.group))];
    const hue = peer => hues[groups.indexOf(peer.group) % hues.length];
    const size = v => { let u = 0; const us = ["B", "KiB", "MiB", "GiB", "TiB"]; while (v >= 1024 && u < 4) { v /= 1024; u++; }
      return (v >= 100 || u === 0 ? Math.round(v) : v.toFixed(1)) + " " + us[u]; };
    const time = t => t >= 600 ? Math.floor(t / 60) + ":" + String(Math.floor(t % 60)).padStart(2, "0") : +t.toFixed(1) + " s";
    function node(parent, tag, attributes, text) {
      const e = document.createElementNS(NS, tag);
      for (const k in attributes) e.setAttribute(k, attributes[k]);
      if (text !== undefined) e.textContent = text;
      parent.appendChild(e); return e;
    }
    const tip = document.getElementById("tip");
    function hint(element, text) {
      element.addEventListener("pointermove", event => {
        tip.textContent = typeof text === "function" ? text(event) : text; tip.hidden = false;
        tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
        tip.style.top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8) + "px";
      });
      element.addEventListener("pointerleave", () => { tip.hidden = true; });
    }
    function sheet(id, height) {
      const place = document.getElementById(id); place.textContent = "";
      return node(place, "svg", { viewBox: "0 0 1060 " + height });
    }
    function steps(limit, count) {
      const raw = limit / count, power = Math.pow(10, Math.floor(Math.log10(raw || 1)));
      const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= raw) || raw, out = [];
      for (let v = 0; v <= limit + step / 1e6; v += step) out.push(v);
      return out;
    }
    const left = 120, right = 1050, end = Math.max(data.end, 1e-3);
    const x = t => left + (right - left) * Math.max(0, Math.min(t, end)) / end;
    function timeAxis(svg, top, bottom) {
      for (const t of steps(end, 10)) {
        node(svg, "line", { class: "grid", x1: x(t), x2: x(t), y1: top, y2: bottom });
        node(svg, "text", { x: x(t), y: bottom + 16, "text-anchor": "middle" }, time(t));
      }
    }

    function drawHeld() {
      const height = 300, bottom = 270, svg = sheet("held", height), y = n => bottom - (bottom - 12) * n / Math.max(1, data.pieces);
      timeAxis(svg, 12, bottom);
      for (const share of [0, .25, .5, .75, 1]) {
        node(svg, "line", { class: "grid", x1: left, x2: right, y1: y(share * data.pieces), y2: y(share * data.pieces) });
        node(svg, "text", { x: left - 8, y: y(share * data.pieces) + 4, "text-anchor": "end" }, Math.round(share * 100) + " %");
      }
      for (const peer of data.peers) {
        let path = "", last = null;
        for (let i = 0; i < peer.held.length; i += 2) {
          const px = x(peer.held[i]).toFixed(1), py = y(peer.held[i + 1]).toFixed(1);
          path += last === null ? "M" + px + " " + py : "H" + px + "V" + py; last = py;
        }
        if (!path) continue;
        path += "H" + x(end).toFixed(1);
        const line = node(svg, "path", { d: path, stroke: hue(peer), opacity: .75 });
        const wide = node(svg, "path", { d: path, stroke: "transparent", style: "stroke-width:10" });
        hint(wide, peer.name + (peer.completed !== null && peer.completed !== undefined && !peer.seed ? "\ncomplete at " + time(peer.completed) : ""));
        wide.addEventListener("pointerenter", () => line.classList.add("focus"));
        wide.addEventListener("pointerleave", () => line.classList.remove("focus"));
        wide.addEventListener("click", () => choose(data.peers.indexOf(peer)));
      }
    }

    function drawTotals() {
      const row = 24, height = 34 + row * data.peers.length, svg = sheet("totals", height);
      const most = Math.max(1, ...data.peers.map(p => Math.max(p.sent, p.received))), w = v => (right - left - 80) * v / most;
      node(svg, "rect", { class: "up", x: left, y: 4, width: 12, height: 8, rx: 2 }); node(svg, "text", { x: left + 18, y: 12 }, "sent");
      node(svg, "rect", { class: "down", x: left + 70, y: 4, width: 12, height: 8, rx: 2 }); node(svg, "text", { x: left + 88, y: 12 }, "received");
      data.peers.forEach((peer, i) => {
        const top = 24 + row * i;
        node(svg, "text", { class: "name", x: left - 8, y: top + 13, "text-anchor": "end" }, peer.name);
        node(svg, "rect", { class: "up", x: left, y: top, width: Math.max(1, w(peer.sent)), height: 8, rx: 2 });
        node(svg, "rect", { class: "down", x: left, y: top + 9, width: Math.max(1, w(peer.received)), height: 8, rx: 2 });
        node(svg, "text", { x: left + Math.max(w(peer.sent), w(peer.received)) + 6, y: top + 13 }, size(peer.sent) + " / " + size(peer.received));
        const area = node(svg, "rect", { x: 0, y: top - 3, width: 1060, height: row, fill: "transparent" });
        hint(area, peer.name + "\nsent " + size(peer.sent) + "\nreceived " + size(peer.received));
        area.addEventListener("click", () => choose(i));
      });
    }

    function drawRates(index) {
      const peer = data.peers[index], height = 230, bottom = 200, svg = sheet("rates", height);
      const most = 1.1 * Math.max(1, ...peer.upRates, ...peer.downRates), y = v => bottom - (bottom - 12) * Math.min(v, most) / most;
      timeAxis(svg, 12, bottom);
      for (const v of steps(most / 1024, 4)) {
        node(svg, "line", { class: "grid", x1: left, x2: right, y1: y(v * 1024), y2: y(v * 1024) });
        node(svg, "text", { x: left - 8, y: y(v * 1024) + 4, "text-anchor": "end" }, size(v * 1024) + "/s");
      }
      for (const [limit, name] of [[peer.up, "upload"], [peer.down, "download"]])
        if (limit && limit <= most) hint(node(svg, "line", { class: "limit", x1: left, x2: right, y1: y(limit), y2: y(limit) }), name + " limit " + size(limit) + "/s");
      for (const [rates, style] of [[peer.downRates, "down"], [peer.upRates, "up"]]) {
        let path = "";
        rates.forEach((v, i) => { path += (i ? "L" : "M") + x((i + .5) * data.step).toFixed(1) + " " + y(v).toFixed(1); });
        if (path) node(svg, "path", { d: path, class: style, style: "fill:none" });
      }
      hint(node(svg, "rect", { x: left, y: 12, width: right - left, height: bottom - 12, fill: "transparent" }), event => {
        const box = svg.getBoundingClientRect(), t = ((event.clientX - box.left) * 1060 / box.width - left) / (right - left) * end;
        const i = Math.max(0, Math.min(peer.upRates.length - 1, Math.floor(t / data.step)));
        return time(i * data.step) + "\nupload " + size(peer.upRates[i] || 0) + "/s\ndownload " + size(peer.downRates[i] || 0) + "/s";
      });
    }

    function drawChokes(index) {
      const spans = (list, a, b) => (list.find(p => p.a === a && p.b === b) || { spans: [] }).spans;
      const others = data.peers.map((_, i) => i).filter(i => i !== index &&
        [...data.unchoked, ...data.interested].some(p => (p.a === index && p.b === i) || (p.a === i && p.b === index)));
      const row = 26, bottom = 10 + row * Math.max(1, others.length), svg = sheet("chokes", bottom + 24);
      timeAxis(svg, 6, bottom);
      if (!others.length) node(svg, "text", { x: left + 8, y: 26 }, "No choke or interest seen on the wire.");
      others.forEach((other, i) => {
        const top = 10 + row * i;
        node(svg, "text", { class: "name", x: left - 8, y: top + 14, "text-anchor": "end" }, data.peers[other].name);
        const bars = [
          [data.interested, other, index, "want", top, 2, data.peers[other].name + " is interested"],
          [data.unchoked, index, other, "up", top + 3, 7, data.peers[index].name + " unchokes " + data.peers[other].name],
          [data.unchoked, other, index, "down", top + 11, 7, data.peers[other].name + " unchokes " + data.peers[index].name],
          [data.interested, index, other, "want", top + 19, 2, data.peers[index].name + " is interested"]];
        for (const [list, a, b, style, y, h, text] of bars) {
          const list2 = spans(list, a, b);
          for (let k = 0; k < list2.length; k += 2) {
            const rect = node(svg, "rect", { class: style, x: x(list2[k]), y, width: Math.max(1, x(list2[k + 1]) - x(list2[k])), height: h, rx: 1 });
            hint(rect, text + "\n" + time(list2[k]) + " to " + time(list2[k + 1]));
          }
        }
      });
    }

    const select = document.getElementById("peer");
    data.peers.forEach((peer, i) => { const o = document.createElement("option"); o.value = i; o.textContent = peer.name; select.appendChild(o); });
    function choose(index) { select.value = index; drawRates(index); drawChokes(index); }
    select.addEventListener("change", () => choose(+select.value));
    const table = document.getElementById("events");
    for (const event of data.events) {
      const row = table.insertRow(); row.insertCell().textContent = time(event.t); row.insertCell().textContent = event.text;
    }
    drawHeld(); drawTotals();
    if (data.peers.length) choose(Math.max(0, data.peers.findIndex(p => !p.seed)));
    """#
}
