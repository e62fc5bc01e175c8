import type { BestFigure, RunComparison, RunRecord, RunSummary } from "../../../io/runs/index.js";
import { colors } from "../shell/colours.js";
import { grouped, printable } from "../shell/output.js";
import { plot, shortNumber } from "./plot.js";

/** Rows with their columns under each other. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** `2 h 3 min`, `3 min 4 s`, `4.5 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-11-29 04:03`, in the time of this place. */
function moment(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What is looked at first where nothing is said: losses before others, those of validation before those of training. */
function rank(name: string): number {
  if (name === "learningRate" || name === "batch_loss") return 4;
  return (name.startsWith("val_") ? 0 : 2) + (name.endsWith("loss") ? 0 : 1);
}

/** A run's figures, those that are looked at first at their beginning. */
export function ranked(names: readonly string[]): string[] {
  return names.toSorted((a, b) => rank(a) - rank(b));
}

function bestText(name: string, best: BestFigure | undefined, last: number | undefined): string {
  if (best !== undefined) return `${name} ${shortNumber(best.value)}`;
  return last === undefined ? "" : `${name} ${shortNumber(last)}`;
}

/** A line a run. @param figure the one that is shown. Default: the one that is looked at first */
export function formatList(runs: readonly RunSummary[], figure: string | undefined): string {
  const rows = runs.map(({ id, state, started, seconds, epochs, steps, best, last, tags }) => {
    const name = figure ?? ranked(Object.keys(last))[0] ?? "";
    const far = epochs > 0 ? `${epochs} epochs` : `${grouped(steps)} steps`;
    return [
      id,
      state,
      moment(started),
      duration(seconds),
      far,
      bestText(name, best[name], last[name]),
      tags.join(" "),
    ];
  });
  return printable(table([["RUN", "STATE", "STARTED", "TIME", "FAR", "BEST", "TAGS"], ...rows]));
}

const shownValue = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

function facts(summary: RunSummary): string[][] {
  const { state, reason, notes, tags, options, seed, data, model, versions, git, machine } = summary;
  const { imago, node, onnxruntime } = versions ?? {};
  const rows: (readonly [string, string | undefined])[] = [
    ["State", reason === undefined ? state : `${state}: ${reason}`],
    [
      "Started",
      `${moment(summary.started)}, ran ${duration(summary.seconds)}${summary.parts > 1 ? ` in ${summary.parts} parts` : ""}`,
    ],
    ["Far", `${summary.epochs} epochs, ${grouped(summary.steps)} steps`],
    ["Tags", tags.length > 0 ? tags.join(" ") : undefined],
    ["Notes", notes === "" ? undefined : notes],
    ...Object.entries(options).map(([name, value]) => [`  ${name}`, shownValue(value)] as const),
    ["Seed", seed === undefined ? undefined : String(seed)],
    ["Data", data],
    ["Model", model],
    [
      "Versions",
      versions === undefined
        ? undefined
        : `Imago ${imago}, Node ${node}, ONNX Runtime ${onnxruntime ?? "unknown"}`,
    ],
    ["Commit", git === undefined ? undefined : `${git.commit}${git.changed ? ", with changes" : ""}`],
    [
      "Machine",
      machine === undefined
        ? undefined
        : `${machine.host}: ${machine.platform}, ${machine.cores} × ${machine.cpu}`,
    ],
    [
      "Memory",
      summary.peakMemory > 0 ? `${(summary.peakMemory / 2 ** 30).toFixed(2)} GiB at most` : undefined,
    ],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value.replaceAll("\n", " ")]]));
}

function figureTable({ last, best }: RunSummary): string {
  const rows = ranked(Object.keys(last)).map((name) => {
    const top = best[name];
    const at = top === undefined ? "" : `${shortNumber(top.value)} at step ${top.step}`;
    return [name, shortNumber(last[name] as number), at];
  });
  return rows.length === 0 ? "" : `\n${table([["FIGURE", "LAST", "BEST"], ...rows])}`;
}

/** Lines of each picture. */
const height = 8;

/** A run in full. @param figures whose curves are drawn */
export function formatRun(record: RunRecord, figures: readonly string[], width: number): string {
  const { summary, curves, texts, artifacts, problems } = record;
  const pictures = figures.map((name) => {
    const curve = curves[name];
    const drawn = curve === undefined ? "" : plot([{ ...curve, mark: "•" }], { width, height });
    return drawn === "" ? "" : `\n${colors.bold(name)}\n${drawn}`;
  });
  const text = texts.at(-1);
  const files = artifacts.map(({ path, bytes }) => `${path}: ${grouped(bytes)} bytes\n`);
  return [
    ...problems.map((problem) => `${printable(problem)}\n`),
    `${colors.bold(printable(summary.id))}\n`,
    printable(table(facts(summary))),
    printable(figureTable(summary)),
    ...pictures,
    text === undefined
      ? ""
      : `\n${colors.bold(printable(text.name))}, step ${text.step}\n  ${printable(text.text).replaceAll("\n", "\n  ")}\n`,
    files.length === 0 ? "" : `\n${printable(files.join(""))}`,
  ].join("");
}

/** The letters that curves are drawn with. */
const marks = "abcdefghijklmnopqrstuvwxyz";

/** Runs beside each other. @param figures whose curves are drawn */
export function formatComparison(
  comparison: RunComparison,
  figures: readonly string[],
  width: number,
): string {
  const { runs, differences, figures: compared } = comparison;
  const letter = (index: number): string => marks[index % marks.length] as string;
  const names = runs.map(({ summary }, index) => `${letter(index)} ${summary.id}`);
  const rows = [
    ...differences.map(({ name, values }) => [
      name,
      ...values.map((value) => (value === undefined ? "-" : shownValue(value))),
    ]),
    ...compared.map(({ name, last, best }) => [
      name,
      ...last.map((value, index) => (value === undefined ? "-" : shortNumber(best[index]?.value ?? value))),
    ]),
  ];
  const pictures = figures.map((name) => {
    const series = runs.flatMap(({ curves }, index) => {
      const curve = curves[name];
      return curve === undefined ? [] : [{ ...curve, mark: letter(index) }];
    });
    const drawn = plot(series, { width, height: 12 });
    return drawn === "" ? "" : `\n${colors.bold(printable(name))}\n${drawn}`;
  });
  return printable(table([["", ...names], ...rows])) + pictures.join("");
}
