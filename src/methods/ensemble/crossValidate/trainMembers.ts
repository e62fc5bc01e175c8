import { ImagoError, messageOf } from "../../../engine/errors.js";
import { toNumbers } from "../../../engine/tensor/tensor.js";
import { makeColumns } from "../../../nn/data/columns.js";
import type { Columns } from "../../../nn/data/source.js";
import type { Model } from "../../../nn/models/model.js";
import { setWeights } from "../../../nn/models/serialize.js";
import { keptMember } from "./files/keptMember.js";
import { memberFolder } from "./files/memberFiles.js";
import { openRun } from "./files/runFolder.js";
import type { MemberPlan } from "./memberPlan.js";
import type { MemberResult } from "./memberResult.js";
import { type NetworkSource, openSource } from "./networkSource.js";
import type { MemberProgress, MembersSettings } from "./options.js";
import { identityOf } from "./runIdentity.js";
import type { TrainedMember } from "./trainedMember.js";
import { type Trainers, trainersHere, trainersInWorkers } from "./trainers.js";

/** Members in the order of their plans, and what they are made of. */
export interface TrainedMembers {
  /** One of the networks; which does not matter: what it takes and gives. */
  readonly model: Model;
  readonly members: readonly TrainedMember[];
  /** What each predicted, by output; nothing where it failed. */
  readonly predictions: readonly (MemberResult["predictions"] | undefined)[];
}

/** @param columns all data, as the networks take them */
export type MakePlans = (model: Model, columns: Columns) => readonly MemberPlan[];

/** Who asks, and who wants to hear of members that are done. */
export interface Asking {
  /** As errors name it: `crossValidate`. */
  readonly where: string;
  readonly onMember: ((progress: MemberProgress) => void) | undefined;
  /** The seed of the member that is built to see what the networks take. */
  readonly firstSeed: number;
}

/**
 * Trains a network for each plan, in workers where that is possible; those that the folder has already are not trained again.
 *
 * @throws ImagoError as `crossValidate`; the signal's reason when it aborts
 */
export async function trainMembers(
  asking: Asking,
  settings: MembersSettings,
  makePlans: MakePlans,
): Promise<TrainedMembers> {
  const { where } = asking;
  settings.signal?.throwIfAborted();
  const source = await openSource(where, settings, asking.firstSeed);
  checkBound(where, source, settings);
  const { model } = await source.build(asking.firstSeed);
  const { inputs, outputs } = model;
  const columns = makeColumns(where, { inputs, outputs, heads: model.compiled.heads }, settings);
  checkWeights(where, columns);
  const plans = makePlans(model, columns);
  const { folder } = settings;
  const lock =
    folder === undefined
      ? undefined
      : await openRun(where, folder, identityOf(where, model, columns, plans, settings));
  try {
    const outcomes = await outcomesOf(asking, settings, source, columns, plans);
    checkSome(where, plans, outcomes);
    const members = outcomes.map(({ member }) => member);
    return { model, members, predictions: outcomes.map(({ predictions }) => predictions) };
  } finally {
    lock?.release();
  }
}

async function outcomesOf(
  asking: Asking,
  settings: MembersSettings,
  source: NetworkSource,
  columns: Columns,
  plans: readonly MemberPlan[],
): Promise<Outcome[]> {
  const trainers = await openTrainers(asking.where, source, columns, settings, plans.length);
  try {
    return await new MembersRun(asking, settings, source, trainers, plans).all();
  } finally {
    await trainers.close();
  }
}

function checkBound(where: string, { boundBy }: NetworkSource, { workers = 0 }: MembersSettings): void {
  if (boundBy === undefined || workers === 0) return;
  throw new ImagoError(`${where}: workers cannot train what build gives: ${boundBy}`, {
    help: "Give a module that exports build, or leave out workers.",
  });
}

function openTrainers(
  where: string,
  source: NetworkSource,
  columns: Columns,
  settings: MembersSettings,
  members: number,
): Promise<Trainers> | Trainers {
  return source.boundBy !== undefined || settings.workers === 0
    ? trainersHere(source, columns, settings)
    : trainersInWorkers(where, source, columns, settings, members);
}

interface Outcome {
  readonly member: TrainedMember;
  readonly predictions: MemberResult["predictions"] | undefined;
}

