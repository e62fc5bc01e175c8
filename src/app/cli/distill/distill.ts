import { basename, resolve } from "node:path";
import { outputOf } from "../shell/output.js";
import type { Register } from "../shell/run.js";
import { groupOf } from "../vision/pictureFlags.js";
import { addDistillFlags, type DistillFlags } from "./distillFlags.js";
import { runDistill } from "./runDistill.js";

/** `imago distill`, for classifiers of pictures. */
export const register: Register = (command) => {
  command.argument(
    "<teachers...>",
    "classifiers: folders of `imago classify train`, .onnx files, names of `imago models list`",
  );
  addDistillFlags(command).action(async (teachers: string[], flags: DistillFlags) => {
    groupOf(flags.group);
    const out = flags.out ?? `${basename(resolve(flags.data)).replace(/\.(tar|tgz|tar\.gz)$/i, "")}-student`;
    await runDistill({ teachers, out, flags, output: outputOf(command), command });
  });
};
