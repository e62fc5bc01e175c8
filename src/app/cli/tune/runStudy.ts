import { basename, extname, join } from "node:path";
import type { Command } from "commander";
import { number, oneOf, optional, seed, text } from "../../../engine/options.js";
import { bestText, countsText, paramsText } from "../../../methods/tune/report/lines.js";
import type { Space } from "../../../methods/tune/space/parameters.js";
import { openStudy } from "../../../methods/tune/study/openStudy.js";
import type { Study } from "../../../methods/tune/study/study.js";
import { FieldFlags } from "../shell/flag.js";
import { type Output, outputOf, shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { QuietFailure } from "../shell/run.js";
import { StudyProgress } from "../study/studyProgress.js";
import { type RunRecord, readRunRecord, writeRunRecord } from "./runRecord.js";
import { listenForStop } from "./stopping.js";
import { loadScript } from "./studyScript.js";

const minutes = (help: string) => optional(number({ above: 0, help, unit: "m" }));

const runFlags = new FieldFlags(
  {
    trials: optional(number({ min: 1, integer: true, help: "trials in all" })),
    minutes: minutes("begin no trial after so many minutes"),
    parallel: number({
      default: 1,
      min: 1,
      integer: true,
      help: "trials beside each other, each in a process",
    }),
    threads: optional(
      number({ min: 1, integer: true, help: "threads of each process (default: the cores divided)" }),
    ),
    trialMinutes: minutes("a trial that takes longer has failed"),
  },
  { trials: { help: "trials in all (default: 100 where no minutes are given)" } },
);

const studyFlags = new FieldFlags({
  sampler: optional(
    text(undefined, { help: "what proposes trials, as tpe or gp (default: what the script says)" }),
  ),
  pruner: optional(text(undefined, { help: "what ends trials early, as asha or median", unit: "name" })),
  direction: optional(
    oneOf(["minimize", "maximize"], undefined, { help: "what is to be done with the value" }),
  ),
  seed: optional({ ...seed("the same seed gives the same trials"), fallback: undefined }),
});

/** Adds `imago tune run` and `imago tune resume`. */
export function addRun(tune: Command): void {
  const run = tune
    .command("run")
    .description("search with the objective and the space that a script exports")
    .argument("<script>", "a module (.mjs, .ts) that exports objective, and mostly space")
    .option("--out <dir>", "the study's folder (default: studies/ and the script's name)");
  runFlags.addTo(run);
  studyFlags.addTo(run).action(async (script: string, flags: { readonly out?: string }) => {
    const folder = flags.out ?? join("studies", basename(script, extname(script)));
    const { path } = await loadScript(script);
    await search(
      folder,
      { script: path, run: runFlags.given(flags), study: studyFlags.given(flags) },
      outputOf(run),
    );
  });
  const resume = tune
    .command("resume")
    .description("go on with a study")
    .argument("<dir>", "the study's folder");
  runFlags.addTo(resume).action(async (folder: string, flags: object) => {
    const record = await readRunRecord(folder);
    await search(folder, { ...record, run: { ...record.run, ...runFlags.given(flags) } }, outputOf(resume));
  });
}

async function search(folder: string, record: RunRecord, output: Output): Promise<void> {
  const { space, options, path } = await loadScript(record.script);
  const study: Study<Space> = await openStudy<Space>({ ...options, ...record.study, space, folder });
  const settings = runFlags.read(record.run);
  const { minutes: most, trialMinutes, trials = most === undefined ? 100 : undefined } = settings;
  const stopping = await listenForStop(folder);
  const progress = new StudyProgress(study, output, { trials, minutes: most });
  try {
    await writeRunRecord(folder, record);
    progress.begin(folder);
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
    output.write(`All ${study.count} points that there are were tried.
`);
  }
  output.write(ending(study, folder, stopping.signal.aborted));
  if (stopping.signal.aborted) throw new QuietFailure("interrupted");
}

function ending(study: Study<Space>, folder: string, aborted: boolean): string {
  const program = programName();
  const word = shellWord(folder);
  const best = study.directions.length > 1 ? undefined : study.best;
  const lines = [`${countsText(study.trials)}; ${bestText(study)}.`];
  if (best !== undefined) lines.push(`  ${paramsText(best.params)}`);
  if (aborted) lines.push(`Everything is kept. Go on with: ${program} tune resume ${word}`);
  else
    lines.push(
      `Look at it: ${program} tune show ${word}    Report: ${program} tune export ${word} --html report.html`,
    );
  return `${lines.join("\n")}\n`;
}
