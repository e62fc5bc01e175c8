import { describe, expect, it } from "vitest";
import { none, numberScale, valueScale } from "../../../pages/scales.js";
import { choice, float, int, median, openStudy } from "../../index.js";
import type { StudyView } from "../studyView.js";
import { curvesChart } from "./curvesChart.js";
import { frontCharts } from "./frontCharts.js";
import { historyCharts } from "./historyChart.js";
import { studyPage } from "./page.js";
import { parallelChart } from "./parallelChart.js";
import { scaleOf } from "./scales.js";
import { sliceCharts } from "./sliceCharts.js";
import { timelineChart } from "./timelineChart.js";

const nasty = `</script><script>alert("1")</script><!-- '& {a|b}`;
const space = {
  rate: float(1e-4, 1, { log: true }),
  head: choice({ mlp: { hidden: int(2, 9) }, linear: {} }),
  kind: choice(["a", nasty]),
};

async function searched(trials: number) {
  const study = await openStudy({ space, seed: 3, pruner: median(), sampler: "tpe" });
  await study.run(
    async (trial) => {
      const { rate, head, kind } = trial.params;
      if (kind === nasty && trial.number % 4 === 0) throw new Error(`no ${nasty}`);
      const value = Math.abs(Math.log10(rate) + 2) + (head.choice === "mlp" ? head.hidden / 10 : 1);
      for (let step = 1; step <= 3 && !trial.shouldStop; step++) await trial.report(value + 1 / step, step);
      return value;
    },
    { trials },
  );
  return study;
}

const page = (study: StudyView): string =>
  studyPage(study, { title: `my ${nasty}`, library: "const echarts = 1; // </script>" });

/** What a browser takes for scripts: the text between the tags that it sees. */
const scriptsOf = (html: string): string[] =>
  [...html.matchAll(/<script\b[^>]*>(.*?)<\/script>/gs)].map(([, text]) => text as string);

