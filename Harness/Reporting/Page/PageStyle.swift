/// Style of the page: one set of named colours for light, one for dark; everything else refers to the names.
package enum PageStyle {
  package static let css = [colours, text, charts, paper].joined(separator: "\n")

  private static let light = """
    --ink: #1c2430; --soft: #5c6773; --line: #dfe3e8; --ground: #f7f8fa; --card: #ffffff;
    --regular: #2f6fde; --optimistic: #e08a00; --slot: #8a97a8; --want: #3f4a58; --rate: #0d9373; --round: #c3cad3;
    --pass: #14804a; --fail: #c62f2f; --undecided: #9a6700; --deviates: #2f5fb3;
    --pass-ground: #e2f5ea; --fail-ground: #fde8e8; --undecided-ground: #fdf2d7; --deviates-ground: #e3ecfb;
    --class-0: #2f6fde; --class-1: #0d9373; --class-2: #d26a00; --class-3: #9a45b8; --class-4: #c83e6c; --class-5: #4f7a8c;
    """

  private static let colours = """
    :root { \(light) }
    @media screen and (prefers-color-scheme: dark) { :root { --ink: #e5e9ef; --soft: #98a3b1; --line: #2e3742;
      --ground: #12161c; --card: #1a2029; --regular: #6ea3ff; --optimistic: #f0a93b; --slot: #76849a; --want: #b9c3d0;
      --rate: #35c79f; --round: #3f4a58; --pass: #58d68d; --fail: #ff7b72; --undecided: #e3b341; --deviates: #79b0ff;
      --pass-ground: #12331f; --fail-ground: #3d1a1a; --undecided-ground: #35290b; --deviates-ground: #14264a;
      --class-0: #6ea3ff; --class-1: #35c79f; --class-2: #f0a93b; --class-3: #c58bf0; --class-4: #f27da4;
      --class-5: #7fb3c8; } }
    """

  private static let text = """
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
    header, main { max-width: 1160px; margin: 0 auto; padding: 24px 20px 0; }
    main { padding-top: 0; padding-bottom: 48px; }
    h1 { font-size: 26px; line-height: 1.25; margin: 0; display: flex; flex-wrap: wrap; gap: 12px; align-items: center; }
    h2 { font-size: 17px; margin: 0 0 8px; } h3 { font-size: 15px; margin: 20px 0 4px; }
    .lead { color: var(--soft); margin: 6px 0 16px; max-width: 75ch; }
    .note { color: var(--soft); font-size: 13px; margin: 0 0 8px; max-width: 95ch; }
    td .note { margin: 0; } .note, .sum { font-weight: 400; }
    section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px;
      margin-top: 16px; }
    .facts { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0; }
    .facts dt { color: var(--soft); font-size: 12px; } .facts dd { margin: 0; font-weight: 600;
      font-variant-numeric: tabular-nums; }
    .strip { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; margin: 16px 0 0; padding: 0; }
    .pill { display: inline-block; font-size: 13px; font-weight: 600; line-height: 1; padding: 5px 9px;
      border-radius: 999px; white-space: nowrap; text-decoration: none; }
    a.pill:hover { text-decoration: underline; }
    .pill.pass { color: var(--pass); background: var(--pass-ground); }
    .pill.fail { color: var(--fail); background: var(--fail-ground); }
    .pill.undecided { color: var(--undecided); background: var(--undecided-ground); }
    .pill.deviates { color: var(--deviates); background: var(--deviates-ground); }
    .scroll { overflow-x: auto; max-height: 560px; overflow-y: auto; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; }
    caption { text-align: left; color: var(--soft); font-size: 13px; padding-bottom: 4px; }
    th { text-align: left; color: var(--soft); font-weight: 500; font-size: 12px; position: sticky; top: 0;
      background: var(--card); vertical-align: bottom; }
    th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    tr:last-child td { border-bottom: 0; }
    .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    .figures td { padding-top: 3px; padding-bottom: 3px; }
    .figures th button { border: 0; background: none; color: inherit; font: inherit; padding: 0; cursor: pointer; }
    .who { min-width: 110px; } .verdicts td { overflow-wrap: anywhere; }
    .verdicts td:nth-child(1) { width: 1px; } .verdicts td:nth-child(3), .verdicts td:nth-child(4) { min-width: 180px; }
    .events td:first-child { white-space: nowrap; color: var(--soft); font-variant-numeric: tabular-nums; width: 90px; }
    details.check { border-top: 1px solid var(--line); padding: 8px 0; scroll-margin-top: 8px; }
    details.check[open] { padding-bottom: 14px; } details.check > .note { margin-top: 4px; }
    details.check > summary { cursor: pointer; overflow-wrap: anywhere; }
    details.rest { margin-top: 6px; font-size: 13px; } details.rest > summary { cursor: pointer; color: var(--soft); }
    .sum { color: var(--soft); margin-left: 6px; }
    .moments { margin: 4px 0 0; padding-left: 18px; font-size: 13px; }
    button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 6px;
      padding: 3px 10px; cursor: pointer; }
    button.peer, button.moment { border: 0; background: none; padding: 0; color: var(--regular); text-align: left; }
    button.peer:hover, button.moment:hover { text-decoration: underline; }
    button:disabled { color: inherit; cursor: default; text-decoration: none; }
    :focus-visible { outline: 2px solid var(--regular); outline-offset: 2px; border-radius: 4px; }
    .tools { display: flex; flex-wrap: wrap; gap: 8px 18px; align-items: center; margin-bottom: 6px; }
    .tools .note { margin: 0; font-variant-numeric: tabular-nums; } .group { display: inline-flex; gap: 4px; }
    select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
      border-radius: 6px; padding: 4px 8px; }
    .said { margin: 6px 0; padding: 6px 10px; border-radius: 6px; font-size: 14px; }
    .said.fail { background: var(--fail-ground); } .said.undecided { background: var(--undecided-ground); }
    .said.pass { background: var(--pass-ground); } .said.deviates { background: var(--deviates-ground); }
    #tip { position: fixed; pointer-events: none; background: var(--ink); color: var(--ground); font-size: 13px;
      padding: 4px 8px; border-radius: 6px; max-width: 340px; white-space: pre-line; z-index: 9; }
    """

  private static let charts = """
    .chart { overflow-x: auto; } .chart svg { display: block; width: 100%; height: auto; min-width: 640px; }
    .pair { display: flex; flex-wrap: wrap; gap: 8px 28px; align-items: flex-start; margin-bottom: 12px; }
    .pair > .chart { flex: 1 1 400px; max-width: 520px; } .pair > .chart svg { min-width: 0; }
    .pair > :last-child { flex: 1 1 420px; overflow-x: auto; }
    svg text { fill: var(--soft); font-size: 12px; font-family: inherit; font-variant-numeric: tabular-nums; }
    svg text.name { fill: var(--ink); } svg text.link { cursor: pointer; } svg text.amount { font-size: 11px; }
    svg line.grid { stroke: var(--line); } svg line.limit { stroke: var(--soft); stroke-dasharray: 4 4; }
    svg line.even { stroke: var(--soft); stroke-dasharray: 6 4; } svg line.round { stroke: var(--round); stroke-width: .8; }
    svg line.event { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 2 3; }
    svg path { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
    svg path.held { opacity: .75; } svg path.focus { stroke-width: 3.5; opacity: 1; }
    svg path.wide { stroke: transparent; stroke-width: 9; } svg .glass { fill: transparent; cursor: crosshair; touch-action: pan-y; }
    svg .band { fill: var(--regular); opacity: .18; pointer-events: none; }
    svg path.rate { fill: var(--rate); fill-opacity: .4; stroke: none; pointer-events: none; }
    svg path.uploading { stroke: var(--regular); } svg path.downloading { stroke: var(--rate); }
    svg rect.regular { fill: var(--regular); } svg rect.optimistic { fill: var(--optimistic); }
    svg rect.slot { fill: var(--slot); } svg rect.want { fill: var(--want); } svg rect.theirs { fill: var(--rate); }
    svg .dot { stroke: var(--card); cursor: pointer; fill-opacity: .85; } svg.key { vertical-align: -2px; margin-right: 5px; }
    svg .mark { stroke-width: 1.3; cursor: pointer; } svg circle.mark { fill: none; stroke-width: 2; }
    svg .mark.fail { stroke: var(--fail); } svg polygon.mark.fail { fill: var(--fail); }
    svg .mark.undecided { stroke: var(--undecided); } svg polygon.mark.undecided { fill: var(--undecided); }
    svg .mark.deviates { stroke: var(--deviates); } svg polygon.mark.deviates { fill: var(--deviates); }
    svg .mark.pass { stroke: var(--slot); } svg polygon.mark.pass { fill: var(--slot); }
    svg .mark.other { opacity: .4; }
    svg line.mark { opacity: .45; } svg line.mark.chosen { opacity: 1; stroke-width: 2; }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--soft); font-size: 13px; margin: 4px 0; }
    .legend i { display: inline-block; width: 14px; height: 8px; border-radius: 2px; margin-right: 6px; }
    i.regular { background: var(--regular); } i.optimistic { background: var(--optimistic); } i.slot { background: var(--slot); }
    .legend i.want, .legend i.theirs { background: var(--want); height: 2px; vertical-align: middle; }
    .legend i.theirs { background: var(--rate); }
    .legend i.rate { background: color-mix(in srgb, var(--rate) 40%, transparent); }
    .legend i.line { height: 2px; vertical-align: middle; } .legend i.line.rate { background: var(--rate); }
    .legend i.limit { background: none; border-top: 2px dashed var(--soft); height: 0; vertical-align: middle; border-radius: 0; }
    .legend i.round { background: var(--round); width: 1px; height: 14px; vertical-align: middle; border-radius: 0; }
    .legend i.mark { background: var(--fail); clip-path: polygon(0 0, 100% 0, 50% 100%); width: 12px; height: 11px; border-radius: 0; }
    """

  private static let paper = """
    @media screen and (max-width: 760px) { .verdicts thead { display: none; } .verdicts tr { display: block;
      border-bottom: 1px solid var(--line); padding: 6px 0; } .verdicts td { display: block; border: 0; padding: 2px 0;
      min-width: 0; } .verdicts td:nth-child(1), .verdicts td:nth-child(2) { display: inline-block; width: auto; margin-right: 8px; }
      .verdicts td:nth-child(3)::before { content: "expected: "; } .verdicts .number { display: none; }
      header, main { padding-left: 10px; padding-right: 10px; } section { padding: 12px; } }
    @media print { body { background: none; font-size: 12px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      header, main { max-width: none; padding-left: 0; padding-right: 0; } section { padding: 10px 12px; break-inside: auto; }
      .scroll { max-height: none; overflow: visible; } .tools .group, .tools label:nth-of-type(2) { display: none; }
      .chart, tr, details.check > summary { break-inside: avoid; } h2, h3 { break-after: avoid; } th { position: static; }
      button.peer, button.moment { color: inherit; } .chart svg { min-width: 0; } }
    """
}
