import { ImagoError, messageOf, shown } from "../../../engine/errors.js";
import { fromJsonNumber } from "../../../engine/files/journal/index.js";
import { isRecord } from "../../../engine/files/parseJson.js";
import {
  momentOf,
  newTrial,
  type OptunaStudy,
  type OptunaTrial,
  optunaStates,
  paramOf,
} from "./optunaStudy.js";
import { parsePythonJson } from "./pythonJson.js";

type Entry = Readonly<Record<string, unknown>>;

/** What a file of Optuna's holds, and what of it could not be read. */
export interface OptunaFile {
  readonly studies: readonly OptunaStudy[];
  readonly problems: readonly string[];
}

/**
 * A journal of Optuna's: an operation a line. It is read up to the first line that is none, as one that was being written when
 * the process ended.
 */
export function readOptunaJournal(text: string): OptunaFile {
  const replay = new Replay();
  const lines = text.split("\n");
  for (const [place, line] of lines.entries()) {
    if (line.trim() === "") continue;
    try {
      replay.apply(recordOf(parsePythonJson(line, "it")));
    } catch (error) {
      const behind = lines.slice(place + 1).filter((other) => other.trim() !== "").length;
      const lost = behind === 0 ? "" : ` and the ${behind} behind it`;
      const problem = `line ${place + 1}${lost} was not read: ${messageOf(error)}`;
      return { studies: replay.studies, problems: [problem] };
    }
  }
  return { studies: replay.studies, problems: [] };
}

/** What operations make, one after the other. */
class Replay {
  readonly #studies = new Map<number, OptunaStudy>();
  readonly #trials: OptunaTrial[] = [];
  #next = 0;

  get studies(): OptunaStudy[] {
    return [...this.#studies.values()];
  }

  apply(entry: Entry): void {
    switch (entry.op_code) {
      case 0:
        this.#createStudy(entry);
        return;
      case 1:
        this.#studies.delete(numberIn(entry, "study_id"));
        return;
      case 4:
        this.#createTrial(entry);
        return;
      case 5:
      case 6:
      case 7:
      case 9:
        this.#change(entry);
        return;
      default:
        numberIn(entry, "op_code");
    }
  }

  #createStudy(entry: Entry): void {
    const name = String(entry.study_name);
    // Who came second was refused.
    if (this.studies.some((study) => study.name === name)) return;
    const directions = listIn(entry, "directions").map((one) => (one === 2 ? "maximize" : "minimize"));
    this.#studies.set(this.#next++, { name, directions, trials: [] });
  }

  #createTrial(entry: Entry): void {
    const study = this.#studies.get(numberIn(entry, "study_id"));
    if (study === undefined) return;
    const state = optunaStates[Number(entry.state ?? 0)] ?? "RUNNING";
    const trial = newTrial(study.trials.length, state);
    trial.began = momentOf(entry.datetime_start);
    trial.ended = momentOf(entry.datetime_complete);
    trial.values = valuesOf(entry.values ?? (entry.value === undefined ? null : [entry.value]));
    const distributions = recordOf(entry.distributions ?? {});
    for (const [name, value] of Object.entries(recordOf(entry.params ?? {}))) {
      trial.params.set(name, paramOf(value, distributions[name]));
    }
    for (const [step, value] of Object.entries(recordOf(entry.intermediate_values ?? {}))) {
      trial.reports.set(Number(step), fromJsonNumber(value) ?? Number.NaN);
    }
    trial.fixed = fixedIn(entry.system_attrs);
    study.trials.push(trial);
    this.#trials.push(trial);
  }

  #change(entry: Entry): void {
    const trial = this.#trials[numberIn(entry, "trial_id")];
    // What is over does not change any more; who tried was refused.
    if (trial === undefined || (trial.state !== "RUNNING" && trial.state !== "WAITING")) return;
    if (entry.op_code === 5) {
      const param = paramOf(entry.param_value_internal, entry.distribution);
      trial.params.set(String(entry.param_name), param);
    } else if (entry.op_code === 6) {
      trial.state = optunaStates[numberIn(entry, "state")] ?? "FAIL";
      trial.began = momentOf(entry.datetime_start) ?? trial.began;
      trial.ended = momentOf(entry.datetime_complete);
      trial.values = valuesOf(entry.values) ?? trial.values;
    } else if (entry.op_code === 7) {
      trial.reports.set(numberIn(entry, "step"), fromJsonNumber(entry.intermediate_value) ?? Number.NaN);
    } else trial.fixed = fixedIn(entry.system_attr) ?? trial.fixed;
  }
}

function recordOf(value: unknown): Entry {
  if (isRecord(value)) return value;
  throw new ImagoError(`expected a record, received ${shown(value)}`);
}

function numberIn(entry: Entry, name: string): number {
  const value = entry[name];
  if (typeof value === "number") return value;
  throw new ImagoError(`expected a number as "${name}", received ${shown(value)}`);
}

function listIn(entry: Entry, name: string): readonly unknown[] {
  const value = entry[name];
  if (Array.isArray(value)) return value;
  throw new ImagoError(`expected a list as "${name}", received ${shown(value)}`);
}

function valuesOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.includes(null)) return undefined;
  return value.map((one) => fromJsonNumber(one) ?? Number.NaN);
}

function fixedIn(attributes: unknown): Entry | undefined {
  const { fixed_params: fixed } = recordOf(attributes ?? {});
  return fixed === undefined ? undefined : recordOf(fixed);
}
