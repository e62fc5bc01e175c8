import { ImagoError, shown } from "../../../engine/errors.js";
import { isRecord } from "../../../engine/files/parseJson.js";
import type { Branches, Parameter, Space } from "./parameters.js";

/** A parameter as plain JSON, by which a study knows its space again. */
export type Described =
  | ({ readonly type: "float" } & DescribedRange)
  | ({ readonly type: "int" } & DescribedRange)
  | { readonly type: "normal"; readonly mean: number; readonly deviation: number; readonly log: boolean }
  /** Values that JSON does not hold stand as texts in `{ shown }`. */
  | { readonly type: "values"; readonly values: readonly unknown[] }
  | { readonly type: "branches"; readonly branches: Readonly<Record<string, DescribedSpace>> };

interface DescribedRange {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number | null;
}

export type DescribedSpace = { readonly [name: string]: Described };

/** A space as plain JSON. */
export function describeSpace(space: Space): DescribedSpace {
  return Object.fromEntries(
    Object.entries(space).map(([name, parameter]) => [name, describeParameter(parameter)]),
  );
}

export function describeParameter(parameter: Parameter): Described {
  switch (parameter.type) {
    case "float":
    case "int": {
      const { type, low, high, log, step = null } = parameter;
      return { type, low, high, log, step };
    }
    case "normal": {
      const { type, mean, deviation, log } = parameter;
      return { type, mean, deviation, log };
    }
    case "values":
      return { type: "values", values: parameter.values.map(describeValue) };
    case "branches": {
      const branches = Object.entries(parameter.branches).map(
        ([name, inner]) => [name, describeSpace(inner)] as const,
      );
      return { type: "branches", branches: Object.fromEntries(branches) };
    }
  }
}

function describeValue(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  try {
    const text = JSON.stringify(value);
    // What comes back equal is kept as it is: arrays and records of plain values.
    if (text !== undefined && isPlain(value)) return JSON.parse(text);
  } catch {
    // Below.
  }
  return { shown: typeof value === "function" ? `function ${value.name}` : shown(value) };
}

const isPlain = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every(isPlain)
    : typeof value === "object" && value !== null
      ? Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain)
      : value === null ||
        typeof value === "string" ||
        typeof value === "boolean" ||
        Number.isFinite(value as number);

const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);

/** What each type of parameter holds. */
const forms: Readonly<Record<string, (described: Readonly<Record<string, unknown>>) => boolean>> = {
  float: isRange,
  int: isRange,
  normal: ({ mean, deviation, log }) => isNumber(mean) && isNumber(deviation) && typeof log === "boolean",
  values: ({ values }) => Array.isArray(values) && values.length > 0,
  branches: ({ branches }) => isRecord(branches) && Object.values(branches).every(isDescribedSpace),
};

function isRange({ low, high, log, step }: Readonly<Record<string, unknown>>): boolean {
  const bounds = isNumber(low) && isNumber(high) && (low as number) <= (high as number);
  return bounds && typeof log === "boolean" && (step === null || step === undefined || isNumber(step));
}

/** Whether something, perhaps from a file, is a parameter's description. */
export function isDescribed(value: unknown): value is Described {
  if (!isRecord(value) || typeof value.type !== "string" || !Object.hasOwn(forms, value.type)) return false;
  return forms[value.type]?.(value) === true;
}

function isDescribedSpace(value: unknown): value is DescribedSpace {
  return isRecord(value) && Object.values(value).every(isDescribed);
}

/**
 * Checks that something, which may come from a file, describes a space.
 *
 * @throws ImagoError naming the parameter that is none
 */
export function checkDescribedSpace(where: string, value: unknown): asserts value is DescribedSpace {
  if (!isRecord(value)) throw new ImagoError(`${where}: the space is ${shown(value)}, which is none.`);
  const bad = Object.entries(value).find(([, parameter]) => !isDescribed(parameter));
  if (bad === undefined) return;
  throw new ImagoError(`${where}: the space's "${bad[0]}" is ${shown(bad[1])}, which is no parameter.`);
}

/** A space from its description; values that JSON does not hold come back as `{ shown }`. */
export function spaceFromDescription(described: DescribedSpace): Space {
  return Object.fromEntries(
    Object.entries(described).map(([name, parameter]) => [name, parameterFromDescription(parameter)]),
  );
}

