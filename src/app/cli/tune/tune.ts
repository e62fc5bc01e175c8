import type { Register } from "../shell/run.js";
import { addRun } from "./runStudy.js";
import { addShow } from "./showStudy.js";
import { addWorker } from "./workStudy.js";

/** `imago tune`. */
export const register: Register = (tune) => {
  addRun(tune);
  addWorker(tune);
  addShow(tune);
};
