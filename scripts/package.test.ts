import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, createLogger } from "vite";
import { expect, it } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import packageLock from "../package-lock.json" with { type: "json" };

/** What an installed Imago brings, on any platform: of sharp's libraries, each system takes only its own. */
const brought = Object.entries(packageLock.packages)
  .filter(([path, locked]) => path !== "" && !("dev" in locked))
  .map(([path]) => path);

it("runs nothing where it is installed or packed", () => {
  const hooks = ["preinstall", "install", "postinstall", "prepublish", "prepare", "prepack", "postpack"];
  expect(Object.keys(packageJson.scripts).filter((name) => hooks.includes(name))).toEqual([]);
  // npm does not run these here, because .npmrc has ignore-scripts.
  expect(Object.keys(packageJson.scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
});

it("brings no tests and no book, and few packages", () => {
  for (const kept of ["src/**/*.test.ts", "src/**/testing", "examples/**/*.test.ts"]) {
    expect(packageJson.files).toContain(`!${kept}`);
  }
  expect(brought.filter((path) => /@stdlib|mnist/.test(path))).toEqual([]);
  expect(brought.length).toBeLessThanOrEqual(60);
});

it("is one clear sentence in a bundle for pages", async () => {
  const folder = await mkdtemp(join(tmpdir(), "imago-"));
  try {
    await mkdir(join(folder, "node_modules"));
    await symlink(join(import.meta.dirname, ".."), join(folder, "node_modules", "imago"), "junction");
    const doors = Object.keys(packageJson.exports).filter((door) => door !== "./package.json");
    const lines = doors.map((door, at) => `import * as door${at} from "imago${door.slice(1)}";`);
    const use = `import { dense } from "imago";\nconsole.log(dense, ${doors.map((_, at) => `door${at}`).join(", ")});\n`;
    await writeFile(join(folder, "main.js"), `${lines.join("\n")}\n${use}`);
    const said: string[] = [];
    const listen = (message: string): void => void said.push(message);
    const customLogger = { ...createLogger("silent"), warn: listen, warnOnce: listen, error: listen };
    await build({
      root: folder,
      configFile: false,
      customLogger,
      build: { rolldownOptions: { input: join(folder, "main.js"), output: { entryFileNames: "page.js" } } },
    });
    expect(said).toEqual([]);
    const page = await readFile(join(folder, "dist", "page.js"), "utf8");
    expect(page.length).toBeLessThan(3000);
    expect(page).toContain("Imago does not run in a page yet: it needs Node.js.");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
