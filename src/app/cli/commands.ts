import { register as demo } from "./demo/demo.js";
import { register as doctor } from "./doctor/doctor.js";
import { register as dream } from "./dream/dream.js";
import { register as filters } from "./filters/filters.js";
import { register as models } from "./models/models.js";
import { register as onnx } from "./onnx/onnx.js";
import type { Register } from "./shell/run.js";
import { register as style } from "./style/style.js";
import { register as write } from "./write/write.js";

/** Every command, in the order `--help` lists them. A new one is a file that exports `register`, and a line here. */
export const commands: readonly Register[] = [demo, write, dream, style, filters, onnx, models, doctor];
