import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { writeImage } from "../../src/images.js";
import { report } from "../measure.js";
import { classifier, noise } from "./classifiers.js";
import { version } from "./version.js";

/** Runners are started in the folder of the benchmarks. */
const program = resolve("../dist/app/cli/main.js");

/** Milliseconds from the command to the first preview, which is moved into place when it is whole. */
async function firstPreview(folder: string): Promise<number> {
  const [image, model, preview] = ["image.png", "model.onnx", "preview.png"].map((name) =>
    join(folder, name),
  );
  const options = ["--preset", "torchvision", "--layer", "fire8", "--out", join(folder, "out.png")];
  const start = performance.now();
  const args = [program, "dream", `${image}`, "--model", `${model}`, "--preview", `${preview}`, ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let code: number | null | undefined;
  void ended.then((value) => {
    code = value ?? -1;
  });
  while (!existsSync(`${preview}`)) {
    if (code !== undefined) throw new Error(`imago dream ended with ${code} before its first preview`);
    await setTimeout(5);
  }
  const elapsed = performance.now() - start;
  child.kill("SIGKILL");
  await ended;
  rmSync(`${preview}`);
  return elapsed;
}

const folder = mkdtempSync(join(tmpdir(), "imago-bench-"));
try {
  await writeImage(join(folder, "image.png"), noise(400, 1));
  writeFileSync(join(folder, "model.onnx"), classifier("squeezenet"));
  const samples: number[] = [];
  for (let i = 0; i < 3; i++) samples.push(await firstPreview(folder));
  report(samples, version);
} finally {
  rmSync(folder, { recursive: true });
}
