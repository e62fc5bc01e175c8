import { Generator } from "../../../engine/random/generator.js";
import type { Followed } from "../pruners/pruner.js";
import { drawOne } from "../samplers/random.js";
import type { Sampler, Seen } from "../samplers/sampler.js";
import { type Described, parameterFromDescription } from "../space/describeSpace.js";
import { type Level, levelOf, type Point } from "../space/dimensions.js";
import type { Space } from "../space/parameters.js";
import { paramsOf } from "../space/params.js";
import type { Decision, Ledger } from "./ledger.js";
import type { Direction, StudySettings } from "./options.js";
import type { Kept, TrialRecord } from "./record.js";
import { StudyState } from "./studyState.js";

/** A study's settings in full. */
export interface CoreSettings extends StudySettings {
  readonly sampler: Sampler;
}

/** What a study knows, and the one way to change it. */
export class StudyCore {
  readonly settings: CoreSettings;
  readonly directions: readonly Direction[];
  readonly random: Generator;
  readonly ledger: Ledger;
  readonly state = new StudyState();
  readonly #given: Level | undefined;
  #learnt: Level = levelOf({});
  /** Of trials that are over, which do not change any more. */
  readonly #seen: Seen[] = [];

  constructor(settings: CoreSettings, ledger: Ledger) {
    const { direction, space, seed } = settings;
    this.settings = settings;
    this.ledger = ledger;
    this.directions = typeof direction === "string" ? [direction] : direction;
    this.random = new Generator(seed).split("study");
    this.#given = space === undefined ? undefined : levelOf(space);
  }

  /** Whether trials ask for their parameters by themselves. */
  get learns(): boolean {
    return this.#given === undefined;
  }

  get level(): Level {
    if (this.#given !== undefined) return this.#given;
    const known = Object.keys(this.#learnt.space).length;
    if (known !== this.state.learnt.size) this.#learnt = levelOf(this.#learntSpace());
    return this.#learnt;
  }

  /** Decides when all that happened before is known. */
  transact<T>(decide: () => Decision<T>): Promise<T> {
    const apply = this.state.apply.bind(this.state);
    return this.ledger.transact(
      (news) => {
        news.forEach(apply);
        return decide();
      },
      (events) => events.forEach(apply),
    );
  }

  paramsOf(point: Point): Record<string, unknown> {
    return paramsOf(this.level, point);
  }

  recordOf(kept: Kept): TrialRecord<never> {
    const { number, state, values, reason, enqueued, attempt, model, point } = kept;
    const params = kept.isDamaged ? {} : this.learns ? this.#usedParams(kept) : this.paramsOf(point);
    const isOpen = state === "pruned" || state === "paused";
    const value =
      this.directions.length > 1
        ? undefined
        : (values?.[0] ?? (isOpen ? kept.reports.at(-1)?.[1] : undefined));
    return {
      ...{ number, params: params as never, state, value },
      ...(this.directions.length > 1 && values !== undefined ? { values } : {}),
      ...{ reports: kept.reports.map(([step, own]) => [step, own] as const), reason, enqueued },
      ...{ attempts: attempt, model: model === undefined ? undefined : this.ledger.files.pathOf(model) },
    };
  }

  /** What is to be made small; of several values the first. */
  lossOf(value: number | undefined, place = 0): number {
    if (value === undefined) return Number.POSITIVE_INFINITY;
    return this.directions[place] === "maximize" ? -value : value;
  }

  /** How good a trial was at the end. */
  lossOfTrial({ values }: Kept): number {
    return this.lossOf(values?.[0]);
  }

  followed(kept: Kept): Followed {
    const { number, state, reports } = kept;
    const loss = state === "complete" ? this.lossOfTrial(kept) : undefined;
    return { number, state, reports: reports.map(([step, own]) => [step, this.lossOf(own)] as const), loss };
  }

  /** What samplers learn from: trials that are over, and paused ones with what they had. */
  seen(): Seen[] {
    const seen: Seen[] = [];
    for (const kept of this.state.trials) {
      const { number, state } = kept;
      if (state === "running" || state === "waiting" || kept.isDamaged) continue;
      const isOver = state !== "paused" && !this.learns;
      const found = (isOver ? this.#seen[number] : undefined) ?? this.#seenOf(kept);
      if (isOver) this.#seen[number] = found;
      seen.push(found);
    }
    return seen;
  }

  #seenOf(kept: Kept): Seen {
    const { number, state, values, reports } = kept;
    const point = this.#wholePoint(kept);
    const at = { number, point, step: reports.at(-1)?.[0] };
    if (state === "failed") return { ...at, state, loss: undefined };
    const isComplete = state === "complete";
    const loss = this.lossOf(isComplete ? values?.[0] : reports.at(-1)?.[1]);
    const losses = isComplete ? values?.map((value, place) => this.lossOf(value, place)) : undefined;
    return { ...at, state: isComplete ? "complete" : "pruned", loss, losses };
  }

  /** Points that are being evaluated, or will be. */
  running(): Point[] {
    return this.state.trials
      .filter(({ state }) => state === "running" || state === "waiting")
      .map((kept) => this.#wholePoint(kept));
  }

  /** For what is drawn in a trial. */
  seedOf(number: number, repeat: number): number {
    return this.random.split("trial seeds").split(number).split(repeat).uint32();
  }

  #learntSpace(): Space {
    return Object.fromEntries(
      [...this.state.learnt].map(([name, described]) => [
        name,
        parameterFromDescription(described as Described),
      ]),
    );
  }

  /** With draws for parameters that were met after the trial, so that all points have the same ones. */
  #wholePoint({ point, number }: Kept): Point {
    if (!this.learns) return point;
    const random = this.random.split("learnt").split(number);
    const missing = this.level.dimensions.filter(({ path }) => !point.has(path));
    if (missing.length === 0) return point;
    const drawn = missing.map((one) => [one.path, drawOne(one, random.split(one.path))] as const);
    return new Map([...point, ...drawn]);
  }

  #usedParams({ point, used }: Kept): Record<string, unknown> {
    const all = this.paramsOf(point);
    return Object.fromEntries([...used].map((name) => [name, all[name]]));
  }
}
