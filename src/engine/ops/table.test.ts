import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import type { Operator } from "../graph/operator.js";
import { matMul } from "./matMul.js";
import { operatorFor } from "./table.js";

const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "index.ts")
  .map((file) => file.slice(0, -3));

async function operatorsOf(file: string): Promise<Operator[]> {
  const exports = (await import(/* @vite-ignore */ `./${file}.ts`)) as Record<string, unknown>;
  return Object.values(exports).flatMap((value) => {
    const operator =
      typeof value === "function" && "operator" in value ? (value.operator as Operator) : undefined;
    return operator === undefined ? [] : [operator];
  });
}

it("finds an operator by domain and type", () => {
  expect(operatorFor("", "MatMul")).toBe(matMul.operator);
  expect(operatorFor("ai.onnx", "MatMul")).toBe(matMul.operator);
  expect(operatorFor("", "NoSuchOperator")).toBeUndefined();
  expect(operatorFor("com.example", "MatMul")).toBeUndefined();
});

it("knows every operator that a file here defines, through index.ts", async () => {
  const missing: string[] = [];
  for (const file of files) {
    for (const operator of await operatorsOf(file)) {
      if (operatorFor(operator.domain, operator.type) !== operator) missing.push(`${file}: ${operator.type}`);
    }
  }
  expect(missing).toEqual([]);
});
