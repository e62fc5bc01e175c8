import { setTimeout as pause } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { ImagoError } from "../../errors.js";
import { Handed } from "../threadMessages.js";

// Tasks that tests have threads run.

export const double = (values: Float64Array): Handed<Float64Array> => {
  const doubled = values.map((value) => 2 * value);
  return new Handed(doubled, [doubled.buffer]);
};

export const wait = async (milliseconds: number): Promise<number> => {
  await pause(milliseconds);
  return threadId;
};

export const fail = (): never => {
  throw new ImagoError("it will not do", { help: "Do otherwise." });
};

export const die = (): never => process.exit(3);

export const giveFunction = () => () => 1;
