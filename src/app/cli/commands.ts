import { register as doctor } from "./doctor.js";
import type { Register } from "./run.js";

/** Every command, in the order `--help` lists them. A new one is a file that exports `register`, and a line here. */
export const commands: readonly Register[] = [doctor];
