import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseSync } from "vite";

/** What opening a module opens with it, at once: packages by name, and the files of the repository. */
export interface Opened {
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/** The modules that a file imports when it is opened; those of types alone and dynamic ones are left out. */
export function staticImports(path: string): string[] {
  const { program, errors } = parseSync(path, readFileSync(path, "utf8"));
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  return program.body.flatMap((statement): string[] => {
    if (statement.type === "ImportDeclaration") {
      return statement.importKind === "type" ? [] : [statement.source.value];
    }
    if (statement.type !== "ExportNamedDeclaration" && statement.type !== "ExportAllDeclaration") return [];
    return statement.exportKind === "type" || statement.source === null ? [] : [statement.source.value];
  });
}

/** Everything that is opened with a module of `src/`, as the compiled one would be. */
export function openedWith(entry: string): Opened {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    for (const specifier of staticImports(path)) {
      if (specifier.startsWith(".")) {
        open(posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts"));
      } else packages.add(specifier.startsWith("node:") ? specifier : packageOf(specifier));
    }
  };
  open(entry);
  return { files, packages };
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
