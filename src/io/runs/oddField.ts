import { shown } from "../../engine/errors.js";
import type { RunSummary } from "./summary.js";

type Kind = "a number" | "a text" | "a list of texts" | "an object";

const tests: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  "a number": (value) => typeof value === "number",
  "a text": (value) => typeof value === "string",
  "a list of texts": (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  "an object": (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** What each field is where it is there; `last` and `best` are read figure by figure. */
const kinds: Readonly<Record<Exclude<keyof RunSummary, "id" | "last" | "best">, Kind>> = {
  name: "a text",
  state: "a text",
  reason: "a text",
  tags: "a list of texts",
  notes: "a text",
  options: "an object",
  seed: "a number",
  data: "a text",
  model: "a text",
  versions: "an object",
  git: "an object",
  machine: "an object",
  process: "an object",
  started: "a text",
  ended: "a text",
  seconds: "a number",
  parts: "a number",
  epochs: "a number",
  steps: "a number",
  peakMemory: "a number",
};

/** What of a summary is not what it should be, in words; `undefined` where all is. A file may have been written by anybody. */
export function oddField(raw: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, kind] of Object.entries(kinds)) {
    const value = raw[name];
    if (value !== undefined && !tests[kind](value)) return `"${name}" is not ${kind} but ${shown(value)}`;
  }
  return undefined;
}
