import type { Register } from "../shell/run.js";
import { addChat } from "./writeChat.js";
import { addCheck } from "./writeCheck.js";
import { addSample } from "./writeSample.js";
import { addTrain } from "./writeTrain.js";

/** `imago write train`, `sample`, `check` and `chat`. */
export const register: Register = (write) => {
  addTrain(write);
  addSample(write);
  addCheck(write);
  addChat(write);
};
