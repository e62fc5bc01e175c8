import type { Command } from "commander";
import { endingText } from "../../../methods/tune/ending/endingText.js";
import { finishFields } from "../../../methods/tune/ending/finish.js";
import type { Space } from "../../../methods/tune/space/parameters.js";
import { openStudy } from "../../../methods/tune/study/openStudy.js";
import type { Study } from "../../../methods/tune/study/study.js";
import { FieldFlags } from "../shell/flag.js";
import { type Output, outputOf, shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { QuietFailure } from "../shell/run.js";
import { runFlags } from "./runFlags.js";
import { readRunRecord } from "./runRecord.js";
import { listenForStop } from "./stopping.js";
import { loadScript } from "./studyScript.js";

const { candidates, repeats, parallel } = finishFields;

const finishFlags = new FieldFlags(
  { candidates, repeats, parallel },
  {
    candidates: {
      help: `so many of the best trials are evaluated again, 1 to 10000 (default: ${candidates.fallback})`,
    },
    repeats: { help: `how often each, with other seeds, 0 to 10000 (default: ${repeats.fallback})` },
    parallel: {
      help: `trials beside each other, each in a process, 1 to 1024 (default: ${parallel.fallback})`,
    },
  },
);

/** Adds `imago tune finish`. */
export function addFinish(tune: Command): void {
  const command = tune
    .command("finish")
    .description(
      "evaluate the best trials again with other seeds, choose, and measure on the script's test data",
    )
    .argument("<dir>", "the study's folder");
  finishFlags.addTo(command).action(async (folder: string, flags: object) => {
    await finish(folder, finishFlags.given(flags), outputOf(command));
  });
}

async function finish(folder: string, given: object, output: Output): Promise<void> {
  const record = await readRunRecord(folder);
  const { space, options, path, ending } = await loadScript(record.script);
  const study: Study<Space> = await openStudy<Space>({ ...options, ...record.study, space, folder });
  const { trialMinutes } = runFlags.read(record.run);
  const stopping = await listenForStop(folder);
  try {
    const found = await study.finish({
      ...given,
      ...ending,
      objective: { script: path },
      signal: stopping.signal,
      // As long as it might take in the search.
      trialTimeLimit: trialMinutes === undefined ? undefined : trialMinutes * 60_000,
    });
    output.write(endingText(found, study.direction));
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    const again = `${programName()} tune finish ${shellWord(folder)}`;
    output.write(`Everything is kept. Go on with: ${again}\n`);
    throw new QuietFailure("interrupted");
  } finally {
    stopping.close();
    await study.close();
  }
}
