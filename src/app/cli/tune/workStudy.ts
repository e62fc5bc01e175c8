import type { Command } from "commander";
import { begunWith } from "../../../methods/tune/study/postgres/readPostgres.node.js";
import { outputOf } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import { checkStorage, runFlags, storageFlags } from "./runFlags.js";
import { search } from "./searchStudy.js";
import { loadScript } from "./studyScript.js";

/** Adds `imago tune worker`. */
export function addWorker(tune: Command): void {
  const worker = tune
    .command("worker")
    .description("work on a study on PostgreSQL, with as many others as there are, on any machine")
    .argument("<script>", "the study's script, which must be there on each machine")
    .option(
      "--files <dir>",
      "a folder that all workers see, for checkpoints and models (default: the database)",
    );
  storageFlags.addTo(worker);
  runFlags.addTo(worker).action(async (script: string, flags: { readonly files?: string }) => {
    const { storage, name } = storageFlags.read(storageFlags.given(flags));
    if (storage === undefined) {
      throw new UsageError(
        "tune worker: --storage is required: the URL of the database that workers share.",
        {
          help: "A study in a folder is run by tune run, with --parallel.",
        },
      );
    }
    checkStorage(storage, name);
    const { path, options } = await loadScript(script);
    const begun = await begunWith("tune worker", storage, name);
    // What flags of `tune run` said counts for all; what the script says is compared with it.
    const study = begun === undefined ? {} : { ...begun, ...options };
    await search(
      { storage, name, folder: flags.files },
      { script: path, run: runFlags.given(flags), study },
      outputOf(worker),
    );
  });
}