export function parameterFromDescription(described: Described): Parameter {
  if (described.type === "float" || described.type === "int") {
    const { type, low, high, log, step } = described;
    return type === "float"
      ? { type, low, high, log, step: step ?? undefined }
      : { type, low, high, log, step: step ?? 1 };
  }
  if (described.type !== "branches") return described;
  const branches: Branches = Object.fromEntries(
    Object.entries(described.branches).map(([name, inner]) => [name, spaceFromDescription(inner)]),
  );
  return { type: "branches", branches };
}

/**
 * Checks that a space is the one that a study was begun with.
 *
 * @throws ImagoError naming the first parameter that differs, was added or is missing
 */
export function checkSameSpace(where: string, kept: DescribedSpace, given: DescribedSpace, path = ""): void {
  for (const name of new Set([...Object.keys(kept), ...Object.keys(given)])) {
    const own = path === "" ? name : `${path}.${name}`;
    const [before, now] = [kept[name], given[name]];
    if (before?.type === "branches" && now?.type === "branches") {
      checkSameBranches(where, before.branches, now.branches, own);
    } else if (JSON.stringify(before) !== JSON.stringify(now)) {
      throw new ImagoError(
        `${where}: the space is another: "${own}" was ${wordsOf(before)} and is now ${wordsOf(now)}.`,
        {
          help: "Go on with the space as it was, or begin a new study in another folder; warmStart takes what this one found along.",
        },
      );
    }
  }
}

/**
 * Checks that the parameters of the same space stand in the same order, by which samplers draw.
 *
 * @throws ImagoError naming the first that stands elsewhere
 */
export function checkSameOrder(where: string, kept: DescribedSpace, given: DescribedSpace, path = ""): void {
  const [before, now] = [Object.keys(kept), Object.keys(given)];
  const place = before.findIndex((name, index) => name !== now[index]);
  if (place >= 0) {
    const inside = path === "" ? "" : ` of "${path}"`;
    const stood = place === 0 ? "first" : `after "${before[place - 1]}"`;
    throw new ImagoError(
      `${where}: the parameters${inside} are in another order: "${before[place]}" was ${stood}, where "${now[place]}" is now.`,
      { help: `The order was ${before.join(", ")}.` },
    );
  }
  for (const [name, parameter] of Object.entries(kept)) {
    const same = given[name];
    if (parameter.type !== "branches" || same?.type !== "branches") continue;
    for (const [branch, inner] of Object.entries(parameter.branches)) {
      const own = path === "" ? name : `${path}.${name}`;
      checkSameOrder(where, inner, same.branches[branch] ?? {}, `${own}.${branch}`);
    }
  }
}

function checkSameBranches(
  where: string,
  kept: Readonly<Record<string, DescribedSpace>>,
  given: Readonly<Record<string, DescribedSpace>>,
  path: string,
): void {
  const [before, now] = [Object.keys(kept).join(", "), Object.keys(given).join(", ")];
  if (before !== now) {
    throw new ImagoError(
      `${where}: the space is another: "${path}" had the branches ${before} and has now ${now}.`,
      {
        help: "Go on with the space as it was, or begin a new study in another folder; warmStart takes what this one found along.",
      },
    );
  }
  for (const name of Object.keys(kept)) {
    checkSameSpace(where, kept[name] ?? {}, given[name] ?? {}, `${path}.${name}`);
  }
}

/** A parameter as one would write it. */
export function wordsOf(described: Described | undefined): string {
  if (described === undefined) return "not there";
  if (described.type === "values") return `choice(${JSON.stringify(described.values)})`;
  if (described.type === "branches") return `choice of ${Object.keys(described.branches).join(", ")}`;
  if (described.type === "normal") {
    return `${described.log ? "logNormal" : "normal"}(${described.mean}, ${described.deviation})`;
  }
  const { type, low, high, log, step } = described;
  const options = [log ? "log" : "", step === null || (type === "int" && step === 1) ? "" : `step ${step}`];
  const extra = options.filter((one) => one !== "").join(", ");
  return `${type}(${low}, ${high}${extra === "" ? "" : `, ${extra}`})`;
}
