import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runFlags } from "../../app/cli/tune/runFlags.js";
import { readRunRecord, writeRunRecord } from "../../app/cli/tune/runRecord.js";
import { loadScript } from "../../app/cli/tune/studyScript.js";
import { namesIn } from "../../io/models/classNames.js";
import type { Reader } from "../reader.js";
import { rewriteJson } from "./engine.js";

export const appReaders: readonly Reader[] = [
  {
    name: "how a study's folder is gone on with",
    sources: ["app/cli/tune/runRecord.ts"],
    make: async (folder) =>
      writeRunRecord(folder, {
        script: "/some/script.mjs",
        run: { trials: 3, parallel: 1 },
        study: { seed: 1 },
      }),
    read: async (folder) => {
      const record = await readRunRecord(folder);
      return [record.script.length, Object.keys(record.study), runFlags.read(record.run)];
    },
    rewrite: () => rewriteJson,
  },
  {
    name: "names of classes",
    sources: ["io/models/classNames.ts"],
    make: async (folder) => {
      await writeFile(
        join(folder, "names.json"),
        JSON.stringify([["n1", "tench"], ["n2", "goldfish"], "shark"]),
      );
      await writeFile(join(folder, "ids.json"), JSON.stringify({ 0: "tench", 1: "goldfish" }));
      await writeFile(join(folder, "names.txt"), "tench\ngoldfish\nshark\n");
    },
    read: async (folder) => {
      const files = ["names.json", "ids.json", "names.txt"].map((name) => namesIn(join(folder, name)));
      return (await Promise.all(files)).map((names) => names.size);
    },
    rewrite: (path) => (path.endsWith(".json") ? rewriteJson : undefined),
  },
  {
    name: "a script of a study",
    sources: ["app/cli/tune/studyScript.ts"],
    make: async (folder) =>
      writeFile(join(folder, "script.mjs"), "export const space = {};\nexport const objective = () => 1;\n"),
    read: async (folder) => Object.keys(await loadScript(join(folder, "script.mjs"))),
    isProgram: true,
  },
];
