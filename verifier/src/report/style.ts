/**
 * Style of a rendered verdict, for screens of both schemes and for A4. Colours may be set by a page around it; without one they are those
 * of paper. Nothing is told by colour alone.
 */
export const STYLE = `
.tallystick-verdict { overflow-wrap: break-word; line-height: 1.5; }
.tallystick-verdict code, .tallystick-verdict .fact, .tallystick-verdict dd { overflow-wrap: anywhere; }
.tallystick-verdict h2 { margin: 1.6em 0 0.5em; font-size: 1.2em; border-bottom: 1px solid var(--strong-line, #8a8678); }
.tallystick-verdict h3 { display: inline; margin: 0; font-size: 1em; }
.tallystick-verdict .sentence { padding: 0.6em 0.8em; border: 2px solid var(--strong-line, #8a8678); font-size: 1.15em; font-weight: 600; }
.tallystick-verdict .sentence[data-outcome='FAILED'] { border-color: var(--bad, #95201d); color: var(--bad, #95201d); }
.tallystick-verdict table { width: 100%; margin: 0.5em 0; border-collapse: collapse; font-size: 0.9em; }
.tallystick-verdict caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.tallystick-verdict th, .tallystick-verdict td { padding: 0.3em 0.5em; border: 1px solid var(--line, #d5d1c5); text-align: start; vertical-align: top; }
.tallystick-verdict time { white-space: nowrap; }
.tallystick-verdict td p { margin: 0 0 0.3em; }
.tallystick-verdict dl { display: grid; grid-template-columns: minmax(8em, max-content) minmax(0, 1fr); gap: 0.2em 1em; margin: 0.5em 0; }
.tallystick-verdict dt { max-width: 16em; color: var(--soft, #545c64); }
.tallystick-verdict dd { margin: 0; }
.tallystick-verdict code { font-family: ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace; font-size: 0.9em; }
.tallystick-verdict details { padding: 0.3em 0; border-bottom: 1px solid var(--line, #d5d1c5); }
.tallystick-verdict summary { cursor: pointer; }
.tallystick-verdict .counts { color: var(--soft, #545c64); }
.tallystick-verdict .failed .counts, .tallystick-verdict [data-result='fail'] .result { color: var(--bad, #95201d); font-weight: 600; }
.tallystick-verdict [data-result='not-evaluated'] .result { font-style: italic; }
.tallystick-verdict .fact { display: inline-block; margin-inline-end: 0.8em; }
.tallystick-verdict .name { color: var(--soft, #545c64); }
.tallystick-verdict .not-proven li { margin: 0.3em 0; }
@media print {
  .tallystick-verdict { font-size: 9.5pt; }
  .tallystick-verdict h2, .tallystick-verdict summary { break-after: avoid; }
  .tallystick-verdict tr, .tallystick-verdict .sentence { break-inside: avoid; }
  .tallystick-verdict thead { display: table-header-group; }
}
`;

/** Style of the page that a report is by itself. */
export const SHEET_STYLE = `
@page { size: A4; margin: 18mm 16mm; }
body { max-width: 62em; margin: 2em auto; padding: 0 1.5em; background: #ffffff; color: #1c2126; font-family: 'Source Serif 4', Georgia, 'Noto Serif CJK SC', 'Songti SC', SimSun, serif; }
h1 { font-size: 1.5em; }
@media print { body { max-width: none; margin: 0; padding: 0; } }
`;
