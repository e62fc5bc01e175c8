import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { endingText, figure } from "../../../methods/tune/ending/endingText.js";
import type { Space } from "../../../methods/tune/space/parameters.js";
import { journalName } from "../../../methods/tune/study/files/journalLedger.js";
import { readStudy } from "../../../methods/tune/study/files/readStudy.js";
import { shownUrl } from "../../../methods/tune/study/postgres/database.node.js";
import type { TrialRecord } from "../../../methods/tune/study/record.js";
import type { Study } from "../../../methods/tune/study/study.js";
import { outputOf } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import { bestText, countsText, paramsText } from "../study/studyLines.js";
import { stopName } from "./runRecord.js";

/** Adds `imago tune show`, `best` and `stop`. */
export function addShow(tune: Command): void {
  const show = tune
    .command("show")
    .description("show how a study stands")
    .argument("<place>", "the study's folder, or the URL of its database")
    .option("--name <text>", "what it is called in the database (default: study)")
    .option("--all", "every trial, and not the best ten alone");
  show.action(
    async (place: string, { all = false, name }: { readonly all?: boolean; readonly name?: string }) => {
      const study = await readStudy(place, name);
      outputOf(show).write(showText(study, all));
      await study.close();
    },
  );
  const best = tune
    .command("best")
    .description("print the best parameters as JSON")
    .argument("<place>", "the study's folder, or the URL of its database")
    .option("--name <text>", "what it is called in the database (default: study)");
  best.action(async (place: string, { name }: { readonly name?: string }) => {
    const study = await readStudy(place, name);
    await study.close();
    const found = study.directions.length > 1 ? study.front : study.best;
    if (found === undefined) throw new UsageError(`${shownUrl(place)}: no trial has a value yet.`);
    outputOf(best).write(`${JSON.stringify(found, null, 2)}\n`);
  });
  const stop = tune
    .command("stop")
    .description("end a study that runs elsewhere; it can be gone on with")
    .argument("<dir>", "the study's folder");
  stop.action(async (folder: string) => {
    await readStudy(folder);
    const isRunning = await stat(join(folder, `${journalName.replace(/\.jsonl$/, "")}.lock`)).then(
      () => true,
      () => false,
    );
    if (!isRunning) {
      outputOf(stop).write(`${folder} is not being run.\n`);
      return;
    }
    await atomicWrite(join(folder, stopName), "");
    outputOf(stop).write(`${folder} will end within a second or so. Its trials are kept.\n`);
  });
}

function showText(study: Study<Space>, all: boolean): string {
  const { trials } = study;
  const lines = [`${countsText(trials)}; ${bestText(study)}.`, ...study.problems];
  const sorted = all ? trials : ranked(study).slice(0, 10);
  if (sorted.length > 0) lines.push("", ...table(sorted));
  const rungs = rungsOf(trials);
  if (rungs.length > 0) lines.push("", "rung   trials  values", ...rungs);
  const failures = new Map<string, number>();
  for (const { state, reason } of trials) {
    if (state === "failed") failures.set(reason ?? "", (failures.get(reason ?? "") ?? 0) + 1);
  }
  if (failures.size > 0)
    lines.push("", "failed:", ...[...failures].map(([why, count]) => `  ${count} × ${why}`));
  const text = `${lines.join("\n")}\n`;
  return study.ending === undefined ? text : `${text}\n${endingText(study.ending, study.direction)}`;
}

/** The best first; of several directions the front. */
function ranked(study: Study<Space>): readonly TrialRecord[] {
  if (study.directions.length > 1) return study.front;
  const sign = study.direction === "minimize" ? 1 : -1;
  const rank = ({ state }: TrialRecord): number => (state === "complete" ? 0 : 1);
  return study.trials
    .filter(({ value }) => value !== undefined)
    .toSorted((a, b) => rank(a) - rank(b) || sign * ((a.value ?? 0) - (b.value ?? 0)));
}

function table(trials: readonly TrialRecord[]): string[] {
  const rows = trials.map(({ number, state, value, values, params, reason }) => [
    String(number),
    values === undefined ? (value === undefined ? "–" : figure(value)) : values.map(figure).join(" / "),
    state,
    state === "failed" ? (reason ?? "") : paramsText(params),
  ]);
  const head = ["trial", "value", "state", "params"];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    row.map((cell, column) => (column === 3 ? cell : cell.padEnd(widths[column] ?? 0))).join("  "),
  );
}

/** Where trials were paused: how many came to each step, and what the best had there. */
function rungsOf(trials: readonly TrialRecord[]): string[] {
  const paused = new Set(
    trials.filter(({ state }) => state === "paused").map(({ reports }) => reports.at(-1)?.[0] ?? 0),
  );
  return [...paused]
    .sort((a, b) => a - b)
    .map((rung) => {
      const there = trials.flatMap(({ reports }) =>
        reports.filter(([step]) => step === rung).map(([, value]) => value),
      );
      return `${String(rung).padEnd(5)}  ${String(there.length).padEnd(6)}  ${figure(Math.min(...there))} to ${figure(Math.max(...there))}`;
    });
}
