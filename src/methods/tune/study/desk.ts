import { ImagoError } from "../../../engine/errors.js";
import { describeParameter } from "../space/describeSpace.js";
import type { Point } from "../space/dimensions.js";
import type { Parameter } from "../space/parameters.js";
import type { StudyCore } from "./core.js";
import type { StudyEvent } from "./events.js";
import type { Decision } from "./ledger.js";
import { propose } from "./propose.js";
import type { Kept } from "./record.js";
import type { Checkpoint, TrialHost, Verdict } from "./trial.js";

/** One attempt at a trial: what fences off attempts that were given up. */
export interface Attempt {
  readonly trial: number;
  readonly attempt: number;
}

/** What an attempt ended with. */
export type Ending =
  | { readonly state: "complete"; readonly values: readonly number[] }
  | { readonly state: "pruned"; readonly reason: string }
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "paused" };

/** That an attempt is not the one that the study waits for: somebody else was given its trial. */
export class Superseded extends ImagoError {}

/** Whether an attempt is the one that the study waits for. @throws Superseded where it is not */
export function currentTrial(core: StudyCore, { trial, attempt }: Attempt): Kept {
  const kept = core.state.trials[trial];
  if (kept === undefined || kept.state !== "running") {
    throw new Superseded(`study: trial ${trial} is not running, so nothing can be told of it.`);
  }
  if (kept.attempt !== attempt) {
    throw new Superseded(
      `study: trial ${trial} was taken for lost and begun again; what attempt ${attempt} tells is not taken.`,
    );
  }
  return kept;
}

/**
 * The next attempt: at a trial that waits, one that is promoted, or a new one; `undefined` for none.
 *
 * @param limit how many trials there may be
 */
export async function beginAttempt(core: StudyCore, limit: number): Promise<Attempt | undefined> {
  for (;;) {
    const begun = await core.transact(() => nextAttempt(core, limit));
    const owed = begun && owedEnding(core, begun);
    if (begun === undefined || owed === undefined) return begun;
    await endAttempt(core, begun, owed);
  }
}

function nextAttempt(core: StudyCore, limit: number): Decision<Attempt | undefined> {
  const time = Date.now();
  const waiting = core.state.trials.find(({ state }) => state === "waiting");
  if (waiting !== undefined) return goOn(waiting, waiting.checkpoint?.step ?? null, time);
  const paused = promoted(core);
  if (paused !== undefined) return goOnAtLast(paused, time);
  const ahead = core.ledger.others?.ahead ?? 0;
  const events = proposals(core, Math.min(1 + ahead, limit - core.state.trials.length));
  const first = events[0];
  if (first !== undefined) return { events, result: { trial: first.trial, attempt: 1 } };
  const last = lastPromoted(core);
  return last === undefined ? { events: [], result: undefined } : goOnAtLast(last, time);
}

/** What an attempt that goes on was to end with after its last report, had its process not ended between the two. */
function owedEnding(core: StudyCore, { trial, attempt }: Attempt): Ending | undefined {
  const kept = core.state.trials[trial];
  const step = kept?.reports.at(-1)?.[0];
  if (kept === undefined || kept.attempt !== attempt || step === undefined || step <= kept.settled) {
    return undefined;
  }
  const verdict = judge(core, kept);
  if (verdict === "go on") return undefined;
  return verdict === "pause" ? { state: "paused" } : prunedAt(core, step);
}

/** How a trial ends that the pruner stopped. */
export function prunedAt(core: StudyCore, step: number | undefined): Ending {
  return { state: "pruned", reason: `${core.settings.pruner?.name} at step ${step}` };
}

/** What the pruner says of a trial's last report. */
function judge(core: StudyCore, kept: Kept): Verdict {
  const { pruner } = core.settings;
  if (pruner === undefined) return "go on";
  const others = core.state.trials.filter((other) => other !== kept).map((other) => core.followed(other));
  const situation = { trial: core.followed(kept), others };
  if (pruner.shouldPrune(situation)) return "prune";
  return pruner.shouldPause?.(situation) === true ? "pause" : "go on";
}

type Asked = StudyEvent & { readonly t: "ask" };

