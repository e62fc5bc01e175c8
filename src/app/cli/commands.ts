import type { CommandEntry } from "./shell/run.js";

/** One command, as `--help` lists it. */
const entry = (
  name: string,
  usage: string,
  description: string,
  load: CommandEntry["load"],
): CommandEntry => ({ name, usage, description, load });

/** Every command, in the order `--help` lists them. A new one is a file that exports `register`, and a line here. */
export const commands: readonly CommandEntry[] = [
  entry(
    "demo",
    "[options]",
    "learn Moby Dick for a minute and a half, and write",
    () => import("./demo/demo.js"),
  ),
  entry("write", "", "learn a text, and write more of it", () => import("./write/write.js")),
  entry(
    "dream",
    "[options] <image>",
    "make an image show what a classifier would like to see in it (DeepDream)",
    () => import("./dream/dream.js"),
  ),
  entry(
    "style",
    "[options] <content> <styles...>",
    "paint an image in the style of others (neural style transfer)",
    () => import("./style/style.js"),
  ),
  entry(
    "filters",
    "",
    "show what a classifier's channels look for, and where they find it",
    () => import("./filters/filters.js"),
  ),
  entry(
    "classify",
    "[options] [images...]",
    "tell what pictures show, and learn it from folders of them",
    () => import("./classify/classify.js"),
  ),
  entry(
    "distill",
    "[options] <teachers...>",
    "teach a small classifier of pictures by large ones",
    () => import("./distill/distill.js"),
  ),
  entry(
    "table",
    "",
    "learn a column of a table from the others, and predict it",
    () => import("./table/table.js"),
  ),
  entry("tune", "", "search for good hyper-parameters", () => import("./tune/tune.js")),
  entry("onnx", "", "look into ONNX files, and differentiate them", () => import("./onnx/onnx.js")),
  entry(
    "models",
    "",
    "download public ONNX classifiers to dream and style with",
    () => import("./models/models.js"),
  ),
  entry("runs", "", "list, show and compare recorded trainings", () => import("./runs/runs.js")),
  entry(
    "doctor",
    "",
    "show what this machine offers, and how to mend what is missing",
    () => import("./doctor/doctor.js"),
  ),
];
