import { messageOf } from "../../../engine/errors.js";
import {
  type Described,
  type DescribedSpace,
  spaceFromDescription,
  wordsOf,
} from "../space/describeSpace.js";
import { levelOf } from "../space/dimensions.js";
import { pointOf } from "../space/params.js";
import type { PointEntries, StudyEvent } from "../study/events.js";
import { joined, parameterOf } from "./distributions.js";
import type { OptunaStudy, OptunaTrial } from "./optunaStudy.js";

/** A study of Optuna's as one of ours. */
export interface ImportedStudy {
  readonly directions: OptunaStudy["directions"];
  /** Absent where trials have different parameters: each then asked for its own. */
  readonly space: DescribedSpace | undefined;
  readonly events: readonly StudyEvent[];
  /** What came over in another form, or not at all. */
  readonly problems: readonly string[];
}

/** What becomes of a study of Optuna's here. */
export function importedStudy({ directions, trials }: OptunaStudy): ImportedStudy {
  const problems: string[] = [];
  const names = namesOf(trials, problems);
  const parameters = parametersOf(trials, names, problems);
  const space = spaceOf(trials, parameters, names);
  const events: StudyEvent[] = [];
  let next = 0;
  let moved: number | undefined;
  for (const trial of trials.filter((one) => !isToCome(one))) {
    const missing = [...parameters.keys()].find((name) => !ownNames(trial, names).includes(name));
    if (space !== undefined && missing !== undefined) {
      problems.push(`trial ${trial.number} is left out: it ended before it had a value for "${missing}"`);
      continue;
    }
    if (next === trial.number - 1) moved ??= trial.number;
    events.push(...eventsOf(next++, trial, { directions, space, parameters, names }));
  }
  if (moved !== undefined) {
    problems.push(`so later ones have other numbers: trial ${moved} of Optuna's is ${moved - 1} here`);
  }
  for (const trial of trials.filter(isToCome)) {
    const event = enqueued(trial, space, names, problems);
    if (event !== undefined) events.push(event);
  }
  return { directions, space, events, problems };
}

/** That waits, or has not got further than to be asked for. */
const isToCome = ({ state, fixed, params, reports }: OptunaTrial): boolean =>
  state === "WAITING" ||
  (state === "RUNNING" &&
    fixed !== undefined &&
    reports.size === 0 &&
    params.size < Object.keys(fixed).length);

type Names = ReadonlyMap<string, string>;

/** What parameters are called here, where a name has no "." and is not "choice". */
function namesOf(trials: readonly OptunaTrial[], problems: string[]): Names {
  const names = new Map<string, string>();
  const before = new Set(trials.flatMap(({ params }) => [...params.keys()]));
  for (const name of before) {
    let own = name.replaceAll(".", "_");
    while (own === "" || own === "choice" || (own !== name && before.has(own))) own += "_";
    if (own !== name) problems.push(`the parameter "${name}" is called "${own}" here`);
    names.set(name, own);
    before.add(own);
  }
  return names;
}

const ownNames = ({ params }: OptunaTrial, names: Names): string[] =>
  [...params.keys()].map((name) => names.get(name) ?? name);

function parametersOf(
  trials: readonly OptunaTrial[],
  names: Names,
  problems: string[],
): ReadonlyMap<string, Described> {
  const found = new Map<string, Described>();
  const told = new Set<string>();
  for (const { params, number } of trials) {
    for (const [name, { distribution }] of params) {
      const own = names.get(name) ?? name;
      const parameter = parameterOf(distribution);
      const known = found.get(own);
      const both = known === undefined ? parameter : joined(known, parameter);
      if (both === undefined) {
        problems.push(
          `trial ${number} has "${name}" as ${wordsOf(parameter)}, and others as ${wordsOf(known)}`,
        );
        continue;
      }
      if (known !== undefined && both !== known) told.add(own);
      found.set(own, both);
    }
  }
  for (const name of told)
    problems.push(`the bounds of "${name}" changed; they are ${wordsOf(found.get(name))} here`);
  return found;
}

/** Where all trials that came to a value have the same parameters. */
function spaceOf(
  trials: readonly OptunaTrial[],
  parameters: ReadonlyMap<string, Described>,
  names: Names,
): DescribedSpace | undefined {
  const over = trials.filter(({ state }) => state === "COMPLETE" || state === "PRUNED");
  const isSame = over.every((trial) => ownNames(trial, names).length === parameters.size);
  return parameters.size > 0 && isSame ? Object.fromEntries(parameters) : undefined;
}

interface Known {
  readonly directions: readonly string[];
  readonly space: DescribedSpace | undefined;
  readonly parameters: ReadonlyMap<string, Described>;
  readonly names: Names;
}

function eventsOf(number: number, trial: OptunaTrial, known: Known): StudyEvent[] {
  const { parameters, names, space } = known;
  const values = [...trial.params].map(([name, { value }]) => [names.get(name) ?? name, value] as const);
  const point: PointEntries = space === undefined ? [] : values;
  const time = trial.began ?? trial.ended ?? 0;
  const learnt = space === undefined ? values : [];
  return [
    { t: "ask", trial: number, point, enqueued: trial.fixed !== undefined, time },
    ...learnt.map(
      ([name, value]) =>
        ({ t: "learn", trial: number, name, parameter: parameters.get(name), value }) as const,
    ),
    ...[...trial.reports]
      .sort(([a], [b]) => a - b)
      .map(([step, value]) => ({ t: "report", trial: number, attempt: 1, step, value }) as const),
    endOf(number, trial, known.directions),
  ];
}

function endOf(
  number: number,
  { state, values = [], reports, ended, began }: OptunaTrial,
  directions: readonly string[],
): StudyEvent {
  const at = { trial: number, attempt: 1, time: ended ?? began ?? 0 };
  if (state === "RUNNING")
    return { t: "lost", ...at, reason: "it was running when it was imported", own: false };
  if (state === "PRUNED") {
    const step = Math.max(...reports.keys());
    const where = Number.isFinite(step) ? ` at step ${step}` : "";
    return { t: "tell", ...at, state: "pruned", reason: `Optuna${where}` };
  }
  if (state !== "COMPLETE") return { t: "tell", ...at, state: "failed", reason: "it failed in Optuna" };
  const isFine = values.length === directions.length && values.every(Number.isFinite);
  if (isFine) return { t: "tell", ...at, state: "complete", values };
  const given = values.length === 0 ? "nothing" : values.join(", ");
  return { t: "tell", ...at, state: "failed", reason: `the objective gave ${given}, which is not finite` };
}

function enqueued(
  { number, fixed }: OptunaTrial,
  space: DescribedSpace | undefined,
  names: Names,
  problems: string[],
): StudyEvent | undefined {
  if (fixed === undefined || space === undefined) {
    problems.push(`trial ${number}, which waited, is left out`);
    return undefined;
  }
  const params = Object.fromEntries(
    Object.entries(fixed).map(([name, value]) => [names.get(name) ?? name, value]),
  );
  try {
    return { t: "enqueue", point: [...pointOf(levelOf(spaceFromDescription(space)), params)] };
  } catch (error) {
    problems.push(`trial ${number}, which waited, is left out: ${messageOf(error)}`);
    return undefined;
  }
}
