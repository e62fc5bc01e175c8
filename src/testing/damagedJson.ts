import { below, type Chance, oneOf } from "./damage.js";

/** JSON that was changed, and how. */
export interface JsonDamage {
  readonly how: string;
  readonly text: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const nested = (depth: number): Json => {
  let value: Json = 1;
  for (let at = 0; at < depth; at++) value = at % 2 === 0 ? [value] : { a: value };
  return value;
};

/** What may stand where something else should. */
const strangers: readonly (() => Json)[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 62, 1e9, 1e308, -1e308].map(
    (one) => () => one,
  ),
  ...["", "x", "NaN", "__proto__", "constructor", "../../etc/passwd", "\u0000", "a".repeat(100_000)].map(
    (one) => () => one,
  ),
  ...[[], {}, [null], [[]], [1, 2, 3], { a: 1 }, [-1], ["x"], [1e9, 1e9, 1e9], [2 ** 62]].map(
    (one) => () => one,
  ),
  () => nested(1000),
  () => Array.from({ length: 20_000 }, (_, at) => at),
  () => Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, at])),
];

/** A text that stands for `value` where JSON has none. */
const marks: Readonly<Record<string, string>> = {
  "\u0001NaN": "NaN",
  "\u0001Infinity": "Infinity",
  "\u0001-1e999": "-1e999",
  "\u0001123456789012345678901234567890": "123456789012345678901234567890",
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Where a value stands inside of another. */
type Path = readonly (string | number)[];

function pathsOf(value: Json, most = 2000): Path[] {
  const found: Path[] = [];
  const queue: [Json, Path][] = [[value, []]];
  for (let next = queue.shift(); next !== undefined && found.length < most; next = queue.shift()) {
    const [inner, path] = next;
    if (path.length > 0) found.push(path);
    if (typeof inner !== "object" || inner === null) continue;
    for (const [key, one] of Object.entries(inner))
      queue.push([one, [...path, isList(inner) ? Number(key) : key]]);
  }
  return found;
}

/** A copy in which what stands at `path` is what `change` makes of it; `undefined` takes it out. */
function changedAt(value: Json, [key, ...rest]: Path, change: (value: Json) => Json | undefined): Json {
  const made = (name: string | number, one: Json): Json | undefined => {
    if (name !== key) return one;
    return rest.length === 0 ? change(one) : changedAt(one, rest, change);
  };
  if (isList(value)) return value.map((one, place) => made(place, one)).filter((one) => one !== undefined);
  const entries = Object.entries(value as Record<string, Json>).map(([name, one]) => [name, made(name, one)]);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined)) as Json;
}

function at(value: Json, path: Path): Json {
  return path.reduce((inner: Json, key) => (inner as Record<string | number, Json>)[key] as Json, value);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const textOf = (value: Json): string =>
  JSON.stringify(value).replaceAll(
    /"\\u0001([^"]*)"/g,
    (_, mark: string) => marks[`\u0001${mark}`] ?? "null",
  );

function shortly(value: Json): string {
  const text = textOf(value);
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length})` : text;
}

/** One value in it is another, is gone, is there twice, or has another name. */
function changed(value: Json, chance: Chance): JsonDamage {
  const paths = pathsOf(value);
  const path = oneOf(chance, paths);
  if (path === undefined) return { how: "null in its place", text: "null" };
  const place = path.join(".");
  const own = at(value, path);
  if (typeof own === "string" && chance() < 0.7) {
    // JSON within JSON.
    const inner = parsed(own);
    if (typeof inner === "object" && inner !== null && pathsOf(inner).length > 0) {
      const { how, text } = changed(inner, chance);
      return { how: `in ${place}: ${how}`, text: textOf(changedAt(value, path, () => text)) };
    }
  }
  const kind = below(chance, 10);
  if (kind === 0) return { how: `${place} is gone`, text: textOf(changedAt(value, path, () => undefined)) };
  if (kind === 1) return doubled(value, path);
  if (kind === 2 && isList(own)) {
    const more = chance() < 0.5 ? own.slice(0, -1) : [...own, ...own];
    return {
      how: `${place} has ${more.length} of ${own.length}`,
      text: textOf(changedAt(value, path, () => more)),
    };
  }
  const mark = oneOf(chance, Object.keys(marks));
  const now =
    kind === 3 ? mark : typeof own === "number" && kind < 6 ? near(own, chance) : oneOf(chance, strangers)();
  return { how: `${place} is ${shortly(now)}`, text: textOf(changedAt(value, path, () => now)) };
}

const near = (value: number, chance: Chance): number =>
  oneOf(chance, [value + 1, value - 1, -value, value * 1e9, value / 2]);

/** The same key once more, of which readers may take either. */
function doubled(value: Json, path: Path): JsonDamage {
  const key = JSON.stringify(String(path.findLast((one) => typeof one === "string") ?? ""));
  return { how: `${key} stands there twice`, text: textOf(value).replace(`${key}:`, `${key}:null,${key}:`) };
}

/** JSON that is sound as such, and says something else than it did. */
export function damagedJson(text: string, chance: Chance): JsonDamage {
  const value = parsed(text);
  if (value === undefined) return { how: "null in its place", text: "null" };
  if (chance() < 0.08) {
    const now = oneOf(chance, strangers)();
    return { how: `${shortly(now)} in its place`, text: textOf(now) };
  }
  return changed(value, chance);
}
