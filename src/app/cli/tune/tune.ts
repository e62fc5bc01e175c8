import type { Register } from "../shell/run.js";
import { addExport } from "./exportStudy.js";
import { addFinish } from "./finishStudy.js";
import { addImport } from "./importStudy.js";
import { addRun } from "./runStudy.js";
import { addShow } from "./showStudy.js";
import { addWorker } from "./workStudy.js";

/** `imago tune`. */
export const register: Register = (tune) => {
  addRun(tune);
  addWorker(tune);
  addShow(tune);
  addFinish(tune);
  addExport(tune);
  addImport(tune);
};
