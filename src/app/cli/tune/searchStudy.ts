import { bestText, countsText, paramsText } from "../../../methods/tune/report/lines.js";
import type { Space } from "../../../methods/tune/space/parameters.js";
import { openStudy } from "../../../methods/tune/study/openStudy.js";
import { shownUrl } from "../../../methods/tune/study/postgres/database.node.js";
import type { Study } from "../../../methods/tune/study/study.js";
import { type Output, shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { QuietFailure } from "../shell/run.js";
import { StudyProgress } from "../study/studyProgress.js";
import { runFlags } from "./runFlags.js";
import { type RunRecord, writeRunRecord } from "./runRecord.js";
import { listenForStop } from "./stopping.js";
import { loadScript } from "./studyScript.js";

/** Where a study is kept: a folder, or a database, where the folder is one for files of trials. */
export type StudyPlace =
  | { readonly storage?: undefined; readonly folder: string }
  | { readonly storage: string; readonly name: string | undefined; readonly folder: string | undefined };

/** Runs a study, or goes on with it, until there are enough trials or somebody interrupts it. */
export async function search(place: StudyPlace, record: RunRecord, output: Output): Promise<void> {
  const { space, options, path } = await loadScript(record.script);
  const study: Study<Space> = await openStudy<Space>({ ...options, ...record.study, space, ...place });
  const settings = runFlags.read(record.run);
  const { minutes: most, trialMinutes, trials = most === undefined ? 100 : undefined } = settings;
  const stopping = await listenForStop(place.storage === undefined ? place.folder : undefined);
  const progress = new StudyProgress(study, output, { trials, minutes: most });
  try {
    if (place.storage === undefined) await writeRunRecord(place.folder, record);
    progress.begin(shownPlace(place));
    await study.run(
      { script: path },
      {
        ...{ trials, parallel: settings.parallel, threads: settings.threads, signal: stopping.signal },
        timeLimit: most === undefined ? undefined : most * 60_000,
        trialTimeLimit: trialMinutes === undefined ? undefined : trialMinutes * 60_000,
        onTrial: (trial) => progress.hear(trial),
      },
    );
  } finally {
    stopping.close();
    progress.close();
    await study.close();
  }
  if (!stopping.signal.aborted && trials !== undefined && study.count < trials && most === undefined) {
    output.write(`All ${study.count} points that there are were tried.\n`);
  }
  output.write(ending(study, place, stopping.signal.aborted));
  if (stopping.signal.aborted) throw new QuietFailure("interrupted");
}

function shownPlace(place: StudyPlace): string {
  if (place.storage === undefined) return place.folder;
  return `${shownUrl(place.storage)}, as ${place.name ?? "study"}`;
}

function ending(study: Study<Space>, place: StudyPlace, aborted: boolean): string {
  const program = `${programName()} tune`;
  const best = study.directions.length > 1 ? undefined : study.best;
  const lines = [`${countsText(study.trials)}; ${bestText(study)}.`];
  if (best !== undefined) lines.push(`  ${paramsText(best.params)}`);
  if (place.storage !== undefined) {
    const name = place.name === undefined ? "" : ` --name ${shellWord(place.name)}`;
    const url = `${shellWord(shownUrl(place.storage))}${name}`;
    if (aborted) lines.push("Everything is kept; its trials wait for others. Go on with the same command.");
    else lines.push(`Look at it: ${program} show ${url}`);
  } else {
    const word = shellWord(place.folder);
    if (aborted) lines.push(`Everything is kept. Go on with: ${program} resume ${word}`);
    else
      lines.push(
        `Look at it: ${program} show ${word}    Report: ${program} export ${word} --html report.html`,
      );
  }
  return `${lines.join("\n")}\n`;
}
