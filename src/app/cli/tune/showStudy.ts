import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { studyText } from "../../../methods/tune/report/studyText.js";
import { journalName } from "../../../methods/tune/study/files/journalLedger.js";
import { readStudy } from "../../../methods/tune/study/files/readStudy.js";
import { shownUrl } from "../../../methods/tune/study/postgres/database.node.js";
import { outputOf } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
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
      outputOf(show).write(studyText(study, all));
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
