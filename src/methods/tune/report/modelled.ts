import { type Level, levelOf } from "../space/dimensions.js";
import type { Space } from "../space/parameters.js";

/** Which parameters a sampler models together, in lines; none where it takes each by itself. */
export function modelledTogether(sampler: string, space: Space): string[] {
  const level = levelOf(space);
  if (sampler === "auto") {
    return ["all parameters, while that pays; those of different branches by what they share"];
  }
  if (sampler === "gp") return ["all parameters; those of different branches by what they share"];
  if (sampler !== "tpe" && sampler !== "cmaes") return [];
  const levels = [...levelsOf(level)].map(namesOf);
  if (sampler === "tpe") return levels.filter((names) => names.length > 1).map((names) => names.join(", "));
  const numbers = level.dimensions.filter(({ kind }) => kind === "number").map(({ path }) => path);
  const others = levels
    .map((names) => names.filter((name) => !numbers.includes(name)))
    .filter((names) => names.length > 1)
    .map((names) => `${names.join(", ")} (by tpe)`);
  return numbers.length > 1 ? [numbers.join(", "), ...others] : others;
}

const namesOf = ({ dimensions }: Level): string[] => dimensions.map(({ path }) => path);

function* levelsOf(level: Level): Iterable<Level> {
  yield level;
  for (const dimension of level.dimensions) {
    if (dimension.kind !== "category") continue;
    for (const branch of dimension.branches ?? []) yield* levelsOf(branch);
  }
}
