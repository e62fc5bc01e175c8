import type { JudgedFigure, Judgement } from "../../../../labs/sequence/kinds/judgement.js";
import type { SkippedItem } from "../../../../labs/sequence/kinds/tokenKind.js";
import type { SequenceReport } from "../../../../labs/sequence/training/sequenceReport.js";
import type { SequenceTask } from "../../../../labs/sequence/training/sequenceTask.js";
import type { SequenceTrainer } from "../../../../labs/sequence/training/sequenceTrainer.js";
import { grouped, printable, wrapped } from "../../shell/output.js";
import type { Lesson } from "./lessons/lesson.js";

/** Items that are shown of those that were left out, and of those that were written. */
const mostSkipped = 5;
const mostShown = 2;
/** Characters of an item that is shown. */
const longestShown = 400;
const mostReasons = 5;

const percent = (share: number): string => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–");

/** `a tune`, `an atom token`. */
const a = (noun: string): string => `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;

const counted = (count: number, [one, many]: readonly [string, string]): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** What is learnt with what, before training. */
export function formatItemsStart(
  trainer: SequenceTrainer,
  { task, saved, corpus, counts, about }: Lesson,
  {
    folder,
    because,
    width,
  }: { readonly folder: string; readonly because: string | undefined; readonly width: number },
): string {
  const { steps, batchSize, every, learningRate } = trainer.options;
  const weights = trainer.network.variables
    .filter(({ trainable }) => trainable)
    .reduce((sum, { variable }) => sum + variable.value.size, 0);
  const heldOut = counts.heldOut === 0 ? "" : `, ${grouped(counts.heldOut)} held out`;
  const lines = [
    `Kind     ${saved.kind}${because === undefined ? "" : `, ${because}`}`,
    `Data     ${printable(corpus.name)}: ${counted(counts.learnt, task.noun)} to learn${heldOut}; ${about.items}`,
    `Network  ${about.network}, ${grouped(weights)} weights`,
    `Steps    ${grouped(steps)} of ${batchSize} whole ${task.noun[1]}, rate ${learningRate} along half a cosine; a report every ${grouped(every)}`,
    `Saving   to ${folder}, every 30 seconds and at each report. Ctrl-C saves and stops.`,
  ];
  return `${lines.map((line) => wrapped(line, width, " ".repeat(9))).join("\n")}\n\n`;
}

/** What of a file was left out, and why. */
export function formatSkipped(
  skipped: readonly SkippedItem[],
  kept: number,
  noun: readonly [string, string],
  width: number,
): string {
  if (skipped.length === 0) return "";
  const counts = new Map<string, { count: number; readonly first: SkippedItem }>();
  for (const item of skipped) {
    const known = counts.get(item.reason);
    if (known === undefined) counts.set(item.reason, { count: 1, first: item });
    else known.count++;
  }
  const sorted = [...counts].sort(([, a], [, b]) => b.count - a.count || a.first.line - b.first.line);
  const lines = sorted.slice(0, mostSkipped).map(([reason, { count, first }]) => {
    const place = first.file === undefined ? `line ${grouped(first.line)}` : printable(first.file);
    return `  ${grouped(count)}: ${printable(reason)} (${count === 1 ? "" : "first in "}${place})`;
  });
  const more = sorted.length > mostSkipped ? [`  … and ${sorted.length - mostSkipped} further reasons`] : [];
  const head = `Left out: ${grouped(skipped.length)} of ${counted(kept + skipped.length, noun)}:`;
  return `${[head, ...lines, ...more].map((line) => wrapped(line, width, "    ")).join("\n")}\n`;
}

const shownFigure = ([name, { value, as }]: readonly [string, JudgedFigure]): string =>
  `${name} ${as === "share" ? percent(value) : value.toFixed(2)}`;

/** What items are worth that were written, in a line or some. */
export function formatJudgement(
  judgement: Judgement,
  noun: readonly [string, string],
  width: number,
  {
    isWritten = true,
    isCompared = true,
  }: { readonly isWritten?: boolean; readonly isCompared?: boolean } = {},
): string {
  const { count, ended, valid, unique, novel, copies, figures, reasons, note } = judgement;
  const isKnown = isCompared && novel !== undefined && copies !== undefined;
  const parts = [
    ...(valid === undefined ? [] : [`${grouped(valid)} without a fault`]),
    ...(valid === undefined
      ? []
      : [`${grouped(unique)} different${isKnown ? `, ${grouped(novel)} of them new` : ""}`]),
    ...(isKnown ? [`${counted(copies, ["copy", "copies"])} of what was learnt`] : []),
    ...(isWritten ? [`${grouped(ended)} ended by themselves`] : []),
    ...Object.entries(figures).map(shownFigure),
  ];
  const why = reasons.slice(0, mostReasons).map(([reason, times]) => `${reason} (${grouped(times)})`);
  const lines = [
    `Of ${counted(count, noun)}: ${parts.join("; ")}.`,
    ...(why.length === 0 ? [] : [`Faults: ${why.join("; ")}${reasons.length > mostReasons ? " …" : ""}.`]),
  ];
  if (note !== undefined) lines.push(`${note}.`);
  return `${lines.map((line) => wrapped(line, width, "  ")).join("\n")}\n`;
}

/** What a stretch of steps ends with. */
export function formatItemsReport(
  { step, steps, loss, heldOut, isBest, samples }: SequenceReport,
  task: SequenceTask,
  width: number,
): string {
  const { unit = "nats" } = task;
  const [one] = task.noun;
  const measured =
    heldOut === undefined
      ? ""
      : `; held out: ${heldOut.perItem.toFixed(2)} ${unit} ${a(one)}, ${heldOut.perPosition.toFixed(4)} ${a(task.position)}${isBest ? ", the best so far" : ""}`;
  const head = `Step ${grouped(step)} of ${grouped(steps)}: learnt at ${loss.toFixed(4)} ${unit} ${a(task.position)}${measured}\n`;
  const shown = samples.map(({ temperature, how, texts, judgement }) => {
    const items = texts
      .slice(0, mostShown)
      .map((text) => wrapped(`  ${printable(cut(text)).replaceAll("\n", "\n  ")}`, width, "  "));
    const head = `Written ${how ?? `at temperature ${temperature}`}: ${formatJudgement(judgement, task.noun, width)}`;
    return items.length === 0 ? head : `${head}${items.join("\n\n")}\n`;
  });
  return `${head}${shown.join("")}\n`;
}

const cut = (text: string): string =>
  text.length > longestShown ? `${text.slice(0, longestShown)} …` : text;