/** One call's work, member by member. */
class MembersRun {
  readonly #asking: Asking;
  readonly #settings: MembersSettings;
  readonly #source: NetworkSource;
  readonly #trainers: Trainers;
  readonly #plans: readonly MemberPlan[];
  /** What a listener threw: that is no failure of the member. */
  #thrown: { readonly error: unknown } | undefined;

  constructor(
    asking: Asking,
    settings: MembersSettings,
    source: NetworkSource,
    trainers: Trainers,
    plans: readonly MemberPlan[],
  ) {
    this.#asking = asking;
    this.#settings = settings;
    this.#source = source;
    this.#trainers = trainers;
    this.#plans = plans;
  }

  async all(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let index = next++; index < this.#plans.length; index = next++) {
        outcomes[index] = await this.#one(index);
      }
    };
    await Promise.all(Array.from({ length: this.#trainers.lanes }, lane));
    return outcomes;
  }

  async #one(index: number): Promise<Outcome> {
    const started = performance.now();
    const { seed, training, heldOut, name } = this.#plans[index] as MemberPlan;
    const { folder } = this.#settings;
    const own = folder === undefined ? undefined : memberFolder(folder, name);
    const kept = own === undefined ? undefined : await keptMember(own);
    const result = kept ?? (await this.#train(index, own));
    const about = { training, heldOut, seed };
    const failed = typeof result === "string";
    const figures = failed || heldOut.length === 0 ? undefined : result.figures;
    const failure = failed ? result : undefined;
    this.#asking.onMember?.({
      member: index,
      members: this.#plans.length,
      figures,
      failure,
      kept: kept !== undefined,
      milliseconds: performance.now() - started,
    });
    if (failed) {
      const nothing = { model: undefined, figures, history: undefined };
      return { member: { ...about, ...nothing, failure }, predictions: undefined };
    }
    const model = await this.#trained(seed, result.weights);
    return {
      member: { ...about, model, figures, history: result.history, failure },
      predictions: result.predictions,
    };
  }

  /** @throws ImagoError where the network of a seed is another one than before */
  async #trained(seed: number, weights: MemberResult["weights"]): Promise<Model> {
    const { model } = await this.#source.build(seed);
    try {
      setWeights(model.variables, weights);
    } catch (cause) {
      const what = messageOf(cause);
      throw new ImagoError(
        `${this.#asking.where}: build(${seed}) gave another network than when it was trained: ${what}.`,
        { help: "What is built must depend on the seed alone.", cause },
      );
    }
    return model;
  }

  /** @returns what came out, or why nothing usable did */
  async #train(index: number, folder: string | undefined): Promise<MemberResult | string> {
    const { signal, epochs, onEpoch } = this.#settings;
    signal?.throwIfAborted();
    try {
      return await this.#trainers.train(this.#plans[index] as MemberPlan, folder, (epoch, logs) => {
        try {
          onEpoch?.({ member: index, epoch, epochs, logs });
        } catch (error) {
          this.#thrown = { error };
          throw error;
        }
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (this.#thrown !== undefined) throw this.#thrown.error;
      return messageOf(error);
    }
  }
}

function checkSome(where: string, plans: readonly MemberPlan[], outcomes: readonly Outcome[]): void {
  if (outcomes.some(({ predictions }) => predictions !== undefined)) return;
  const [first] = outcomes;
  throw new ImagoError(
    `${where}: every member failed. ${capitalized(plans[0]?.name.replace("-", " ") ?? "")}: ${first?.member.failure}`,
  );
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Figures are means by these weights, so none may be below 0, and some must be above. */
function checkWeights(where: string, { weights }: Columns): void {
  for (const tensor of weights) {
    const numbers = tensor === undefined ? [] : Array.from(toNumbers(tensor));
    const bad = numbers.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
    if (bad >= 0) {
      throw new ImagoError(
        `${where}: the weight of sample ${bad} is ${numbers[bad]}, by sampleWeight or classWeight; expected 0 or more.`,
      );
    }
    if (numbers.length > 0 && numbers.every((weight) => weight === 0)) {
      throw new ImagoError(`${where}: the weights of all samples are 0, so none counts.`);
    }
  }
}
