/**
 * What reading pictures takes: from the cache, by decoding beside sharp alone, how long a step waits, and memory.
 *
 *   npx tsx bench/pictures.ts [--photos FOLDER] [--rounds N] [--seconds S]
 *
 * Without a folder of class folders, photographs are drawn. Prints a line of JSON for each figure, with the machine's load.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { type BatchesOptions, imageFolder, type PictureSource } from "../src/data.js";
import { Generator } from "../src/engine/random/generator.js";

const { values } = parseArgs({
  options: {
    photos: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const cores = availableParallelism();
const work = mkdtempSync(join(tmpdir(), "imago-bench-pictures-"));
process.once("exit", () => rmSync(work, { recursive: true, force: true }));

function print(what: string, figures: Readonly<Record<string, unknown>>): void {
  console.log(
    JSON.stringify({ what, ...figures, cores, load: loadavg().map((one) => Number(one.toFixed(1))) }),
  );
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

/** Smooth pictures with some noise, whose JPEGs are about as large as photographs' are. */
async function draw(folder: string, count: number, side: number): Promise<string> {
  const random = new Generator(1);
  for (let index = 0; index < count; index++) {
    const place = join(work, folder, `class${index % 4}`);
    mkdirSync(place, { recursive: true });
    const small = Uint8Array.from(random.uniforms(16 * 12 * 3), (one) => one * 255);
    const noise = Uint8Array.from(random.uniforms(side * Math.round(side * 0.75) * 3), (one) => one * 40);
    const picture = sharp(small, { raw: { width: 16, height: 12, channels: 3 } })
      .resize(side, Math.round(side * 0.75))
      .composite([
        {
          input: Buffer.from(noise),
          raw: { width: side, height: Math.round(side * 0.75), channels: 3 },
          blend: "add",
        },
      ]);
    writeFileSync(join(place, `${index}.jpg`), await picture.jpeg({ quality: 85 }).toBuffer());
  }
  return join(work, folder);
}

/** Pictures a second, over whole epochs of at least so many seconds. */
async function rate(source: PictureSource, least = seconds): Promise<number> {
  const begun = performance.now();
  let pictures = 0;
  let epoch = 0;
  do {
    for await (const [x] of source(epoch++)) pictures += x.sizeAt(0);
  } while (performance.now() - begun < least * 1000);
  return (pictures / (performance.now() - begun)) * 1000;
}

async function fromCache(): Promise<void> {
  const path = await draw("small", 2000, 80);
  const data = await imageFolder(path, { size: 64, cache: join(work, "cache"), split: { validation: 0 } });
  await data.prepare();
  const kinds: Readonly<Record<string, BatchesOptions>> = {
    plain: {},
    bytes: { dtype: "uint8" },
    "flip and shift": { augment: { flip: true, shift: 0.1 } },
    "flip, shift, zoom, rotation, colours": {
      augment: { flip: true, shift: 0.1, zoom: 0.1, rotation: 10, brightness: 0.2, contrast: 0.2 },
    },
  };
  const sources = Object.entries(kinds).map(([kind, options]) => ({
    kind,
    source: data.train.batches({ batchSize: 64, ...options }),
    rates: [] as number[],
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { source, rates } of sources) rates.push(await rate(source));
  }
  for (const { kind, rates } of sources)
    print("64 × 64 from the cache", { kind, perSecond: Math.round(median(rates)) });
  await data.close();
}

/** sharp by itself, as many pictures at once as there are cores. */
async function sharpAlone(files: readonly string[]): Promise<number> {
  const begun = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < files.length) await sharp(files[next++]).resize(160, 160).raw().toBuffer();
  };
  await Promise.all(Array.from({ length: cores }, lane));
  return (files.length / (performance.now() - begun)) * 1000;
}

async function decoding(path: string): Promise<void> {
  sharp.cache(false);
  sharp.concurrency(1);
  const files = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.jpe?g$/i.test(name))
    .map((name) => join(path, name));
  const data = await imageFolder(path, { split: { validation: 0 } });
  const source = data.train.batches({ batchSize: 16 });
  await rate(source, 0);
  await sharpAlone(files);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(await rate(source, 0));
    theirs.push(await sharpAlone(files));
  }
  const ratio = median(ours.map((one, round) => one / (theirs[round] as number)));
  print("decoding to 160 × 160", {
    perSecond: Math.round(median(ours)),
    sharpAlone: Math.round(median(theirs)),
    ratio: Number(ratio.toFixed(3)),
  });
  await waiting(source, (16 / median(ours)) * 1000);
  await data.close();
}

/** How long steps wait that take half as long again as a batch, and block this thread meanwhile, as a training's do. */
async function waiting(source: PictureSource, batch: number): Promise<void> {
  const before = source.stats;
  let [steps, first] = [0, 0];
  for await (const _ of source(0)) {
    if (steps++ === 0) first = source.stats.waitedMs - before.waitedMs;
    const end = performance.now() + 1.5 * batch;
    while (performance.now() < end);
  }
  const waited = source.stats.waitedMs - before.waitedMs;
  print("waiting of a step of 1.5 batches", {
    steps,
    firstMs: Math.round(first),
    othersMs: Math.round(waited - first),
    share: Number(((waited - first) / (1.5 * batch * steps)).toFixed(3)),
  });
}

async function memory(path: string): Promise<void> {
  const data = await imageFolder(path, { size: 64, split: { validation: 0 } });
  const source = data.train.batches({ batchSize: 50 });
  let epoch = 0;
  const until = async (pictures: number): Promise<number> => {
    while (source.stats.pictures < pictures) for await (const _ of source(epoch++));
    return Math.round(process.memoryUsage.rss() / 1e6);
  };
  print("memory in MB", { after1000: await until(1000), after10000: await until(10_000) });
  await data.close();
}

await fromCache();
await decoding(values.photos ?? (await draw("photos", 240, 512)));
await memory(join(work, "small"));
