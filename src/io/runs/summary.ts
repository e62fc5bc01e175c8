import { ImagoError } from "../../engine/errors.js";
import { fromJsonNumber, toJsonNumber } from "../../engine/files/journal/jsonNumber.js";
import { lifeOf, type ProcessIdentity } from "../../engine/files/lock/processes.js";
import { byName } from "./byName.js";
import { oddField } from "./oddField.js";

/** How a run ended, or that it has not. `"crashed"`: its process is gone, and it never said that it ended. */
export type RunState = "running" | "finished" | "stopped" | "failed" | "crashed";

/** The best that a figure was. */
export interface BestFigure {
  readonly value: number;
  readonly step: number;
}

/** The versions of what a run ran on. */
export interface RunVersions {
  readonly imago: string;
  readonly node: string;
  readonly onnxruntime?: string | undefined;
}

/** The commit of the folder that the program was started in. */
export interface RunCommit {
  readonly commit: string;
  /** Whether files that git knows had been changed since. */
  readonly changed: boolean;
}

export interface RunMachine {
  readonly host: string;
  /** `"linux x64"`. */
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
}

/** What a run is in short: all that `run.json` in its folder says. */
export interface RunSummary {
  /** The name of its folder. */
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  /** Why it was stopped. */
  readonly reason?: string | undefined;
  readonly tags: readonly string[];
  readonly notes: string;
  /** What was tried, as the program said it. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed?: number | undefined;
  /** What tells the data from others: a digest. */
  readonly data?: string | undefined;
  /** Where the model is saved. */
  readonly model?: string | undefined;
  readonly versions?: RunVersions | undefined;
  readonly git?: RunCommit | undefined;
  readonly machine?: RunMachine | undefined;
  /** The process that writes it, or was the last to. */
  readonly process?: ProcessIdentity | undefined;
  /** Times as ISO 8601 has them. */
  readonly started: string;
  readonly ended?: string | undefined;
  /** How long it ran, all parts of a resumed run together. */
  readonly seconds: number;
  /** In how many parts it ran: one more for each time it was resumed. */
  readonly parts: number;
  readonly epochs: number;
  readonly steps: number;
  /** The most memory its process used, in bytes. */
  readonly peakMemory: number;
  readonly last: Readonly<Record<string, number>>;
  /** Of figures whose names say whether less or more is better. */
  readonly best: Readonly<Record<string, BestFigure>>;
}

/** The format that is written, and the highest that is read. */
const format = 1;

/** A summary as `run.json` holds it. */
export function summaryText(summary: RunSummary): string {
  const last = mapped(summary.last, toJsonNumber);
  const best = mapped(summary.best, ({ value, step }) => ({ value: toJsonNumber(value), step }));
  return `${JSON.stringify({ format, ...summary, last, best }, null, 2)}\n`;
}

function mapped<A, B>(values: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return byName(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/**
 * The summary that a `run.json` holds. A run whose process is gone without having ended is a crashed one.
 *
 * @param id the name of its folder, which counts
 * @throws ImagoError when it is damaged, or of a later version
 */
export function summaryOf(id: string, text: string, path: string): RunSummary {
  const raw = parsed(text, path);
  if (typeof raw.format === "number" && raw.format > format) {
    throw new ImagoError(
      `Cannot read ${path}: it has format ${raw.format}, and this Imago reads up to format ${format}.`,
      { help: "Install a later version of Imago." },
    );
  }
  const known = raw as Partial<RunSummary>;
  if (typeof known.started !== "string" || typeof known.name !== "string") throw damaged(path);
  const odd = oddField(raw);
  if (odd !== undefined) throw damaged(path, odd);
  const base: RunSummary = {
    id,
    name: known.name,
    started: known.started,
    state: "running",
    tags: [],
    notes: "",
    options: {},
    seconds: 0,
    parts: 1,
    epochs: 0,
    steps: 0,
    peakMemory: 0,
    ...known,
    last: numbersOf(raw.last),
    best: bestOf(raw.best),
  };
  const { format: _, ...rest } = base as RunSummary & { format?: number };
  const summary = { ...rest, id };
  return hasCrashed(summary) ? { ...summary, state: "crashed" } : summary;
}

function hasCrashed({ state, process }: RunSummary): boolean {
  return state === "running" && process !== undefined && lifeOf(process) === "dead";
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw damaged(path);
}

function damaged(path: string, how?: string): ImagoError {
  const what = how === undefined ? "" : `: ${how}`;
  return new ImagoError(`Cannot read ${path}: it is no summary of a run, or damaged${what}.`, {
    help: "The run's figures are in metrics.jsonl beside it.",
  });
}

function numbersOf(value: unknown): Record<string, number> {
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
  return byName(
    entries.flatMap(([name, one]) => {
      const figure = fromJsonNumber(one);
      return figure === undefined ? [] : [[name, figure] as const];
    }),
  );
}

function bestOf(value: unknown): Record<string, BestFigure> {
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
  return byName(
    entries.flatMap(([name, one]: [string, { value?: unknown; step?: unknown } | null]) => {
      const figure = fromJsonNumber(one?.value);
      return figure === undefined || typeof one?.step !== "number"
        ? []
        : [[name, { value: figure, step: one.step }] as const];
    }),
  );
}
