import { choice, float, type StorageOptions } from "../index.js";
import { findPostgres } from "./postgresServer.js";

/** The server that tests may start; says so where there is none. */
export const found = findPostgres();
if ("why" in found) console.warn(`Studies on PostgreSQL are not tested: ${found.why}.`);

/** In which whoever is silent is lost within a second. */
export const quick = (url: string): StorageOptions => ({
  ...{ url, beat: 100, lostAfter: 1500, look: 200, patience: 20_000 },
});

export const space = { x: float(-1, 1), kind: choice(["a", "b"]) };

export const value = ({
  params,
}: {
  readonly params: { readonly x: number; readonly kind: string };
}): number => params.x ** 2 + (params.kind === "a" ? 0.1 : 0);
