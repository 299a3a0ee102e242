/// Style of the page: one set of named colours for light, one for dark; everything else refers to the names.
enum PageStyle {
  static let css = """
    :root { --ink: #1c2430; --soft: #5c6773; --line: #dfe3e8; --ground: #f7f8fa; --card: #ffffff;
      --up: #2f6fde; --down: #0d9373; --want: #c58a12; --pass: #14804a; --fail: #c62f2f; --undecided: #9a6700;
      --pass-ground: #e2f5ea; --fail-ground: #fde8e8; --undecided-ground: #fdf2d7; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e5e9ef; --soft: #98a3b1; --line: #2e3742; --ground: #12161c;
      --card: #1a2029; --up: #6ea3ff; --down: #35c79f; --want: #e3b341; --pass: #58d68d; --fail: #ff7b72;
      --undecided: #e3b341; --pass-ground: #12331f; --fail-ground: #3d1a1a; --undecided-ground: #35290b; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
    header, main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 0; }
    main { padding-bottom: 48px; }
    h1 { font-size: 26px; line-height: 1.25; margin: 0; display: flex; flex-wrap: wrap; gap: 12px; align-items: center; }
    h2 { font-size: 17px; margin: 0 0 8px; } h3 { font-size: 15px; margin: 20px 0 4px; }
    .lead { color: var(--soft); margin: 6px 0 16px; max-width: 75ch; }
    .note { color: var(--soft); font-size: 13px; margin: 0 0 8px; }
    td .note { margin: 0; }
    section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px;
      margin-top: 16px; }
    .facts { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0; }
    .facts dt { color: var(--soft); font-size: 12px; } .facts dd { margin: 0; font-weight: 600;
      font-variant-numeric: tabular-nums; }
    .pill { display: inline-block; font-size: 13px; font-weight: 600; line-height: 1; padding: 5px 9px;
      border-radius: 999px; white-space: nowrap; }
    .pill.pass { color: var(--pass); background: var(--pass-ground); }
    .pill.fail { color: var(--fail); background: var(--fail-ground); }
    .pill.undecided { color: var(--undecided); background: var(--undecided-ground); }
    .scroll { overflow-x: auto; max-height: 640px; overflow-y: auto; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; }
    th { text-align: left; color: var(--soft); font-weight: 500; font-size: 12px; position: sticky; top: 0;
      background: var(--card); }
    th, td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    tr:last-child td { border-bottom: 0; }
    .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    .who { min-width: 96px; } .verdicts td { overflow-wrap: anywhere; }
    .verdicts td:nth-child(4), .verdicts td:nth-child(5) { min-width: 200px; }
    .verdicts td:nth-child(2) { white-space: nowrap; }
    .events td:first-child { white-space: nowrap; color: var(--soft); font-variant-numeric: tabular-nums; width: 90px; }
    details { margin-top: 4px; font-size: 13px; } summary { cursor: pointer; color: var(--soft); }
    details ul { margin: 4px 0 0; padding-left: 18px; }
    .chart { overflow-x: auto; } .chart svg { display: block; width: 100%; height: auto; min-width: 640px; }
    .chart text { fill: var(--soft); font-size: 12px; font-family: inherit; font-variant-numeric: tabular-nums; }
    .chart text.name { fill: var(--ink); }
    .chart line.grid { stroke: var(--line); } .chart line.limit { stroke: var(--soft); stroke-dasharray: 4 4; }
    .chart path { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
    .chart path.focus { stroke-width: 3; }
    .up { fill: var(--up); stroke: var(--up); } .down { fill: var(--down); stroke: var(--down); }
    .want { fill: var(--want); stroke: var(--want); }
    rect.up, rect.down, rect.want { stroke: none; }
    .pick { display: inline-flex; gap: 8px; align-items: center; margin-bottom: 8px; }
    select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
      border-radius: 6px; padding: 4px 8px; }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--soft); font-size: 13px; margin: 4px 0; }
    .legend i { display: inline-block; width: 14px; height: 8px; border-radius: 2px; margin-right: 6px; }
    .legend i.up { background: var(--up); } .legend i.down { background: var(--down); }
    .legend i.want { background: var(--want); height: 3px; vertical-align: middle; }
    .legend i.limit { background: none; border-top: 2px dashed var(--soft); height: 0; vertical-align: middle; }
    #tip { position: fixed; pointer-events: none; background: var(--ink); color: var(--ground); font-size: 13px;
      padding: 4px 8px; border-radius: 6px; max-width: 320px; white-space: pre-line; z-index: 9; }
    @media print { .scroll { max-height: none; } section { break-inside: avoid; } }
    """
}
