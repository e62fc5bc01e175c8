import { basename, extname, join } from "node:path";
import type { Command } from "commander";
import { outputOf } from "../shell/output.js";
import { checkStorage, runFlags, storageFlags, studyFlags } from "./runFlags.js";
import { readRunRecord } from "./runRecord.js";
import { search } from "./searchStudy.js";
import { loadScript } from "./studyScript.js";

/** Adds `imago tune run` and `imago tune resume`. */
export function addRun(tune: Command): void {
  const run = tune
    .command("run")
    .description("search with the objective and the space that a script exports")
    .argument("<script>", "a module (.mjs, .ts) that exports objective, and mostly space")
    .option(
      "--out <dir>",
      "the study's folder (default: studies/ and the script's name, or none with --storage)",
    );
  runFlags.addTo(run);
  storageFlags.addTo(run);
  studyFlags.addTo(run).action(async (script: string, flags: { readonly out?: string }) => {
    const { path } = await loadScript(script);
    const record = { script: path, run: runFlags.given(flags), study: studyFlags.given(flags) };
    const { storage, name } = storageFlags.read(storageFlags.given(flags));
    checkStorage(storage, name);
    const folder = flags.out ?? join("studies", basename(script, extname(script)));
    const place = storage === undefined ? { folder } : { storage, name, folder: flags.out };
    await search(place, record, outputOf(run));
  });
  const resume = tune
    .command("resume")
    .description("go on with a study")
    .argument("<dir>", "the study's folder");
  runFlags.addTo(resume).action(async (folder: string, flags: object) => {
    const record = await readRunRecord(folder);
    await search(
      { folder },
      { ...record, run: { ...record.run, ...runFlags.given(flags) } },
      outputOf(resume),
    );
  });
}
