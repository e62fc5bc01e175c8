import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = join(
  dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin",
  "tsc",
);

/**
 * What the compiler says of programs that import `imago` and its side doors, under this repository's own settings.
 *
 * @param programs texts by the names of their files, without `.ts`
 * @returns one entry for each error, `NAME(LINE,COLUMN): error …`, with the lines that explain it
 */
export async function typeCheck(programs: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "imago-types-"));
  try {
    const config = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        noUnusedLocals: false,
        noUnusedParameters: false,
        typeRoots: [join(root, "node_modules", "@types")],
        paths: { imago: [join(root, "src/index.ts")], "imago/*": [join(root, "src/*.ts")] },
      },
      include: ["*.ts"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    for (const [name, text] of Object.entries(programs)) {
      // Without an import or export a file would share its names with the others.
      await writeFile(join(folder, `${name}.ts`), `${text}\nexport {};\n`);
    }
    const args = [compiler, "-p", folder, "--pretty", "false"];
    const run = promisify(execFile)(process.execPath, args, { cwd: folder });
    const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
    return stdout
      .split(/\n(?=\S)/)
      .filter((entry) => entry.trim() !== "")
      .map((entry) => entry.trimEnd());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
