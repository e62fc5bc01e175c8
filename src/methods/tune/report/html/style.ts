/** How a study's page looks beside what all pages have. */
export const studyStyle = `
.slices { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); margin-top: 8px; }
.slices > * { margin: 0; min-width: 0; }
.slices figure { background: none; border: 0; padding: 0; }
dd i, td i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 6px; }
pre.room { white-space: pre; }
.wide { overflow: auto; max-height: 640px; margin-top: 8px; }
td { max-width: 340px; overflow: hidden; text-overflow: ellipsis; }
th { position: sticky; top: 0; background: var(--panel); z-index: 1; }
th button { all: unset; cursor: pointer; font-weight: 600; }
th button:focus-visible { outline: 2px solid var(--accent); }
th[aria-sort=ascending] button::after { content: " ▲"; font-size: 10px; }
th[aria-sort=descending] button::after { content: " ▼"; font-size: 10px; }
tr.best td:first-child { box-shadow: inset 3px 0 var(--accent); font-weight: 600; }
`;
