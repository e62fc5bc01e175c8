import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdFolder } from "../../../engine/files/lock/holdFolder.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Callback } from "../../../nn/training/callback.js";
import { dialogueGrammar } from "../dialogue/dialogueGrammar.js";
import { learntItemsFile, loadSequence, sequenceCheckpoint } from "../files/sequenceFolder.js";
import type { SequenceRecord } from "../files/sequenceRecord.js";
import { Symbols } from "../items/symbols.js";
import { TokenTask } from "../items/tokenTask.js";
import type { TokenTaskConfig } from "../items/tokenTaskConfig.js";
import type { TokenWriter, WrittenTokens } from "../items/tokenWriter.js";
import type { SequenceReport } from "./sequenceReport.js";
import { SequenceTrainer } from "./sequenceTrainer.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const drinks = ["tea", "milk", "soup", "rum", "cocoa"];
const items = drinks.flatMap((one) => drinks.map((other) => `U: a ${one}\nA: no ${other}`));
const tokens = Symbols.of(items.map((item) => Array.from(item))).tokens;
const network = { cell: "lstm", units: 24, layers: 1, embedding: 8, dropout: 0 } as const;
const config: TokenTaskConfig = {
  ...{ kind: "dialogue", network, tokens, speakers: ["U", "A"], heldOut: 0.2, seed: 5 },
};
const options = { steps: 60, every: 20, batchSize: 5, learningRate: 0.02, seed: 5 };

const stopAfter = (batches: number): Callback => {
  let left = batches;
  return {
    name: "stop",
    onBatchEnd: (_, context) => {
      if (--left === 0) context.stop("enough");
    },
  };
};

const bytesOf = ({ network: { variables } }: Pick<SequenceTrainer, "network">): string =>
  variables
    .map(({ path, variable }) => `${path} ${Buffer.from(variable.value.bytes).toString("base64")}`)
    .join("\n");

