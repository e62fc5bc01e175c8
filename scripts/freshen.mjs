// Compiles a clone whose dist/ is missing or old. The launcher in bin/ imports this.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { isBuilt, root } from "./sources.mjs";

if (!isBuilt()) {
  process.stderr.write("imago: compiling src/ …\n");
  // What the compiler says goes to standard error: standard output belongs to the command.
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "build.mjs")], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    process.stderr.write(`imago: ${join(root, "src")} could not be compiled, for the reasons above.\n`);
    process.exit(1);
  }
}
