import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const cwd = import.meta.dirname;

describe("imago", () => {
  it("is one process that prints, and exits with a code", async () => {
    const imago = (...args: string[]) =>
      promisify(execFile)(process.execPath, ["--import", "tsx", main, ...args], { cwd });
    expect((await imago("--version")).stdout).toBe(`${packageJson.version}\n`);
    expect((await imago("doctor")).stdout).toContain("Imago is ready.");
    await expect(imago("doctr")).rejects.toMatchObject({
      code: 2,
      stdout: "",
      stderr: "imago: unknown command 'doctr' (Did you mean doctor?) See imago --help.\n",
    });
  });

  it.skipIf(process.platform === "win32")("ends quietly when its reader has seen enough", async () => {
    const { stdout, stderr } = await promisify(execFile)(
      "sh",
      ["-c", '"$0" --import tsx "$1" doctor | true', process.execPath, main],
      { cwd },
    );
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
  });
});