describe("SequenceTrainer", () => {
  it("learns, reports, and keeps the weights that knew most of the held-out items", async () => {
    const trainer = new SequenceTrainer(new TokenTask(items, config), options);
    const reports: SequenceReport[] = [];
    await trainer.train({ samples: 4, onReport: (report) => void reports.push(report) });
    expect(reports.map(({ step }) => step)).toEqual([20, 40, 60]);
    const known = reports.map(({ heldOut }) => heldOut?.perItem ?? Number.NaN);
    expect(known[0]).toBeLessThan(40);
    expect(known[2]).toBeLessThan(known[0] as number);
    expect(reports[0]?.samples[0]?.judgement.count).toBe(4);
    expect(reports[2]?.loss).toBeLessThan(1);
    const best = Math.min(...known);
    expect(trainer.best?.heldOut).toBe(best);
    expect((await trainer.measure())?.perItem).toBe(best);
    expect(trainer.figures.map(({ heldOut }) => heldOut)).toEqual(known);
    await trainer.dispose();
  }, 60_000);

  it("measures what an item costs, its end included", async () => {
    const task = new TokenTask(items, config);
    const trainer = new SequenceTrainer(task, options);
    const measured = await trainer.measure();
    // By hand: the network's own logits for each item by itself.
    let sum = 0;
    let positions = 0;
    for (const item of task.heldOutItems) {
      const numbers = task.symbols.encode(Array.from(item));
      const x = [0, ...numbers];
      const results = await trainer.network.predict({ tokens: [x] } as never);
      const { next: logits } = results as { readonly next: Tensor<"float32"> };
      [...numbers, 0].forEach((target, place) => {
        const own = logits.data.subarray(place * task.symbols.size, (place + 1) * task.symbols.size);
        const total = Math.log(own.reduce((all, one) => all + Math.exp(one), 0));
        sum += total - (own[target] as number);
      });
      positions += x.length;
    }
    expect(measured?.items).toBe(5);
    expect(measured?.perItem).toBeCloseTo(sum / 5, 3);
    expect(measured?.perPosition).toBeCloseTo(sum / positions, 5);
    await trainer.dispose();
  }, 60_000);

  it.each([7, 20, 45])(
    "goes on to the same bytes after %d batches",
    async (batches) => {
      const whole = new SequenceTrainer(new TokenTask(items, config), options);
      await whole.train({ samples: 3 });
      const name = `cut-${batches}`;
      const lock = await holdFolder(at(name));
      const part = new SequenceTrainer(new TokenTask(items, config), options);
      const record = (): SequenceRecord => ({
        corpus: { name: "x", bytes: 1, sha256: "0" },
        task: config,
        training: part.options,
        done: false,
        figures: part.figures,
      });
      const save = { folder: at(name), network: part.network, record, learnt: learntItemsFile(items) };
      await part.train({ callbacks: [stopAfter(batches), sequenceCheckpoint(lock, save)], samples: 3 });
      await part.dispose();
      lock.release();
      const saved = await loadSequence(at(name));
      expect(saved.record.training).toEqual(part.options);
      expect([saved.learnt.has(items[0] as string), saved.learnt.has("U: nothing")]).toEqual([true, false]);
      const again = new SequenceTrainer(
        new TokenTask(items, saved.record.task as TokenTaskConfig),
        saved.record.training,
        {
          network: saved.network,
        },
      );
      await again.train({ resume: saved.training, samples: 3 });
      expect(again.figures).toEqual(whole.figures);
      expect(bytesOf(again)).toBe(bytesOf(whole));
      await again.dispose();
      await whole.dispose();
    },
    60_000,
  );

  it("makes a report first that a signal cut short", async () => {
    const control = new AbortController();
    const whole = new SequenceTrainer(new TokenTask(items, config), options);
    await whole.train({});
    const part = new SequenceTrainer(new TokenTask(items, config), options);
    const abort: Callback = {
      name: "abort",
      onEpochEnd: () => control.abort(new Error("now")),
    };
    const history = await part.train({ callbacks: [abort], signal: control.signal });
    expect(part.figures.at(-1)).toMatchObject({ step: 20, heldOut: null, pending: true });
    await part.train({ resume: history.position });
    expect(part.figures).toEqual(whole.figures);
    expect(bytesOf(part)).toBe(bytesOf(whole));
    await part.dispose();
    await whole.dispose();
  }, 60_000);

  it("refuses unknown options, and keeps the last weights where that is asked", async () => {
    const task = new TokenTask(items, config);
    expect(() => new SequenceTrainer(task, { step: 3 } as never)).toThrow('Did you mean "steps"?');
    expect(() => new SequenceTrainer(task, { steps: 0 })).toThrow("SequenceTrainer: steps must be");
    expect(() => new SequenceTrainer({} as never)).toThrow("task must be a task, as sequenceTask makes it");
    expect(() => new TokenTask(items, { ...config, tokens: ["a"] })).toThrow(/dialogue: .* was never learnt/);
    const last = new SequenceTrainer(task, { ...options, steps: 20, keep: "last" });
    await last.train({});
    expect(last.best).toBeUndefined();
    await last.dispose();
  }, 60_000);
});