/** New trials: one that begins, and others that wait. */
function proposals(core: StudyCore, count: number): Asked[] {
  const events: Asked[] = [];
  const points: Point[] = [];
  while (events.length < count) {
    const trial = core.state.trials.length + events.length;
    const queued = core.state.queue[events.length];
    const point = queued ?? propose(core, trial, points);
    if (point === undefined) break;
    const waits = events.length > 0 ? { waits: true } : {};
    const enqueued = queued !== undefined;
    events.push({ t: "ask", trial, point: [...point], enqueued, ...waits, time: Date.now() });
    points.push(point);
  }
  return events;
}

/** A paused trial keeps all that it reported. */
const goOnAtLast = (kept: Kept, time: number) => goOn(kept, kept.reports.at(-1)?.[0] ?? null, time);

function goOn(kept: Kept, from: number | null, time: number) {
  const [trial, attempt] = [kept.number, kept.attempt + 1];
  return { events: [{ t: "attempt", trial, attempt, from, time } as const], result: { trial, attempt } };
}

function promoted(core: StudyCore): Kept | undefined {
  const { pruner } = core.settings;
  if (pruner?.promote === undefined) return undefined;
  const number = pruner.promote(core.state.trials.map((kept) => core.followed(kept)));
  return number === undefined ? undefined : core.state.trials[number];
}

/** Where there is nothing else to do, and nothing to come. */
function lastPromoted(core: StudyCore): Kept | undefined {
  const { pruner } = core.settings;
  const { trials } = core.state;
  if (pruner?.promoteLast === undefined || trials.some(({ state }) => state === "running")) return undefined;
  const number = pruner.promoteLast(trials.map((kept) => core.followed(kept)));
  return number === undefined ? undefined : trials[number];
}

/** Ends an attempt. @throws ImagoError where it is not the one that the study waits for */
export async function endAttempt(core: StudyCore, attempt: Attempt, ending: Ending): Promise<void> {
  const leftOver = await core.transact(() => {
    const kept = currentTrial(core, attempt);
    const time = Date.now();
    if (ending.state === "paused") {
      return { events: [{ t: "pause", ...attempt, time }], result: undefined, durable: true };
    }
    const events: StudyEvent[] = [{ t: "tell", ...attempt, ...ending, time }];
    if (kept.checkpoint !== undefined) {
      events.push({ t: "forget", trial: kept.number, what: "checkpoint" });
    }
    return { events, result: kept.checkpoint?.place, durable: true };
  });
  if (leftOver !== undefined) await core.ledger.files.remove(leftOver);
  if (ending.state !== "paused") await dropModels(core);
}

/**
 * Says that an attempt came to no end; the trial waits for another, or has failed where its own process ended too often.
 *
 * @param limit how often that may be, where it was so. Default: somebody wanted it to end, which is never too often
 */
export async function loseAttempt(
  core: StudyCore,
  attempt: Attempt,
  reason: string,
  limit?: number,
): Promise<void> {
  await core.transact(() => {
    const kept = core.state.trials[attempt.trial];
    if (kept === undefined || kept.state !== "running" || kept.attempt !== attempt.attempt) {
      return { events: [], result: undefined };
    }
    const event = limit === undefined ? givenBack(kept, reason) : lost(kept, reason, limit);
    return { events: [event], result: undefined, durable: true };
  });
}

/** Says of attempts that they gave no sign of life, where that is still so. */
export function loseSilent(core: StudyCore, attempts: readonly Attempt[]): Promise<void> {
  return core.transact(() => ({
    events: attempts.flatMap(({ trial, attempt }) => {
      const kept = core.state.trials[trial];
      const isCurrent = kept?.state === "running" && kept.attempt === attempt;
      return isCurrent ? [lost(kept, "its worker gave no sign of life")] : [];
    }),
    result: undefined,
    durable: true,
  }));
}

/** So often may a trial come to no end because the study's process ended: it may be that which ends it. */
export const parentLimit = 10;

/**
 * That an attempt came to no end, or that its trial has failed by that.
 *
 * @param limit how often its own process may end, where it was that which did
 */
