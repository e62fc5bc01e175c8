import { ImagoError } from "../../../engine/errors.js";
import type { Program, Runtime } from "../../../engine/runtime/runtime.js";
import { stackGraph } from "../../../engine/stacking/stackGraph.js";
import { formatType, type Tensor } from "../../../engine/tensor/tensor.js";
import { ProgramCache } from "../../../nn/training/programCache.js";
import { signatureKey } from "../../../nn/training/signatureKey.js";
import { hyperInputs } from "../../../nn/training/stepEmission.js";
import { type StepDescription, type StepGraph, stepGraph } from "../../../nn/training/stepGraph.js";
import type { StepRun } from "../../../nn/training/trainer.js";
import type { MemberTrainer, StepRequest } from "./memberTrainer.js";
import { sameGraph } from "./sameGraph.js";
import { fillBuffer, type StackedBuffer, stackedBuffer, viewsOf } from "./stackedBuffers.js";

/** A member of a group: its trainer, what it trains, and how errors call it. */
export interface GroupMember {
  readonly trainer: MemberTrainer;
  readonly description: StepDescription;
  readonly label: string;
}

interface Waiting extends StepRequest {
  readonly member: GroupMember;
  readonly resolve: (run: StepRun) => void;
  readonly reject: (error: unknown) => void;
}

/** A program for several members, and the step of one. */
interface StackedProgram {
  readonly program: Program;
  readonly step: StepGraph;
}

/** A weight or slot of several members: the memory it is read from, and that which the next step writes. */
interface Pair {
  now: StackedBuffer;
  next: StackedBuffer;
}

/**
 * Members that train side by side. A step begins when all that still train have asked for one, and is one run of one graph
 * for those who ask for the same.
 */
export class TrainingGroup {
  readonly #runtime: Runtime;
  readonly #active = new Map<MemberTrainer, GroupMember>();
  readonly #waiting: Waiting[] = [];
  readonly #programs = new ProgramCache<StackedProgram>();
  readonly #pairs = new Map<string, Pair>();

  constructor(members: readonly GroupMember[], runtime: Runtime) {
    this.#runtime = runtime;
    for (const member of members) {
      this.#active.set(member.trainer, member);
      member.trainer.group = this;
    }
  }