describe("a study's page", () => {
  it("stands alone, and takes no text of the study for its own", async () => {
    const html = page(await searched(60));
    const scripts = scriptsOf(html);
    expect(scripts.length).toBe(3);
    expect(html).not.toMatch(/<script>alert|<!-- |src=|href=|@import|url\(/);
    const { charts, tips } = JSON.parse(scripts[0]!);
    expect(tips.length).toBe(60);
    expect(tips.join()).toContain("alert(");
    expect(charts.length).toBe(html.split("data-chart=").length - 1);
    expect(html).toContain("<title>my &lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)");
    expect(html).toContain(`content="default-src 'none';`);
    expect(html.split("<tr").length).toBe(62);
    expect(new Function(scripts[2]!)).toBeTypeOf("function");
  });

  it("can be made of no trials, of one, and of failures alone", async () => {
    const none = await openStudy({ space });
    expect(page(none)).toContain("No value yet (to minimize).");
    expect(page(none)).not.toContain("<table");
    const one = await openStudy({ space });
    await one.run(() => 1, { trials: 1 });
    expect(page(one)).toContain("Not known: 0 of 1 trials are good");
    const failed = await openStudy({ space });
    await failed.tell((await failed.ask())!, new Error("gone"));
    expect(page(failed)).toContain("1 failed: gone (trial 0)");
    const unknown = await openStudy();
    await unknown.run((trial) => trial.float("x", 0, 1), { trials: 3 });
    expect(page(unknown)).toContain("<h3>x</h3>");
  });

  it("tells how the search ended, and what is best", async () => {
    const study = await openStudy({ space: { x: float(0, 1) } });
    await study.run(({ params }) => params.x, { trials: 5 });
    await study.finish({ repeats: 0 });
    expect(page(study)).toContain("<h2>How it ended</h2><pre");
    expect(page(study)).toContain('<tr class="best">');
  });
});

/** What charts are given, to be looked into. */
interface Series {
  readonly name?: string;
  readonly data: readonly {
    readonly t?: number;
    readonly value?: readonly unknown[];
    readonly coords?: readonly (readonly number[])[];
  }[];
}
const seriesOf = (chart: { readonly option: object } | undefined): readonly Series[] =>
  (chart as { readonly option: { readonly series: readonly Series[] } }).option.series;

describe("a study's charts", () => {
  it("show each trial once by its state, those without a value below the others", async () => {
    const study = await searched(60);
    const series = seriesOf(historyCharts(study)[0]);
    const points = series.filter(({ name }) => name !== "best so far").flatMap(({ data }) => data);
    expect(points.map(({ t }) => t).sort((a, b) => a! - b!)).toEqual([...Array(60).keys()]);
    const failed = series.find(({ name }) => name === "failed")!.data;
    expect(failed.every(({ value }) => value?.[1] === none)).toBe(true);
    expect(failed.length).toBe(study.trials.filter(({ state }) => state === "failed").length);
  });

  it("put what is not active apart", async () => {
    const study = await searched(40);
    const slices = sliceCharts(study, []);
    expect(slices.map(({ title }) => title)).toEqual(["rate", "head", "head.mlp.hidden", "kind"]);
    const hidden = seriesOf(slices[2]).flatMap(({ data }) => data);
    for (const { t, value } of hidden) {
      expect(value?.[0] === none).toBe(study.record(t!)?.params.head.choice !== "mlp");
    }
    const lines = seriesOf(parallelChart(study, []))[0]!.data;
    expect(lines[0]?.value?.length).toBe(5);
    expect(lines.length).toBe(study.trials.filter(({ value }) => value !== undefined).length);
  });

  it("draw curves to where trials came, of many the best among some", async () => {
    const study = await searched(60);
    const ends = seriesOf(curvesChart(study)).flatMap(({ data }) => data.filter(({ value }) => value));
    expect(ends.length).toBe(study.trials.filter(({ reports }) => reports.length > 0).length);
    const many = Array.from({ length: 500 }, (_, number) => ({
      ...study.trials.find(({ state }) => state === "complete")!,
      number,
      value: 500 - number,
    }));
    const chart = curvesChart({ ...viewOf(study), trials: many });
    expect(chart?.note).toBe("200 of 500 curves, the best among them.");
    expect(JSON.stringify(chart)).toContain('"t":499');
  });

  it("put attempts that overlap into lanes, and leave pauses out", async () => {
    const study = viewOf(await openStudy({ space }));
    const timeline = [
      { trial: 0, attempt: 1, began: 1000, ended: 3000, how: "complete" as const },
      { trial: 1, attempt: 1, began: 2000, ended: 4000, how: "failed" as const },
      { trial: 2, attempt: 1, began: 100_000, ended: 101_000, how: "complete" as const },
    ];
    const data = seriesOf(timelineChart({ ...study, timeline }))[0]!.data;
    expect(data.map(({ coords }) => coords)).toEqual([
      [
        [0, 0],
        [0.5, 0],
      ],
      [
        [0.25, 1],
        [0.75, 1],
      ],
      [
        [0.75, 0],
        [1, 0],
      ],
    ]);
    expect(timelineChart(study)).toBeUndefined();
  });

  it("show fronts of each two directions", async () => {
    const study = await openStudy({
      space: { x: float(0, 1) },
      direction: ["minimize", "maximize", "minimize"],
    });
    await study.run(({ params: { x } }) => [x, x, 1 - x], { trials: 6 });
    expect(frontCharts(study).length).toBe(3);
    expect(historyCharts(study).map(({ title }) => title)[1]).toBe("Value 1, to maximize");
  });
});

const viewOf = (study: StudyView): StudyView => ({
  ...{
    space: study.space,
    directions: study.directions,
    direction: study.direction,
    settings: study.settings,
  },
  ...{ trials: study.trials, order: study.order, timeline: study.timeline, problems: study.problems },
  ...{ best: study.best, front: study.front, ending: study.ending, importance: () => study.importance() },
});

describe("scales", () => {
  it("have round ticks, by ratios where the parameter goes by them", () => {
    expect(numberScale(0, 10, false).ticks.map(({ text }) => text)).toEqual(["0", "5", "10"]);
    expect(numberScale(1e-4, 1, true).ticks.map(({ text }) => text)).toEqual([
      "1e-4",
      "0.001",
      "0.01",
      "0.1",
      "1",
    ]);
    expect(numberScale(1e-4, 1, true).at(0.01)).toBeCloseTo(0.5);
    expect(numberScale(2, 2, false)).toMatchObject({ ticks: [{ at: 0.5, text: "2" }] });
  });

  it("press nothing together for a few values far away, nor fail on none", () => {
    const scale = valueScale([...Array(50).keys(), 1e9].map((one) => one - 10));
    expect(scale.at(30)).toBeGreaterThan(0.1);
    expect(scale.at(1e9)).toBe(1);
    expect(valueScale([]).at(0.5)).toBe(0.5);
    expect(valueScale([0.001, 10]).at(0.1)).toBeCloseTo(0.5);
    // What is at the ends does not stand on the frame; what is beyond does.
    expect(valueScale([0.001, 10]).at(10)).toBeLessThan(1);
    expect(valueScale([0, 10]).at(0)).toBeGreaterThan(0);
  });

  it("know categories by what they are", () => {
    const scale = scaleOf(choice(["1", 1, null]), []);
    expect(scale.ticks.map(({ text }) => text)).toEqual(["1", "1", "null"]);
    expect(scale.at(undefined)).toBeUndefined();
    expect(scale.at(null)).toBeCloseTo(5 / 6);
  });
});
