import { ImagoError } from "../../../engine/errors.js";
import { isFresh } from "../samplers/isNew.js";
import type { Situation } from "../samplers/sampler.js";
import { untriedPoint } from "../samplers/untriedPoint.js";
import type { Point } from "../space/dimensions.js";
import type { StudyCore } from "./core.js";

/**
 * What the sampler proposes for a trial, if it may be tried and was not; else a drawn point that may.
 *
 * @param others points that were proposed just now
 * @returns `undefined` where every point was tried
 * @throws ImagoError where the constraint lets hardly any point through
 */
export function propose(core: StudyCore, number: number, others: readonly Point[] = []): Point | undefined {
  const { sampler, noisy, constraint } = core.settings;
  const { level } = core;
  if (core.learns && level.dimensions.length === 0) return new Map();
  const random = core.random.split("trials").split(number);
  const situation: Situation = {
    ...{ level, number, seen: core.seen(), running: [...core.running(), ...others], noisy, random },
    scramble: core.random.split("scramble"),
    allows: (point) => constraint === undefined || constraint(core.paramsOf(point) as never),
  };
  const proposed = sampler.propose(situation);
  const fresh = isFresh(situation);
  if (proposed === undefined && number === 0 && constraint !== undefined) throw tooNarrow();
  if (proposed === undefined || fresh(proposed)) return proposed;
  // Every sampler is held to it, whoever wrote it.
  const drawn = untriedPoint(level, fresh, random.split("fresh"));
  if (drawn === undefined || fresh(drawn)) return drawn;
  if (situation.allows(drawn)) return undefined;
  throw tooNarrow();
}

const tooNarrow = (): ImagoError =>
  new ImagoError("study: the constraint lets fewer than 1 in 1,000 drawn points through.", {
    help: "Narrow the bounds so that more points keep it, or make it a parameter of its own.",
  });