  run(trainer: MemberTrainer, request: StepRequest): Promise<StepRun> {
    const member = this.#active.get(trainer);
    if (member === undefined) return trainer.runAlone(request);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...request, member, resolve, reject });
      this.#goOn();
    });
  }

  /** The member trains no more: the others need not wait for it. */
  leave(trainer: MemberTrainer): void {
    trainer.group = undefined;
    this.#active.delete(trainer);
    this.#goOn();
  }

  /** Frees all programs. */
  dispose(): Promise<void> {
    return this.#programs.dispose();
  }

  #goOn(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#active.size) return;
    const alike = new Map<string, Waiting[]>();
    for (const request of this.#waiting.splice(0)) {
      const key = `${request.mode}:${signatureKey(request.signature)}`;
      alike.set(key, [...(alike.get(key) ?? []), request]);
    }
    // One after the other: each run has all cores.
    let turn: Promise<void> = Promise.resolve();
    for (const [key, requests] of alike) turn = turn.then(() => this.#runAlike(key, requests));
  }

  async #runAlike(key: string, requests: readonly Waiting[]): Promise<void> {
    try {
      const [first] = requests as readonly [Waiting];
      const runs =
        requests.length === 1
          ? [await first.member.trainer.runAlone(first)]
          : await this.#runStacked(key, requests);
      requests.forEach(({ resolve }, index) => {
        resolve(runs[index] as StepRun);
      });
    } catch (error) {
      for (const { reject } of requests) reject(error);
    }
  }

  async #runStacked(key: string, requests: readonly Waiting[]): Promise<StepRun[]> {
    const who = requests.map(({ member }) => member.label).join();
    const common = commonFigures(requests);
    const { program, step } = await this.#programs.get(`${who}:${[...common]}:${key}`, () =>
      this.#compile(requests, common),
    );
    const pairs = new Map<string, Pair>();
    for (const name of new Set([...program.inputNames, ...step.updated])) {
      if (!common.has(name)) pairs.set(name, this.#filledPair(who, name, requests));
    }
    const [{ member: one }] = requests as readonly [Waiting];
    const feeds = program.inputNames.map(
      (name) => [name, pairs.get(name)?.now.whole ?? one.trainer.tensorOf(name)] as const,
    );
    const into = step.updated.map((path) => [`next/${path}`, (pairs.get(path) as Pair).next.whole] as const);
    const outputs = await program.run(Object.fromEntries(feeds), Object.fromEntries(into));
    for (const path of step.updated) replaceAll(requests, path, pairs.get(path) as Pair);
    const shared = Object.entries(outputs).map(([name, whole]) => [name, viewsOf(whole)] as const);
    return requests.map(({ member, mode }, index) => {
      if (mode === "train") member.trainer.state.step++;
      const own = shared.map(([name, views]) => [name, views[index] as Tensor] as const);
      return { outputs: Object.fromEntries(own), step };
    });
  }

  /** The memory of an input, with what the members have under its name. */
  #filledPair(who: string, name: string, requests: readonly Waiting[]): Pair {
    const tensors = requests.map(({ data, member }) => data[name] ?? member.trainer.tensorOf(name));
    const [first] = tensors as [Tensor];
    const key = `${who}:${name}:${formatType(first)}`;
    const pair = this.#pairs.get(key) ?? {
      now: stackedBuffer(tensors.length, first),
      next: stackedBuffer(tensors.length, first),
    };
    this.#pairs.set(key, pair);
    fillBuffer(pair.now, tensors);
    return pair;
  }

  async #compile(requests: readonly Waiting[], common: ReadonlySet<string>): Promise<StackedProgram> {
    const [first, ...others] = requests as readonly [Waiting, ...Waiting[]];
    const stepOf = ({ member, mode, signature }: Waiting): StepGraph =>
      stepGraph(member.description, mode, signature);
    const step = stepOf(first);
    const other = others.find((one) => !sameGraph(step.graph, stepOf(one).graph));
    if (other !== undefined) {
      throw new ImagoError(
        `fitTogether: ${other.member.label} computes something else than ${first.member.label}; members must have the ` +
          "same layers, loss, metrics and optimizer, and differ in their seeds alone.",
      );
    }
    const stacked = stackedGraph(step.graph, requests.length, common);
    return { step, program: await this.#runtime.compile(stacked, { threads: threadsFor(first.member) }) };
  }
}

/** So many weights of a member keep a thread busy: with fewer, threads cost more to meet than they compute. */
const weightsOfThread = 250_000;

/** @returns `undefined` for as many as the runtime has */
function threadsFor({ description }: GroupMember): number | undefined {
  const weights = description.variables.reduce((sum, { variable }) => sum + variable.value.size, 0);
  const threads = Math.max(1, Math.floor(weights / weightsOfThread));
  return threads <= mostThreads ? threads : undefined;
}

/** From so many on, all there are. */
const mostThreads = 4;

function stackedGraph(
  graph: StepGraph["graph"],
  members: number,
  common: ReadonlySet<string>,
): StepGraph["graph"] {
  try {
    return stackGraph(graph, { members, varies: (name) => !common.has(name) });
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError(`fitTogether: ${cause.message}`, {
      help: "Of recurrent layers take unroll: true.",
      cause,
    });
  }
}

/** Figures that all members have in common now: numbers that are the same for all cost less than one for each. */
function commonFigures(requests: readonly Waiting[]): ReadonlySet<string> {
  const [first, ...others] = requests.map(({ member }) => member.trainer) as [
    MemberTrainer,
    ...MemberTrainer[],
  ];
  const common = new Set<string>();
  const { learningRate, state, factors } = first;
  if (others.every((other) => other.learningRate === learningRate)) common.add(hyperInputs.learningRate);
  if (others.every((other) => other.state.step === state.step)) {
    for (const name of factors.keys()) common.add(name);
  }
  return common;
}

/** What was written last is what is read next. */
function replaceAll(requests: readonly Waiting[], path: string, pair: Pair): void {
  requests.forEach(({ member }, index) => {
    member.trainer.put(path, pair.next.views[index] as Tensor);
  });
  const { now, next } = pair;
  pair.now = next;
  pair.next = now;
}
