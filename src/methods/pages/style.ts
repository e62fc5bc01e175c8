/** How pages look: light or dark as the reader's system is, and readable on a phone. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #fff; --panel: #f6f7f9; --text: #1d2430; --soft: #5d6675; --line: #dde1e7; --accent: #e4572e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171c; --panel: #1c2027; --text: #e4e8ee; --soft: #9aa3b2; --line: #313743; --accent: #ff7a52; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 60px; }
h1 { font-size: 24px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 2px; overflow-wrap: anywhere; }
h3 { font-size: 14px; margin: 0; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 0 0 8px; }
.soft { color: var(--soft); }
.soft, figcaption { font-size: 13.5px; }
section, figure { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; margin: 16px 0 0; }
dl { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 8px 0 0; }
dt { font-size: 12.5px; color: var(--soft); }
dd { margin: 0; font-size: 17px; overflow-wrap: anywhere; }
pre { margin: 6px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 13.5px/1.5 ui-monospace, Menlo, Consolas, monospace; }
.room { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13.5px; width: 100%; }
th, td { padding: 4px 10px; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 24px; color: var(--soft); font-size: 12.5px; }
`;
