/**
 * Keeps the rooms of src/ apart. Prints each violation as `path:line: why` and exits with 1 if there is any.
 *
 * - Imports point one way, as `orders` below says; every room stands in its folder's order.
 * - No lab imports another lab, and no command another command.
 * - The doors, which stand directly in src/, are re-exports and nothing else; nothing inside imports them.
 * - Only src/engine/runtime imports ONNX Runtime.
 * - `node:` modules and Node's globals stand only where files and processes are handled, so that the rest runs in a page.
 * - `any` and `as unknown as` stand only in src/engine/runtime, where an untyped library is met.
 *
 * Tests (`*.test.ts`) and what only they use (folders named `testing`) may import anything.
 */

import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import { parseSync } from "vite";

export interface Violation {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

/**
 * The rooms inside a folder, from the lowest. A room may import those that stand before it; rooms in one entry do not
 * see each other.
 */
const orders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "src/": [["engine"], ["nn"], ["methods", "vision"], ["labs", "io"], ["app"]],
  "src/engine/": [
    ["errors.ts", "words.ts"],
    ["options.ts", "files"],
    ["arguments.ts"],
    ["tensor"],
    ["random"],
    ["graph", "formats"],
    ["ops"],
    ["lowering", "autodiff", "stacking"],
    ["rows"],
    ["onnx"],
    ["runtime"],
    ["workers"],
  ],
  "src/engine/ops/": [["define"], ["composed"], ["conv", "scan"], ["pool"]],
  "src/engine/onnx/": [["proto"], ["older"], ["write"], ["read"], ["splice"]],
  "src/nn/": [
    ["config"],
    ["initializers", "activations", "constraints", "losses"],
    ["regularizers", "metrics", "optimizers"],
    ["layers"],
    ["network"],
    ["data"],
    ["training"],
    ["models"],
    ["architectures"],
    ["files"],
    ["callbacks"],
  ],
  "src/nn/layers/": [
    ["base"],
    [
      "activation",
      "convolution",
      "core",
      "merging",
      "pooling",
      "preprocessing",
      "recurrent",
      "regularization",
      "reshaping",
    ],
    ["attention", "normalization"],
    ["all.ts"],
    ["index.ts", "table.ts"],
  ],
  "src/app/": [["cli", "studio"]],
  "src/app/cli/": [["shell"], ["vision", "text", "study"], ["*"], ["commands.ts"], ["main.ts"]],
  "src/labs/": [["*"]],
  "src/methods/": [["numerics", "pages"], ["learners", "distill", "tune"], ["ensemble"]],
};

/** Folders whose own files use each other, and the rooms beside them, as they need: operators and their gradients. */
const loose: ReadonlySet<string> = new Set(["src/engine/ops/"]);

const nodeGlobals = new Set(["process", "Buffer", "__dirname", "__filename", "require"]);

const isTest = (path: string): boolean => /\.test\.ts$|\/testing\//.test(path);
const isRuntime = (path: string): boolean => path.startsWith("src/engine/runtime/");
const mayUseNode = (path: string): boolean =>
  /^src\/engine\/runtime\/node[^/]*\.ts$|^src\/(app|io)\/|\.node\.ts$|^src\/.*\/files\//.test(path);

/** The place of a room in an order; `*` stands for every room that is not named. */
function placeOf(order: readonly (readonly string[])[], room: string): number {
  const named = order.findIndex((rooms) => rooms.includes(room));
  return named >= 0 ? named : order.findIndex((rooms) => rooms.includes("*"));
}

const isDoor = (path: string): boolean => /^src\/[^/]+\.ts$/.test(path);

/** Why a file stands in a room that its folder's order does not name, or `undefined` if it does not. */
function placeProblem(path: string): string | undefined {
  if (isTest(path)) return undefined;
  const found = Object.entries(orders).find(([folder, order]) => {
    if (!path.startsWith(folder) || (folder === "src/" && isDoor(path))) return false;
    const room = path.slice(folder.length).split("/")[0] as string;
    const isFree = room === "index.ts" || (loose.has(folder) && room.endsWith(".ts"));
    return !isFree && placeOf(order, room) < 0;
  });
  if (found === undefined) return undefined;
  return `${path} stands in no room of ${found[0]}; move it, or give the room its place in scripts/check-imports.ts`;
}

