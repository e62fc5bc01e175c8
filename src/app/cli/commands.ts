import { register as demo } from "./demo.js";
import { register as doctor } from "./doctor.js";
import { register as dream } from "./dream.js";
import { register as filters } from "./filters.js";
import { register as models } from "./models.js";
import { register as onnx } from "./onnx.js";
import type { Register } from "./run.js";
import { register as style } from "./style.js";
import { register as write } from "./write.js";

/** Every command, in the order `--help` lists them. A new one is a file that exports `register`, and a line here. */
export const commands: readonly Register[] = [demo, write, dream, style, filters, onnx, models, doctor];