export function lost(kept: Kept, reason: string, limit?: number): StudyEvent {
  const own = limit !== undefined;
  const at = { trial: kept.number, attempt: kept.attempt, time: Date.now() };
  const count = 1 + (own ? kept.lostByItself : kept.lostByOthers);
  if (count < (limit ?? parentLimit)) return { t: "lost", ...at, reason, own };
  return {
    t: "tell",
    ...at,
    state: "failed",
    reason: `it came to no end ${count === 1 ? "once" : `${count} times`}, the last because ${reason}`,
  };
}

function givenBack({ number, attempt }: Kept, reason: string): StudyEvent {
  return { t: "lost", trial: number, attempt, reason, own: false, wanted: true, time: Date.now() };
}

/** Of all but the best trials the model is not kept. */
async function dropModels(core: StudyCore): Promise<void> {
  if (core.state.trials.every(({ model }) => model === undefined)) return;
  const places = await core.transact(() => {
    const withModel = core.state.trials.filter(({ model }) => model !== undefined);
    const over = withModel.filter(
      ({ state }) => state !== "running" && state !== "waiting" && state !== "paused",
    );
    const ranked = over
      .filter(({ state }) => state === "complete")
      .sort((a, b) => core.lossOfTrial(a) - core.lossOfTrial(b) || a.number - b.number);
    const best = new Set(ranked.slice(0, core.settings.keepModels));
    const others = over.filter((kept) => !best.has(kept));
    const events = others.map(({ number }) => ({ t: "forget", trial: number, what: "model" }) as const);
    return { events, result: others.map(({ model }) => model as string) };
  });
  for (const place of places) await core.ledger.files.remove(place);
}

/** What hears a trial of the search. */
export class DeskHost implements TrialHost {
  readonly #core: StudyCore;
  readonly #attempt: Attempt;
  #models = 0;

  constructor(core: StudyCore, attempt: Attempt) {
    this.#core = core;
    this.#attempt = attempt;
  }

  report(value: number, step: number, final: boolean): Promise<Verdict> {
    const core = this.#core;
    return core
      .transact(() => {
        const kept = currentTrial(core, this.#attempt);
        const isFurther = step > (kept.reports.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY);
        const event = { t: "report", ...this.#attempt, step, value, ...(final ? { final } : {}) } as const;
        return { events: [event], result: { kept, isFurther } };
      })
      .then(({ kept, isFurther }) => (isFurther && !final ? judge(core, kept) : "go on"));
  }

  async checkpoint(): Promise<Checkpoint | undefined> {
    const entry = this.#core.state.trials[this.#attempt.trial]?.checkpoint;
    const files = entry === undefined ? undefined : await this.#core.ledger.files.read(entry.place);
    return entry === undefined || files === undefined ? undefined : { step: entry.step, files };
  }

  async save(files: Readonly<Record<string, Uint8Array>>, step: number): Promise<void> {
    const core = this.#core;
    const kept = currentTrial(core, this.#attempt);
    const { trial, attempt } = this.#attempt;
    const place = await core.ledger.files.write(trial, `step-${step}-${attempt}`, files);
    const before = await core.transact(() => {
      currentTrial(core, this.#attempt);
      const event = { t: "checkpoint", trial, attempt, step, place } as const;
      return { events: [event], result: kept.checkpoint?.place, durable: true };
    });
    if (before !== undefined && before !== place) await core.ledger.files.remove(before);
  }

  async keep(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    const core = this.#core;
    currentTrial(core, this.#attempt);
    const { trial, attempt } = this.#attempt;
    const place = await core.ledger.files.write(trial, `model-${attempt}-${this.#models++}`, files);
    const before = await core.transact(() => {
      const { model } = currentTrial(core, this.#attempt);
      return { events: [{ t: "model", trial, attempt, place }], result: model, durable: true };
    });
    if (before !== undefined) await core.ledger.files.remove(before);
  }

  learn(name: string, parameter: Parameter, value: number): Promise<void> {
    const { trial } = this.#attempt;
    const described = describeParameter(parameter);
    return this.#core.transact(() => ({
      events: [{ t: "learn", trial, name, parameter: described, value }],
      result: undefined,
    }));
  }
}
