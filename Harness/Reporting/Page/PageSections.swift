/// The parts of the page that the script fills.
enum PageSections {
  static let html = """
    <section id="one"><h2>One peer: whom it unchokes, and what they give</h2>
    <div class="tools">
    <label>Peer <select id="peer"></select></label>
    <span class="group" role="group" aria-label="Stretch of time shown">
    <button id="in" title="Closer (+)">+</button><button id="out" title="Wider (-)">−</button>
    <button id="back" title="Earlier (left arrow)">←</button><button id="forth" title="Later (right arrow)">→</button>
    <button id="whole" title="The whole run (0)">whole run</button></span>
    <label><input type="checkbox" id="rounds" checked> rounds</label>
    <span id="range" class="note"></span>
    </div>
    <p id="said" class="said" aria-live="polite" hidden></p>
    <div class="legend">
    <span><i class="regular"></i>unchokes it, regular</span>
    <span><i class="optimistic"></i>unchokes it, optimistic</span>
    <span><i class="slot"></i>unchokes it, either</span>
    <span><i class="want"></i>it is interested</span>
    <span><i class="rate"></i>received from it (<span id="scale"></span>)</span>
    <span><i class="theirs"></i>it unchokes the peer</span>
    <span><i class="round"></i>rechoke round</span>
    <span><i class="mark"></i>moment of evidence</span></div>
    <div class="chart" id="chokes" tabindex="0" role="group"
     aria-label="Choke timeline of the chosen peer. Plus and minus zoom, arrow keys move, 0 shows the whole run."></div>
    <p class="note">Drag across the chart to look closer, double-click for the whole run. Regular and optimistic are told
    apart by the rates received at each round, as far as packets tell; point at an unchoke to see why. At the right: received from the partner, sent to it.</p>
    <h3>Its rates</h3>
    <div class="legend"><span><i class="regular line"></i>upload</span><span><i class="rate line"></i>download</span>
    <span><i class="limit"></i>declared limit</span></div>
    <div class="chart" id="rates" role="img" aria-label="Upload and download rate of the chosen peer over time"></div>
    </section>
    <section id="given"><h2>Upload against download</h2>
    <p class="note">Payload of piece messages. Above the line: gave more than it got.</p>
    <div class="legend" id="classes"></div>
    <div class="pair"><div class="chart" id="scatter" role="img"
     aria-label="Payload sent against payload received, a mark for each peer; the table beside it has the figures"></div>
    <div><table id="groups" class="figures"><caption>By class</caption></table></div></div>
    <div class="scroll"><table id="totals" class="figures"><caption>By peer</caption></table></div></section>
    <section id="pieces"><h2>Download progress</h2>
    <p class="note">Pieces held, counted from HAVE and bitfield on the wire.</p>
    <div class="chart" id="held" role="img" aria-label="Share of the pieces that each peer holds over time"></div></section>
    <section><h2>What the lab did</h2><div class="scroll"><table class="events" id="events"></table></div></section>
    """
}
