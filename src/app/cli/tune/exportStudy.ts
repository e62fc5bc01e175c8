import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { type FieldsOf, optional, text } from "../../../engine/options.js";
import { studyCsv } from "../../../methods/tune/report/studyCsv.js";
import { studyJson } from "../../../methods/tune/report/studyJson.js";
import type { StudyView } from "../../../methods/tune/report/studyView.js";
import { readStudy } from "../../../methods/tune/study/files/readStudy.js";
import { isStorage } from "../../../methods/tune/study/options.js";
import { checkFiles, forceHelp, namedFiles } from "../shell/files.js";
import { FieldFlags } from "../shell/flag.js";
import { grouped, outputOf } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { filesOfStudy } from "./runRecord.js";

interface ExportFlags {
  readonly csv?: string | undefined;
  readonly json?: string | undefined;
  readonly html?: string | undefined;
}

const exportFlags = new FieldFlags({
  csv: optional(
    text(undefined, { help: "a table with a line a trial, - for standard output", unit: "file" }),
  ),
  json: optional(text(undefined, { help: "all that is known, - for standard output", unit: "file" })),
  html: optional(
    text(undefined, {
      help: "a report with charts, to be opened in a browser, - for standard output",
      unit: "file",
    }),
  ),
} satisfies FieldsOf<ExportFlags>);

/** Adds `imago tune export`. */
export function addExport(tune: Command): void {
  const command = tune
    .command("export")
    .description("write a study as a table, as JSON, or as a report with charts")
    .argument("<dir>", "the study's folder");
  exportFlags
    .addTo(command)
    .option("--force", forceHelp)
    .action(async (folder: string, flags: { readonly force?: true }) => {
      const { csv, json, html } = exportFlags.given(flags);
      if (csv === undefined && json === undefined && html === undefined) {
        throw new UsageError("export needs --csv, --json or --html, each with a file.");
      }
      await checkFiles({
        reads: isStorage(folder) ? [] : namedFiles({ "<dir>": filesOfStudy(folder) }),
        writes: namedFiles({ "--csv": csv, "--json": json, "--html": html }),
        force: flags.force,
      });
      const study = await readStudy(folder);
      // What a program reads from standard output is to be what it asked for alone.
      const isQuiet = [csv, json, html].some((path) => path !== undefined && isStandard(path));
      const { write } = outputOf(command);
      const writeTo = async (path: string, text: string): Promise<void> => {
        if (isStandard(path)) return write(text);
        await atomicWrite(path, text);
        if (!isQuiet) write(`Wrote ${path}: ${grouped(Buffer.byteLength(text))} bytes.\n`);
      };
      if (csv !== undefined) await writeTo(csv, studyCsv(study));
      if (json !== undefined) await writeTo(json, studyJson(study));
      if (html !== undefined) await writeTo(html, await pageOf(study, folder));
    });
}

async function pageOf(study: StudyView, folder: string): Promise<string> {
  const { studyPage } = await import("../../../methods/tune/report/html/page.js");
  const { chartLibrary } = await import("../../../methods/tune/report/files/chartLibrary.js");
  return studyPage(study, { title: basename(resolve(folder)), library: await chartLibrary() });
}
