import { parentPort, workerData } from "node:worker_threads";
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { messageOf } from "../../errors.js";
import { loadOnnxRuntime, type OnnxRuntime } from "../loadOnnxRuntime.js";
import { tensorsIn } from "./memory.js";
import {
  control,
  type FromPart,
  type OpenProgram,
  type PartData,
  type Shared,
  type ToPart,
  writeFailure,
} from "./messages.js";

// What each thread of parts runs: sessions of one thread, whose feeds come and whose results go through shared memory.
// ONNX Runtime refuses tensors in shared memory, so there is a copy of it here.

/** Shared memory and its copy. */
class Copied {
  readonly #shared: Uint8Array;
  readonly #own: Uint8Array<ArrayBuffer>;
  readonly tensors: Record<string, OrtTensor>;

  constructor(ort: OnnxRuntime, { layout, memory }: Shared) {
    this.#shared = new Uint8Array(memory);
    this.#own = new Uint8Array(layout.bytes);
    const tensors = Object.entries(tensorsIn(layout, this.#own.buffer));
    this.tensors = Object.fromEntries(
      tensors.map(([name, { dtype, data, shape }]) => [
        name,
        new ort.Tensor(dtype, data as Float32Array, shape) as OrtTensor,
      ]),
    );
  }

  take(): void {
    this.#own.set(this.#shared);
  }

  give(): void {
    this.#shared.set(this.#own);
  }
}

interface Program {
  readonly session: InferenceSession;
  readonly commonKey: string;
  readonly common: Copied;
  readonly own: Copied;
  readonly results: Copied;
}

const { control: controlMemory } = workerData as PartData;
const word = new Int32Array(controlMemory, 0, 1);
const programs = new Map<number, Program>();

function tell(message: FromPart): void {
  parentPort?.postMessage(message);
}

async function open({ id, model, options, common, own, results }: OpenProgram): Promise<void> {
  try {
    const ort = await loadOnnxRuntime();
    const session = await ort.InferenceSession.create(model, options);
    const known = [...programs.values()].find(({ commonKey }) => commonKey === common.key);
    programs.set(id, {
      session,
      commonKey: common.key,
      common: known?.common ?? new Copied(ort, common),
      own: new Copied(ort, own),
      results: new Copied(ort, results),
    });
    tell({ kind: "opened", id });
  } catch (error) {
    tell({ kind: "refused", id, message: messageOf(error) });
  }
}

async function run(id: number): Promise<void> {
  let end: number = control.done;
  try {
    const { session, common, own, results } = programs.get(id) as Program;
    common.take();
    own.take();
    await session.run({ ...common.tensors, ...own.tensors }, results.tensors);
    results.give();
  } catch (error) {
    writeFailure(controlMemory, messageOf(error));
    end = control.failed;
  }
  Atomics.store(word, 0, end);
  Atomics.notify(word, 0);
}

async function close(id: number): Promise<void> {
  const program = programs.get(id);
  programs.delete(id);
  await program?.session.release();
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
