import { parentPort, workerData } from "node:worker_threads";
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { messageOf } from "../../errors.js";
import { loadOnnxRuntime, type OnnxRuntime } from "../loadOnnxRuntime.js";
import { type Layout, tensorsIn } from "./memory.js";
import {
  control,
  type FromPart,
  type OpenProgram,
  type PartData,
  type PartMemory,
  type ToPart,
  writeFailure,
} from "./messages.js";
import { PartQueue } from "./partQueue.js";

// What each thread of parts runs: sessions of one thread, whose feeds come and whose results go through shared memory.
// ONNX Runtime refuses tensors in shared memory, so there is a copy of it here.

/** A copy of shared memory of a layout. */
class Copied {
  readonly #own: Uint8Array<ArrayBuffer>;
  readonly tensors: Record<string, OrtTensor>;

  constructor(ort: OnnxRuntime, layout: Layout) {
    this.#own = new Uint8Array(layout.bytes);
    const tensors = Object.entries(tensorsIn(layout, this.#own.buffer));
    this.tensors = Object.fromEntries(
      tensors.map(([name, { dtype, data, shape }]) => [
        name,
        new ort.Tensor(dtype, data as Float32Array, shape) as OrtTensor,
      ]),
    );
  }

  take(shared: SharedArrayBuffer): void {
    this.#own.set(new Uint8Array(shared));
  }

  give(shared: SharedArrayBuffer): void {
    new Uint8Array(shared).set(this.#own);
  }
}

/** A model ready to run, with memory for one part of it at a time. */
interface ReadyModel {
  readonly session: InferenceSession;
  readonly own: Copied;
  readonly results: Copied;
}

interface Program {
  readonly models: readonly ReadyModel[];
  readonly parts: readonly PartMemory[];
  readonly queue: PartQueue;
  readonly common: Copied;
  readonly commonKey: string;
  readonly commonMemory: SharedArrayBuffer;
}

const { control: controlMemory } = workerData as PartData;
const word = new Int32Array(controlMemory, 0, 1);
const programs = new Map<number, Program>();

async function open({ id, models, common, parts, queue }: OpenProgram): Promise<void> {
  const ready: ReadyModel[] = [];
  try {
    const ort = await loadOnnxRuntime();
    for (const { model, options, own, results } of models) {
      const session = await ort.InferenceSession.create(model, options);
      ready.push({ session, own: new Copied(ort, own), results: new Copied(ort, results) });
    }
    const known = [...programs.values()].find(({ commonKey }) => commonKey === common.key);
    programs.set(id, {
      models: ready,
      parts,
      queue: new PartQueue(queue),
      common: known?.common ?? new Copied(ort, common.layout),
      commonKey: common.key,
      commonMemory: common.memory,
    });
    answer({ kind: "opened", id });
  } catch (error) {
    for (const { session } of ready) await session.release();
    answer({ kind: "refused", id, message: messageOf(error) });
  }
}

/** Before the message: whoever hears it may start a run at once. */
function answer(message: FromPart): void {
  ended(control.done);
  parentPort?.postMessage(message);
}

/** Wakes whoever waits for this thread. */
function ended(end: number): void {
  Atomics.store(word, 0, end);
  Atomics.notify(word, 0);
}

/** Computes parts for as long as there are any. */
async function run(id: number): Promise<void> {
  let end: number = control.done;
  const { models, parts, queue, common, commonMemory } = programs.get(id) as Program;
  try {
    let at = queue.take();
    if (at !== undefined) common.take(commonMemory);
    for (; at !== undefined; at = queue.take()) {
      const part = parts[at] as PartMemory;
      const { session, own, results } = models[part.model] as ReadyModel;
      own.take(part.own);
      await session.run({ ...common.tensors, ...own.tensors }, results.tensors);
      results.give(part.results);
      queue.setElsewhere(at);
    }
  } catch (error) {
    queue.close();
    writeFailure(controlMemory, messageOf(error));
    end = control.failed;
  }
  ended(end);
}

async function close(id: number): Promise<void> {
  const program = programs.get(id);
  programs.delete(id);
  for (const { session } of program?.models ?? []) await session.release();
}

async function hear(message: ToPart): Promise<void> {
  if (message.kind === "open") await open(message.program);
  else if (message.kind === "run") await run(message.id);
  else if (message.kind === "close") await close(message.id);
  else {
    for (const id of [...programs.keys()]) await close(id);
    parentPort?.close();
  }
}

// One after the other, in the order in which they come.
let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (message: ToPart) => {
  last = last.then(() => hear(message));
});
