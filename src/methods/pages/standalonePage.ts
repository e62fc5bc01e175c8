import { printable } from "../../engine/errors.js";
import { escapeHtml, scriptJson } from "./escape.js";
import { pageStyle } from "./style.js";

/** A page's parts. */
export interface PageParts {
  /** What its tab is called, as it is. */
  readonly title: string;
  /** Sections as HTML, in which everything from outside is escaped; empty ones are left out. */
  readonly sections: readonly string[];
  /** What stands at its end, as HTML. */
  readonly footer: string;
  /** Rules beside those of all pages. Default: none. */
  readonly style?: string | undefined;
  /** What it does, and with what. Default: nothing; then no script runs at all, whatever the page holds. */
  readonly scripts?: PageScripts | undefined;
}

export interface PageScripts {
  /** Becomes JSON in an element called `data`. */
  readonly data: unknown;
  /** Texts of programs, in their order. */
  readonly programs: readonly string[];
}

/** A page as one file that needs nothing else: no network, no files beside it. */
export function standalonePage({ title, sections, footer, style = "", scripts }: PageParts): string {
  // That nothing is fetched, whatever the page holds, the browser itself sees to.
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    ...(scripts === undefined ? [] : ["script-src 'unsafe-inline'"]),
    "img-src data:",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<title>${escapeHtml(printable(title))}</title>
<style>${pageStyle}${style}</style>
</head>
<body>
<main>
${sections.filter((part) => part !== "").join("\n")}
<footer>${footer}</footer>
</main>
${scripts === undefined ? "" : scriptElements(scripts)}</body>
</html>
`;
}

function scriptElements({ data, programs }: PageScripts): string {
  const texts = programs.map((text) => `<script>${text.replaceAll("</script", "<\\/script")}</script>\n`);
  return `<script type="application/json" id="data">${scriptJson(data)}</script>\n${texts.join("")}`;
}
