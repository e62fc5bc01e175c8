import type pg from "pg";
import type PgBoss from "pg-boss";
import { ImagoError } from "../../../../engine/errors.js";

/** The versions that Imago was tested with. */
const install = "npm install pg@8.23.1 pg-boss@10.4.2";

/** Asks Node, and not whoever bundles Imago for a page, where they need not be. */
const importNow = (name: string): Promise<{ readonly default: unknown }> => import(/* @vite-ignore */ name);

export interface Packages {
  readonly pg: typeof pg;
  readonly PgBoss: typeof PgBoss;
}

/**
 * What speaks with PostgreSQL; neither package comes with Imago.
 *
 * @param load what imports a package. Default: Node
 *
 * @throws ImagoError where one is not installed, with the line that does
 */
export async function loadPackages(where: string, load = importNow): Promise<Packages> {
  const one = async (name: string): Promise<unknown> => {
    try {
      return (await load(name)).default;
    } catch (cause) {
      throw new ImagoError(`${where}: a study on PostgreSQL needs the package ${name}, which is not there.`, {
        help: `Install both that it takes: ${install}`,
        cause,
      });
    }
  };
  const [driver, boss] = [await one("pg"), await one("pg-boss")];
  return { pg: driver as typeof pg, PgBoss: boss as typeof PgBoss };
}
