import { readFileSync } from "node:fs";
import { commands } from "./commands.js";
import { run } from "./shell/run.js";

// A reader that has seen enough (`imago … | head`) closes the pipe: that is an end, not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

process.exitCode = await run(process.argv.slice(2), { commands, version });
