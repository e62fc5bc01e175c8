import { Generator } from "../engine/random/generator.js";

/** Numbers from 0 to below 1. */
export type Chance = () => number;

/** What became of a file, in words, so that a test can say what it did. */
export interface Damage {
  readonly how: string;
  readonly bytes: Uint8Array;
}

/** The same numbers for the same seed. */
export function chanceOf(seed: number): Chance {
  const generator = new Generator(seed);
  let [drawn, next]: [ArrayLike<number>, number] = [[], 0];
  return () => {
    if (next === drawn.length) [drawn, next] = [generator.uniforms(1024), 0];
    return drawn[next++] as number;
  };
}

export const below = (chance: Chance, end: number): number => Math.floor(chance() * end);

export function oneOf<T>(chance: Chance, of: readonly T[]): T {
  return of[below(chance, of.length)] as T;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Files of other kinds than any reader wants, by what they are. */
export const otherFiles: Readonly<Record<string, Uint8Array>> = {
  "an empty file": new Uint8Array(),
  "one byte": Uint8Array.of(1),
  "a kilobyte of zeros": new Uint8Array(1024),
  "a kilobyte of ones": new Uint8Array(1024).fill(0xff),
  "a ZIP archive": Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, ...new Array<number>(64).fill(7)]),
  "a program": Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...new Array<number>(64).fill(0)]),
  "the start of a PNG": Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]),
  "a line twenty thousand times": bytesOf('{"v":1}\n'.repeat(20_000)),
  "a page": bytesOf("<!doctype html><html><head><title>404</title></head><body>Not found</body></html>\n"),
  "a Git LFS pointer": bytesOf(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`,
  ),
  "text in Latin-1": Uint8Array.from([0x63, 0x61, 0x66, 0xe9, 0x0a]),
  "text in UTF-16": Uint8Array.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
  "a line of text": bytesOf("Call me Ishmael.\n"),
  "JSON null": bytesOf("null"),
  "a JSON number": bytesOf("12345678901234567890"),
  "a JSON text": bytesOf('"model"'),
  "a JSON array": bytesOf("[1, 2, 3]"),
  "an empty JSON object": bytesOf("{}"),
  "JSON with a byte order mark": bytesOf("\ufeff{}"),
  "an object nested 1000 deep": bytesOf(`${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`),
  "an array nested 100 000 deep": bytesOf("[".repeat(100_000)),
  "an object with 20 000 keys": bytesOf(`{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":${i}`)}}`),
};

/** Cuts bytes where a write may have stopped: at a block, a line, a bracket, near either end, or anywhere. */
function cut(bytes: Uint8Array, chance: Chance): Damage {
  const { length } = bytes;
  const borders = [...bytes.keys()].filter((at) => at % 4096 === 0 || "\n{}[],:".includes(letter(bytes, at)));
  const at = oneOf(chance, [
    below(chance, length),
    below(chance, Math.min(length, 64)),
    Math.max(0, length - 1 - below(chance, 16)),
    oneOf(chance, borders) ?? 0,
    (oneOf(chance, borders) ?? 0) + 1,
  ]);
  return { how: `cut at ${at} of ${length}`, bytes: bytes.slice(0, at) };
}

const letter = (bytes: Uint8Array, at: number): string => String.fromCharCode(bytes[at] as number);

function altered(bytes: Uint8Array, chance: Chance): Damage {
  const copy = bytes.slice();
  const at = below(chance, copy.length);
  const was = copy[at] as number;
  const now = oneOf(chance, [was ^ (1 << below(chance, 8)), below(chance, 256), 0, 0xff, 0x7f, 0x20]);
  copy[at] = now;
  return { how: `byte ${at} from ${was} to ${now}`, bytes: copy };
}

function overwritten(bytes: Uint8Array, chance: Chance): Damage {
  const copy = bytes.slice();
  const from = below(chance, copy.length);
  const to = Math.min(copy.length, from + 1 + below(chance, 64));
  const fill = oneOf(chance, [0, 0xff, undefined]);
  for (let at = from; at < to; at++) copy[at] = fill ?? below(chance, 256);
  return { how: `bytes ${from} to ${to} overwritten with ${fill ?? "noise"}`, bytes: copy };
}

function spliced(bytes: Uint8Array, chance: Chance): Damage {
  const from = below(chance, bytes.length);
  const to = Math.min(bytes.length, from + below(chance, 40));
  const between = oneOf(chance, [
    new Uint8Array(),
    Uint8Array.from({ length: 1 + below(chance, 12) }, () => below(chance, 256)),
    // A piece twice, as where a write was tried again.
    Uint8Array.from([...bytes.subarray(from, to), ...bytes.subarray(from, to)]),
  ]);
  const parts = [bytes.subarray(0, from), between, bytes.subarray(to)];
  return { how: `bytes ${from} to ${to} replaced by ${between.length} others`, bytes: joined(parts) };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function appended(bytes: Uint8Array, chance: Chance): Damage {
  const [name, other] = oneOf(chance, Object.entries(otherFiles));
  const isBehind = chance() < 0.5;
  const where = isBehind ? "behind" : "before";
  return { how: `${name} ${where} it`, bytes: joined(isBehind ? [bytes, other] : [other, bytes]) };
}

function replaced(_: Uint8Array, chance: Chance): Damage {
  const [how, bytes] = oneOf(chance, Object.entries(otherFiles));
  return { how: `${how} in its place`, bytes };
}

/** Absurd numbers as a text file may have them. */
const absurdNumbers = [
  ...["0", "-1", "1.5", "4294967296", "2147483648", "4611686018427387904", "9007199254740993", "1e308"],
  ...[
    "-1e308",
    "1e999",
    "NaN",
    "-Infinity",
    "null",
    "true",
    '""',
    "[]",
    "{}",
    "1000000000",
    "99999999999999999999",
  ],
];

/** One of the numbers that a text says is another, or a word. */
function renumbered(bytes: Uint8Array, chance: Chance): Damage {
  const text = Buffer.from(bytes).toString("latin1");
  const numbers = [...text.matchAll(/-?\d+(\.\d+)?/g)];
  const found = oneOf(chance, numbers);
  if (found === undefined) return altered(bytes, chance);
  const now = oneOf(chance, absurdNumbers);
  const changed = text.slice(0, found.index) + now + text.slice(found.index + found[0].length);
  return { how: `the number ${found[0]} at ${found.index} is ${now}`, bytes: Buffer.from(changed, "latin1") };
}

const kinds = [cut, cut, altered, altered, overwritten, spliced, appended, replaced, renumbered];

/** Some damage to a file, as disks, networks, editors and strangers do it. */
export function damaged(bytes: Uint8Array, chance: Chance): Damage {
  if (bytes.length === 0) return replaced(bytes, chance);
  return oneOf(chance, kinds)(bytes, chance);
}
