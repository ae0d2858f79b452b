/** Of the report: a screen of any width, and paper. */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 14px/1.5 system-ui, "Segoe UI", sans-serif; color: #1b1b1b; background: #fff; max-width: 1080px; margin: 24px auto; padding: 0 20px; }
h1 { font-size: 22px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 36px 0 8px; padding-top: 10px; border-top: 2px solid #1b1b1b; }
h3 { font-size: 14px; margin: 20px 0 6px; }
nav { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 14px 0 0; }
nav a, a { color: #0b5cad; }
p { max-width: 78ch; margin: 6px 0; }
p.note { color: #555; }
.lead { font-size: 16px; }
.scroll { overflow-x: auto; margin: 8px 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #e2e2e2; padding: 2px 14px 2px 0; text-align: left; vertical-align: top; }
th { font-weight: 600; border-bottom-color: #888; white-space: nowrap; }
th.number, td.number { text-align: right; white-space: nowrap; }
td.long { min-width: 220px; }
tr.first td { border-top: 1px solid #999; }
details { margin: 6px 0; }
summary { cursor: pointer; font-weight: 600; }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: #1b1b1b; display: block; margin: 8px 0; }
svg .grid { stroke: #e2e2e2; } svg .rule { stroke: #ccc; } svg .tick { fill: #555; font-size: 11px; } svg .name { font-weight: 600; }
svg .whole { stroke: #1b1b1b; stroke-width: 1.5; } svg .random { stroke: #1b1b1b; stroke-width: 1.2; stroke-dasharray: 1.5 2.5; }
.few { display: flex; flex-wrap: wrap; gap: 8px 20px; }
.few svg { margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 8px 0; padding: 0; list-style: none; }
.legend i { display: inline-block; width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; }
figure { margin: 14px 0; }
figcaption { margin-bottom: 4px; overflow-wrap: anywhere; }
.maps { display: flex; flex-wrap: wrap; gap: 10px; }
.maps > div { width: 190px; }
.maps img { width: 100%; height: auto; display: block; background: #000; }
.maps .none { width: 100%; min-height: 96px; padding: 10px; background: #f3f3f3; color: #555; font-size: 12px; }
.maps small { color: #333; font-size: 12px; overflow-wrap: anywhere; }
@media (max-width: 600px) { body { margin: 12px auto; padding: 0 12px; } .maps > div { width: calc(50% - 5px); } }
@media print {
  @page { margin: 14mm 12mm; }
  body { margin: 0; max-width: none; padding: 0; font-size: 10.5px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav { display: none; }
  h2 { break-after: avoid; } h3, summary, figcaption { break-after: avoid; }
  tr, svg, figure { break-inside: avoid; }
  .scroll { overflow: visible; } table { font-size: 9px; } th, td { padding-right: 6px; } th { white-space: normal; } td.long { min-width: 130px; }
  #others { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  summary { list-style: none; }
  .maps > div { width: 130px; }
  a { color: inherit; text-decoration: none; }
}
`;