/** Why `from` may not import `to` (both under src/), or `undefined` if it may. */
function directionProblem(from: string, to: string): string | undefined {
  if (isDoor(from)) return undefined;
  if (isDoor(to)) return `${from} may not import ${to}: only the outside goes through the doors`;
  for (const [folder, order] of Object.entries(orders)) {
    if (!from.startsWith(folder) || !to.startsWith(folder)) continue;
    const [here, there] = [from, to].map((path) => path.slice(folder.length).split("/")[0] as string) as [
      string,
      string,
    ];
    if (here === there) continue;
    const [hereAt, thereAt] = [placeOf(order, here), placeOf(order, there)];
    if (hereAt < 0 || thereAt < 0 || thereAt < hereAt) continue;
    const line = order.map((rooms) => rooms.join(", ")).toReversed();
    return `${folder}${here} may not import ${folder}${there} (${line.join(" → ")})`;
  }
  return undefined;
}

function importProblem(path: string, specifier: string): string | undefined {
  const builtin = specifier.startsWith("node:") || builtinModules.includes(specifier);
  if (builtin && !mayUseNode(path)) {
    return (
      `"${specifier}" belongs in src/app, src/io, a folder named files, *.node.ts or src/engine/runtime/node*.ts, ` +
      "so that the rest runs in a page"
    );
  }
  if (/^onnxruntime-/.test(specifier) && !isRuntime(path)) {
    return `"${specifier}" may be imported by src/engine/runtime only`;
  }
  if (!specifier.startsWith(".")) return undefined;
  const target = posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts");
  if (isTest(target)) return `${target} is for tests only`;
  return target.startsWith("src/") ? directionProblem(path, target) : `${target} is outside src`;
}

type AstNode = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is AstNode =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** The module named by an import, export or import type, if it is a literal. */
function specifierOf(node: AstNode): string | undefined {
  const source = node.type === "TSImportType" ? (node.source ?? node.argument) : node.source;
  if (!isNode(source)) return undefined;
  const literal = isNode(source.literal) ? source.literal : source;
  return typeof literal.value === "string" ? literal.value : undefined;
}

/**
 * What one source file does wrong.
 *
 * @param path Relative to the repository, with forward slashes: `src/engine/ops/tanh.ts`.
 * @param text Its contents.
 * @throws {Error} If it does not parse.
 */
export function checkFile(path: string, text: string): Violation[] {
  const { program, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const violations: Violation[] = [];
  const report = (node: AstNode, message: string): void => {
    violations.push({ line: text.slice(0, node.start).split("\n").length, message });
  };

  const misplaced = placeProblem(path);
  if (misplaced !== undefined) violations.push({ line: 1, message: misplaced });
  if (isDoor(path) && !isTest(path)) {
    for (const statement of program.body) {
      if (!isNode(statement) || specifierOf(statement) !== undefined) continue;
      report(statement, "a door re-exports and does nothing else");
    }
  }

  const imports = new Set([
    "ImportDeclaration",
    "ExportNamedDeclaration",
    "ExportAllDeclaration",
    "ImportExpression",
    "TSImportType",
  ]);
  const visit = (node: AstNode, parent: AstNode | undefined): void => {
    if (imports.has(node.type) && !isTest(path)) {
      const specifier = specifierOf(node);
      const problem = specifier === undefined ? undefined : importProblem(path, specifier);
      if (problem !== undefined) report(node, problem);
    }
    if (!isRuntime(path)) {
      if (node.type === "TSAnyKeyword") report(node, "`any` switches the type checker off");
      const inner = node.expression;
      const cast = node.type === "TSAsExpression" && isNode(inner) && inner.type === "TSAsExpression";
      if (cast && isNode(inner.typeAnnotation) && inner.typeAnnotation.type === "TSUnknownKeyword") {
        report(node, "`as unknown as` switches the type checker off");
      }
    }
    if (node.type === "Identifier" && !isTest(path) && !mayUseNode(path)) {
      const isName =
        (parent?.type === "MemberExpression" && parent.property === node && parent.computed !== true) ||
        // Keys of objects, classes and interfaces. A shorthand `{ process }` is not caught, and no one writes it.
        parent?.key === node;
      if (!isName && typeof node.name === "string" && nodeGlobals.has(node.name)) {
        report(node, `\`${node.name}\` exists in Node only; hand it in from src/app or src/engine/runtime`);
      }
    }
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, node);
    }
  };
  if (isNode(program)) visit(program, undefined);
  return violations;
}

function main(): void {
  let count = 0;
  const paths = readdirSync("src", { recursive: true, encoding: "utf8" })
    .map((path) => `src/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts"));
  for (const path of paths.sort()) {
    for (const { line, message } of checkFile(path, readFileSync(path, "utf8"))) {
      console.error(`${path}:${line}: ${message}`);
      count++;
    }
  }
  if (count > 0) {
    console.error(`${count} violation${count === 1 ? "" : "s"} of the rules in scripts/check-imports.ts`);
    process.exitCode = 1;
  } else {
    console.log(`Checked the imports of ${paths.length} files.`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
