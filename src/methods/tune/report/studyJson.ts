import { describeSpace } from "../space/describeSpace.js";
import type { StudyView } from "./studyView.js";

/** All that is known of a study, as JSON. Numbers that JSON has not are the texts `NaN`, `Infinity` and `-Infinity`. */
export function studyJson(study: StudyView): string {
  const { settings, directions, problems, trials, order, timeline } = study;
  const { sampler, pruner, seed, noisy } = settings;
  const whole = {
    space: describeSpace(study.space),
    settings: { directions, sampler: named(sampler), pruner: pruner && named(pruner), seed, noisy },
    best: directions.length > 1 ? undefined : study.best?.number,
    front: directions.length > 1 ? study.front.map(({ number }) => number) : undefined,
    ...{ trials, order, timeline },
    importance: trials.length === 0 ? [] : study.importance(),
    ...{ ending: study.ending, problems },
  };
  return `${JSON.stringify(whole, plain, 2)}\n`;
}

const named = ({ name, config }: { readonly name: string; readonly config: object }) => ({ name, config });

function plain(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "function") return { shown: `function ${value.name}` };
  return typeof value === "bigint" ? { shown: `${value}n` } : value;
}
