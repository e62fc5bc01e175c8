import type { Command } from "commander";
import { nearest } from "../../../engine/errors.js";
import { optional, text } from "../../../engine/options.js";
import { readOptuna } from "../../../methods/tune/optuna/files/readOptuna.js";
import { writeImported } from "../../../methods/tune/optuna/files/writeImported.js";
import { importedStudy } from "../../../methods/tune/optuna/importedStudy.js";
import type { OptunaStudy } from "../../../methods/tune/optuna/optunaStudy.js";
import { bestText, countsText } from "../../../methods/tune/report/lines.js";
import { readStudy } from "../../../methods/tune/study/files/readStudy.js";
import { FieldFlags } from "../shell/flag.js";
import { outputOf, printable, shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { UsageError } from "../shell/run.js";
import { isStandard, readStandardInput } from "../shell/standard.js";

const importFlags = new FieldFlags(
  {
    out: text(undefined, { help: "the study's new folder", unit: "dir" }),
    study: optional(text(undefined, { help: "which study, where the file has several", unit: "name" })),
  },
  { out: { mandatory: true } },
);

/** Adds `imago tune import`. */
export function addImport(tune: Command): void {
  const command = tune
    .command("import")
    .description("make a study of one that Optuna kept in a journal or an SQLite database")
    .argument("<file>", "the file of Optuna's storage; - for standard input");
  importFlags.addTo(command).action(async (file: string, flags: object) => {
    const { out, study: name } = importFlags.read(flags);
    const { studies, problems } = await (isStandard(file)
      ? readOptuna("standard input", await readStandardInput())
      : readOptuna(file));
    const chosen = chosenOf(file, studies, name);
    const imported = importedStudy(chosen);
    await writeImported(out, imported);
    const study = await readStudy(out);
    const lines = [
      `Study "${chosen.name}" is in ${out}: ${countsText(study.trials)}; ${bestText(study)}.`,
      ...[...problems, ...imported.problems].map((problem) => `  ${problem}`),
      `Look at it: ${programName()} tune show ${shellWord(out)}`,
    ];
    outputOf(command).write(printable(`${lines.join("\n")}\n`));
  });
}

/** @throws UsageError where it is not said which, or there is none of that name */
function chosenOf(file: string, studies: readonly OptunaStudy[], name: string | undefined): OptunaStudy {
  const names = studies.map((study) => study.name);
  const [only] = studies;
  if (name === undefined && only !== undefined && studies.length === 1) return only;
  if (name === undefined) {
    throw new UsageError(`${file} holds several studies; say which by --study: ${names.join(", ")}.`);
  }
  const found = studies.find((study) => study.name === name);
  if (found !== undefined) return found;
  const meant = nearest(name, names);
  const help = meant === undefined ? `There are: ${names.join(", ")}.` : `Did you mean "${meant}"?`;
  throw new UsageError(`--study: ${file} holds no study "${name}".`, { help });
}
