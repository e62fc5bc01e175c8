import { describe, expect, it } from "vitest";
import type { TableReport } from "../tableReport.js";
import { sampleReport } from "../testing/sampleReport.js";
import { reportPage } from "./reportPage.js";

const nasty = `</script><script>alert("1")</script><img src=x onerror='a'>&amp;\u0007`;

/** What a browser takes for tags. */
const tagsOf = (html: string): string[] => [...html.matchAll(/<\/?[a-z!][^>]*>/gi)].map(([tag]) => tag);
const namesOf = (html: string): Set<string> =>
  new Set(tagsOf(html).map((tag) => tag.replace(/^<\/?/, "").split(/[\s>/]/)[0] as string));
const idsOf = (html: string): string[] =>
  [...html.matchAll(/<section[^>]* id="(\w+)"/g)].map(([, id]) => id as string);

/** All elements that the page is made of. */
const elements = new Set([
  ...[
    "!doctype",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "nav",
    "section",
    "footer",
  ],
  ...["h1", "h2", "h3", "p", "a", "b", "i", "s", "u", "span", "small", "div", "ul", "li", "dl", "dt", "dd"],
  ...["table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure", "figcaption"],
  ...["svg", "line", "text", "polyline", "circle", "rect", "path"],
]);

describe("a report's page", () => {
  it.each([
    ["numbers", undefined],
    ["two classes", [`${nasty}no`, `${nasty}yes`]],
    ["three classes", [`${nasty}low`, "middle", "high"]],
  ])("of %s stands alone, and takes no name and no cell for its own", async (_, levels) => {
    const html = reportPage(await sampleReport({ rows: 60, levels, prefix: nasty }));
    expect([...namesOf(html)].filter((name) => !elements.has(name.toLowerCase()))).toEqual([]);
    expect(
      tagsOf(html).filter((tag) => / on\w+=|src=|javascript:/i.test(tag.replaceAll(/"[^"]*"/g, '""'))),
    ).toEqual([]);
    expect(html).not.toMatch(/@import|url\(|<script/i);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(html).toContain("&lt;script&gt;alert(&quot;1&quot;)");
    expect(html).not.toContain("\u0007");
    const task = levels === undefined ? "residuals" : "calibration";
    expect(idsOf(html)).toEqual([
      ...["warnings", "learners", "importance", "dependence", task, "mistakes", "columns", "making"],
    ]);
    for (const [, id] of html.matchAll(/href="#(\w+)"/g)) expect(idsOf(html)).toContain(id);
    expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it("is the same of a report that was saved", async () => {
    const report = await sampleReport({ rows: 40, levels: ["no", "yes"] });
    expect(reportPage(JSON.parse(JSON.stringify(report)) as TableReport)).toBe(reportPage(report));
  });

  it("leaves out what there is not, and says why where that is known", async () => {
    const report = await sampleReport({ rows: 40 });
    const {
      honest: _,
      scores: _s,
      importance: _i,
      dependence: _d,
      residuals: _r,
      mistakes: _m,
      ...bare
    } = report;
    const html = reportPage({
      ...bare,
      warnings: [],
      absent: { importance: "time < 1 s was left", honest: "of 3 rows" },
    });
    expect(idsOf(html)).toEqual(["learners", "importance", "columns", "making"]);
    expect(html).toContain("Not known: time &lt; 1 s was left.");
    expect(html).toContain("is not known: of 3 rows.");
    expect(html).not.toMatch(/NaN|undefined/);
    const none = reportPage({ ...bare, learners: [], columns: [], droppedRows: [], droppedColumns: [] });
    expect(idsOf(none)).toEqual(["warnings", "columns", "making"]);
    const early = report.importance && { ...report.importance, columns: [], groups: [], endedEarly: true };
    expect(reportPage({ ...bare, importance: early })).toContain("Not known: there was no time left.");
  });

  it("can be made of three rows, and of hundreds of columns", async () => {
    for (const levels of [undefined, ["no", "yes"], ["a", "b", "c"]]) {
      const html = reportPage(await sampleReport({ rows: 3, levels }));
      expect(html).toContain("3 rows are few");
      expect(html).not.toMatch(/NaN|undefined|Infinity/);
    }
    const report = await sampleReport({ rows: 40 });
    const [first] = report.columns as [(typeof report.columns)[0]];
    const many = Array.from({ length: 300 }, (_, j) => ({ ...first, name: `column ${j}` }));
    const wide = reportPage({ ...report, columns: many });
    expect(wide).toContain("The other 260");
    expect(wide).toContain("Of the columns the 12 most important are shown.");
  });

  it("has a head for each column of its tables, and a name for each picture", async () => {
    const html = reportPage(await sampleReport({ rows: 60, levels: ["low", "middle", "high"] }));
    for (const [, head = "", body = ""] of html.matchAll(
      /<thead><tr>(.*?)<\/tr><\/thead><tbody>\n(.*?)\n<\/tbody>/gs,
    )) {
      const columns = head.split('<th scope="col"').length;
      for (const row of body.split("\n")) {
        expect(row.split('<th scope="row">').length + row.split("<td").length - 1).toBe(columns);
      }
    }
    expect(html.split("<svg").length).toBeGreaterThan(8);
    expect(html.split('role="img" aria-label=').length).toBe(html.split("<svg").length);
  });
});