describe("TokenWriter", () => {
  let writer: TokenWriter;
  beforeAll(async () => {
    const task = new TokenTask(items, { ...config, heldOut: 0 });
    const trainer = new SequenceTrainer(task, { ...options, steps: 150, every: 150 });
    await trainer.train({});
    writer = await task.writer(trainer.network);
    await trainer.dispose();
  }, 60_000);

  const write = async (given: Parameters<TokenWriter["items"]>[0]): Promise<WrittenTokens[]> => {
    const written: WrittenTokens[] = [];
    for await (const item of writer.items(given)) written.push(item);
    return written;
  };
  const textOf = ({ tokens: own }: WrittenTokens): string => own.join("");

  it("writes items that end by themselves, in their order, most of them as they should be", async () => {
    const written = await write({ count: 100, temperature: 0.5 });
    expect(written.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(written.filter(({ ended }) => ended).length).toBeGreaterThan(90);
    expect(written.filter((item) => /^U: a \w+\nA: no \w+$/.test(textOf(item))).length).toBeGreaterThan(60);
  }, 60_000);

  it("writes an item by its number, whatever is written beside it", async () => {
    const many = (await write({ count: 70, random: new Generator(4) })).map(textOf);
    const few = (await write({ count: 3, random: new Generator(4) })).map(textOf);
    expect(many.slice(0, 3)).toEqual(few);
    expect((await write({ count: 3, random: new Generator(5) })).map(textOf)).not.toEqual(few);
  }, 60_000);

  it("goes on from a prompt, ends at a token, and cuts what grows too long", async () => {
    const prompt = Array.from("U: a tea\nA: ");
    const [first] = await write({ prompt, greedy: true });
    expect(first && textOf(first)).toMatch(/^U: a tea\nA: no \w+$/);
    const [line] = await write({ prompt: Array.from("U: a"), until: "\n", greedy: true });
    expect(line && textOf(line)).toMatch(/^U: a \w+$/);
    expect(line).toMatchObject({ ended: true, isEnd: false });
    const [cut] = await write({ longest: 5, greedy: true });
    expect(cut).toMatchObject({ tokens: [..."U: a "], ended: false, isEnd: false });
  }, 60_000);

  it("keeps to a grammar at any temperature", async () => {
    const grammar = dialogueGrammar(["U", "A"]);
    const written = await write({ count: 40, temperature: 3, grammar, longest: 40 });
    // Those that were led to an end by the limit are whole, too.
    expect(written.every(({ ended, isEnd }) => ended && isEnd)).toBe(true);
    for (const item of written)
      expect(textOf(item)).toMatch(/^U: [^\n]*\S\nA: [^\n]*\S(\nU: [^\n]*\S(\nA: [^\n]*\S)?)*$/);
  }, 60_000);

  it.each<[Parameters<TokenWriter["items"]>[0], string]>([
    [{ prompt: ["é"] }, 'items: prompt: "é" was never learnt. What was learnt is made of'],
    [{ prompt: ["U", ":"], longest: 2 }, "items: the prompt has 2 tokens, and an item may have 2."],
    [
      { prompt: ["A"], grammar: dialogueGrammar(["U", "A"]) },
      'items: the prompt is not in form: "A" may not stand at position 0.',
    ],
    [
      { longest: 6, grammar: dialogueGrammar(["U", "A"]) },
      "items: no item in form can end within 3 more tokens.",
    ],
    [{ counts: 2 } as never, 'Did you mean "count"?'],
    [{ count: 0 }, "items: count must be"],
  ])("refuses %j", async (given, message) => {
    await expect(write(given)).rejects.toThrow(message);
  });

  it("ends when it is aborted", async () => {
    await expect(write({ count: 50, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });
});

it("tells a folder without items, and one whose record was altered", async () => {
  await expect(loadSequence(at("nowhere"))).rejects.toThrow("There is no folder");
  await expect(loadSequence(folder)).rejects.toThrow("holds no items: there is no sequence.json.");
  const { saveModel } = await import("../../../nn/files/saveModel.js");
  const trainer = new SequenceTrainer(new TokenTask(items, config), options);
  const beside = { "sequence.json": new TextEncoder().encode('{"version":1,"sha256":"0","record":{}}') };
  await saveModel(trainer.network, at("altered"), { beside });
  await expect(loadSequence(at("altered"))).rejects.toThrow("sequence.json: it was altered. Train again");
  await saveModel(trainer.network, at("bare"), {});
  await expect(loadSequence(at("bare"))).rejects.toThrow("holds no items");
  await trainer.dispose();
}, 60_000);
