import type { Register } from "../shell/run.js";
import { addExport } from "./exportStudy.js";
import { addRun } from "./runStudy.js";
import { addShow } from "./showStudy.js";

/** `imago tune`. */
export const register: Register = (tune) => {
  addRun(tune);
  addShow(tune);
  addExport(tune);
};
