import type { Register } from "../shell/run.js";
import { addChannels } from "./channels.js";
import { addExplain } from "./explain.js";
import { addMaps } from "./maps.js";

/** `imago filters`, with `channels`, `maps` and `explain`. */
export const register: Register = (filters) => {
  addChannels(filters);
  addMaps(filters);
  addExplain(filters);
};
