import type { Parameter, Space } from "../space/parameters.js";

/** A parameter wherever it stands in a space. */
export interface PlacedParameter {
  /** As samplers call it: `head.mlp.hidden` is of the branch `mlp` of `head`. */
  readonly path: string;
  readonly parameter: Parameter;
  /** Whether there are trials without it. */
  readonly isInner: boolean;
  /** Of a trial's parameters; of branches the name. `undefined` where it is not active. */
  valueIn(params: Readonly<Record<string, unknown>>): unknown;
}

/** Every parameter of a space, those of branches behind what chooses among them. */
export function placedParameters(space: Space): PlacedParameter[] {
  return [...placed(space, "", (params) => params)];
}

type Inner = (params: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | undefined;

function* placed(space: Space, prefix: string, inner: Inner): Iterable<PlacedParameter> {
  for (const [name, parameter] of Object.entries(space)) {
    const path = `${prefix}${name}`;
    const isInner = prefix !== "";
    if (parameter.type !== "branches") {
      yield { path, parameter, isInner, valueIn: (params) => inner(params)?.[name] };
      continue;
    }
    const chosen: Inner = (params) => {
      const value = inner(params)?.[name];
      return typeof value === "object" && value !== null ? { ...value } : undefined;
    };
    yield { path, parameter, isInner, valueIn: (params) => chosen(params)?.choice };
    for (const [branch, space] of Object.entries(parameter.branches)) {
      yield* placed(space, `${path}.${branch}.`, (params) => {
        const value = chosen(params);
        return value?.choice === branch ? value : undefined;
      });
    }
  }
}

/** A value of a category as people read it. */
export function choiceText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "shown" in value) return String(value.shown);
  if (typeof value === "function") return `function ${value.name}`;
  return JSON.stringify(value) ?? String(value);
}
