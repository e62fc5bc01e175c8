import { readFileSync } from "node:fs";
import { commands } from "./commands.js";
import { outputErrors } from "./shell/outputErrors.js";
import { run } from "./shell/run.js";

process.stdout.on("error", outputErrors());
// Nothing can be said any more where this fails.
process.stderr.on("error", () => {});

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const code = await run(process.argv.slice(2), { commands, version });
// What went wrong meanwhile with standard output counts, too.
process.exitCode = Math.max(code, Number(process.exitCode ?? 0));
