import type { Reader } from "../reader.js";
import { appReaders } from "./app.js";
import { dataReaders } from "./data.js";
import { engineReaders } from "./engine.js";
import { ioReaders } from "./io.js";
import { labReaders } from "./labs.js";
import { methodReaders } from "./methods.js";
import { nnReaders } from "./nn.js";
import { sequenceReaders } from "./sequences.js";

/** All that reads files, each with a way to try it. */
export const readers: readonly Reader[] = [
  ...engineReaders,
  ...nnReaders,
  ...methodReaders,
  ...labReaders,
  ...sequenceReaders,
  ...ioReaders,
  ...dataReaders,
  ...appReaders,
];
