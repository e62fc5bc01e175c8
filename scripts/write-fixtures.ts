/**
 * Writes the models of src/engine/onnx/testing/fixtures.ts to goldens/onnx/imago. Run it, then
 * goldens/onnx/make.py, after a change to what those graphs become:
 *
 *     npx tsx scripts/write-fixtures.ts && python goldens/onnx/make.py
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fixtures } from "../src/engine/onnx/testing/fixtures.js";

const folder = fileURLToPath(new URL("../goldens/onnx/imago/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of Object.entries(fixtures())) {
  writeFileSync(`${folder}${name}.onnx`, bytes);
  console.log(`goldens/onnx/imago/${name}.onnx: ${bytes.length} bytes`);
}
