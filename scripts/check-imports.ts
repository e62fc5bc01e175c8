/**
 * Keeps the rooms of src/ apart. Prints each violation as `path:line: why` and exits with 1 if there is any.
 *
 * - Imports point one way: app → labs → nn → engine, and inside engine
 *   runtime → onnx → lowering, autodiff → ops → graph → tensor, random → errors.ts.
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

/** From the lowest: a room imports rooms of its own rank and below. */
const houseRanks: Readonly<Record<string, number>> = { engine: 0, nn: 1, labs: 2, app: 3 };
const engineRanks: Readonly<Record<string, number>> = {
  "errors.ts": 0,
  tensor: 1,
  random: 1,
  graph: 2,
  ops: 3,
  lowering: 4,
  autodiff: 4,
  onnx: 5,
  runtime: 6,
};
/** Other files directly in src/engine, such as an index, stand above all of its rooms. */
const engineTop = 7;

const nodeGlobals = new Set(["process", "Buffer", "__dirname", "__filename", "require"]);

const isTest = (path: string): boolean => /\.test\.ts$|\/testing\//.test(path);
const isRuntime = (path: string): boolean => path.startsWith("src/engine/runtime/");
const mayUseNode = (path: string): boolean =>
  /^src\/engine\/runtime\/node[^/]*\.ts$|^src\/app\/|\.node\.ts$|^src\/.*\/files\//.test(path);

/** Which room a file under src/ is in; `undefined` for files directly in src/, which may import anything. */
function roomOf(path: string): { house: string; room: string } | undefined {
  const [, house, room] = path.split("/");
  return house !== undefined && room !== undefined ? { house, room } : undefined;
}

/** Why `from` may not import `to` (both under src/), or `undefined` if it may. */
function directionProblem(from: string, to: string): string | undefined {
  const here = roomOf(from);
  const there = roomOf(to);
  if (here === undefined) return undefined;
  if (there === undefined) return `${from} may not import ${to}: only the outside imports the public face`;
  const [hereRank, thereRank] = [houseRanks[here.house], houseRanks[there.house]];
  if (hereRank === undefined || thereRank === undefined) return undefined;
  if (thereRank > hereRank) {
    return `src/${here.house} may not import src/${there.house} (app → labs → nn → engine)`;
  }
  if (here.house !== "engine" || there.house !== "engine") return undefined;
  if ((engineRanks[there.room] ?? engineTop) > (engineRanks[here.room] ?? engineTop)) {
    return (
      `engine/${here.room} may not import engine/${there.room} ` +
      "(runtime → onnx → lowering, autodiff → ops → graph → tensor, random → errors.ts)"
    );
  }
  return undefined;
}

function importProblem(path: string, specifier: string): string | undefined {
  const builtin = specifier.startsWith("node:") || builtinModules.includes(specifier);
  if (builtin && !mayUseNode(path)) {
    return (
      `"${specifier}" belongs in src/app, a folder named files, *.node.ts or src/engine/runtime/node*.ts, ` +
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
