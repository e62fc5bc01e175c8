import type { Register } from "../shell/run.js";
import { addSample } from "./writeSample.js";
import { addTrain } from "./writeTrain.js";

/** Adds `imago write train` and `imago write sample`. */
export const register: Register = (program) => {
  const write = program.command("write").description("learn a text, and write more of it");
  addTrain(write);
  addSample(write);
};
