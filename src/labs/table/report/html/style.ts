/** How the report looks beside what all pages have. */
export const reportStyle = `
:root { --c0: #2f7fd8; --c1: #d9742a; --c2: #2f9e6b; --c3: #9a63d1; --c4: #c7436f; --c5: #7b8794; --c6: #a38700; --c7: #16a0ad; --bad: #b3261e; --bad-ground: #fdecea; }
@media (prefers-color-scheme: dark) {
  :root { --c0: #6cabf5; --c1: #f0a060; --c2: #5cc797; --c3: #bb93ea; --c4: #ec7fa2; --c5: #a0acb9; --c6: #d6bb4a; --c7: #55cbd6; --bad: #ff9a91; --bad-ground: #3a1f1d; }
}
header p.lead { font-size: 18px; line-height: 1.45; max-width: 46em; margin: 10px 0 6px; }
header p, .how { max-width: 62em; }
.how { margin-bottom: 10px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 14px 0 0; font-size: 13.5px; }
a { color: var(--c0); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }
.tiles > div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.tiles dd { font-size: 20px; font-variant-numeric: tabular-nums; }
.tiles small { display: block; font-size: 12.5px; color: var(--soft); }
.warnings { background: var(--bad-ground); border-color: var(--bad); }
.warnings h2 { color: var(--bad); }
.warnings ul { margin: 4px 0 0; padding-left: 20px; }
li { overflow-wrap: anywhere; }
caption { text-align: left; color: var(--soft); font-size: 13px; padding: 0 0 4px; }
thead th { font-size: 12.5px; color: var(--soft); font-weight: 600; }
tbody th { font-weight: 500; }
h3.under, p.under { margin-top: 16px; }
td:last-child:not(.n, .picture) { white-space: normal; min-width: 190px; }
td, th { unicode-bidi: isolate; }
tbody tr:last-child > * { border-bottom: 0; }
tr.marked > * { background: color-mix(in srgb, var(--c0) 12%, transparent); font-weight: 600; }
.none { color: var(--soft); font-style: italic; }
.bar { position: relative; width: 100%; min-width: 130px; height: 14px; }
.picture { width: 28%; }
#importance .picture { width: 75%; }
table.narrow { width: auto; }
thead th { white-space: normal; vertical-align: bottom; }
.bar > * { position: absolute; }
.bar i { top: 1px; height: 12px; background: var(--c0); border-radius: 2px; opacity: .85; }
.bar b { top: 6px; height: 2px; min-width: 1px; background: var(--text); opacity: .65; }
.bar s { top: 2px; width: 10px; height: 10px; margin-left: -5px; border-radius: 50%; background: var(--c0); }
.bar u { top: -5px; bottom: -5px; width: 1px; background: var(--soft); opacity: .5; }
.weight { display: inline-block; vertical-align: middle; width: 54px; height: 8px; margin-left: 8px; background: var(--line); border-radius: 2px; }
.weight i { display: block; height: 8px; background: var(--c0); border-radius: 2px; }
.plots { display: grid; gap: 18px 22px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr)); margin-top: 6px; }
.plots figure { margin: 0; padding: 0; border: 0; background: none; min-width: 0; }
.plot { display: block; width: 100%; height: auto; max-width: 480px; font-family: inherit; }
.plot text { fill: var(--soft); font-size: 11.5px; }
.plot text.label { font-size: 12px; }
.plot .grid { stroke: var(--line); stroke-width: 1; }
.plot .axis { stroke: var(--soft); stroke-width: 1; }
.plot polyline { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.plot .mean { stroke: var(--c0); stroke-width: 2.5; }
.plot .mean.thin { stroke-width: 1.2; opacity: .7; }
.plot .one { stroke: var(--soft); stroke-width: 1; opacity: .35; }
.plot .ideal { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 4 4; }
.plot .whisker { stroke: var(--c0); stroke-width: 2; opacity: .55; }
.plot .trend { stroke: var(--accent); stroke-width: 2.2; }
.plot .trendError { stroke: var(--accent); stroke-width: 1.4; opacity: .6; }
.plot .band { fill: var(--c0); opacity: .09; }
.plot .point { fill: var(--c0); opacity: .45; }
.plot .single { fill: var(--soft); opacity: .3; }
.plot .reach { fill: var(--c0); opacity: .5; }
.plot .rug { stroke: var(--soft); stroke-width: 1; opacity: .7; }
${Array.from({ length: 8 }, (_, k) => `.plot .s${k} { stroke: var(--c${k}); stroke-width: 2.2; } .plot .d${k} { fill: var(--c${k}); } .k${k} { background: var(--c${k}); }`).join("\n")}
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; margin: 0 0 8px; padding: 0; list-style: none; }
.plots + .room { margin-top: 16px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 6px; }
details { margin-top: 10px; }
summary { cursor: pointer; color: var(--soft); font-size: 13.5px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr)); gap: 8px 20px; }
.facts dd { font-size: 15px; }
@media (max-width: 480px) {
  main { padding: 16px 10px 40px; }
  section { padding: 12px 11px; }
  header p.lead { font-size: 16.5px; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: 8px; }
  .tiles > div { padding: 8px 10px; }
  .tiles dd { font-size: 17px; }
  .bar { min-width: 100px; }
  #importance .bar { min-width: 56px; }
  .picture { width: auto; }
  th, td { padding: 4px 7px; }
  tbody th { white-space: normal; min-width: 96px; }
}
@media print { section, figure { break-inside: avoid; } nav { display: none; } }
`;
