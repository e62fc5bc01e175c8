import { ImagoError, messageOf } from "../../../../engine/errors.js";
import {
  momentOf,
  newTrial,
  type OptunaStudy,
  type OptunaTrial,
  optunaStates,
  paramOf,
} from "../optunaStudy.js";
import { parsePythonJson } from "../pythonJson.js";
import type { OptunaFile } from "../readJournal.js";

/** The exact version that is tested. */
const sqlVersion = "1.17.0";

type Row = Readonly<Record<string, unknown>>;

interface Database {
  exec(
    sql: string,
  ): readonly { readonly columns: readonly string[]; readonly values: readonly (readonly unknown[])[] }[];
  close(): void;
}

type OpenDatabase = () => Promise<{ readonly Database: new (bytes: Uint8Array) => Database }>;

/** The studies of an SQLite database of Optuna's. @throws ImagoError where sql.js is missing, and on a database of others */
export async function readOptunaDatabase(path: string, bytes: Uint8Array): Promise<OptunaFile> {
  const open = await loadSqlite(path);
  const { Database } = await open();
  let database: Database | undefined;
  try {
    database = new Database(bytes);
    return { studies: studiesOf(database), problems: [] };
  } catch (cause) {
    const why = messageOf(cause).replace(/\.$/, "");
    throw new ImagoError(`${path} is damaged, or no database of Optuna's: ${why}.`, { cause });
  } finally {
    database?.close();
  }
}

/** @param load what loads it, for tests */
export async function loadSqlite(
  path: string,
  load: (name: string) => Promise<{ readonly default: OpenDatabase }> = (name) => import(name),
): Promise<OpenDatabase> {
  try {
    return (await load("sql.js")).default;
  } catch (cause) {
    throw new ImagoError(
      `${path} is an SQLite database, which Imago reads with sql.js, and that is not installed.`,
      {
        help: `Install it: npm install sql.js@${sqlVersion}`,
        cause,
      },
    );
  }
}

function studiesOf(database: Database): OptunaStudy[] {
  const trials = trialsOf(database);
  const directions = grouped(rows(database, "study_directions", "objective"), "study_id");
  const own = grouped(rows(database, "trials", "number"), "study_id");
  return rows(database, "studies", "study_id").map(({ study_id: id, study_name: name }) => ({
    name: String(name),
    directions: (directions.get(id) ?? []).map(({ direction }) =>
      direction === "MAXIMIZE" ? "maximize" : "minimize",
    ),
    trials: (own.get(id) ?? []).flatMap(({ trial_id: trial }) => trials.get(trial) ?? []),
  }));
}

function trialsOf(database: Database): ReadonlyMap<unknown, OptunaTrial> {
  const params = grouped(rows(database, "trial_params", "param_id"), "trial_id");
  const values = grouped(rows(database, "trial_values", "objective"), "trial_id");
  const reports = grouped(rows(database, "trial_intermediate_values", "step"), "trial_id");
  const attributes = grouped(
    rows(database, "trial_system_attributes", "trial_system_attribute_id"),
    "trial_id",
  );
  const all = rows(database, "trials", "trial_id").map((row): readonly [unknown, OptunaTrial] => {
    const id = row.trial_id;
    const state = optunaStates.find((name) => name === row.state) ?? "FAIL";
    const trial = newTrial(Number(row.number), state);
    trial.began = momentOf(row.datetime_start);
    trial.ended = momentOf(row.datetime_complete);
    trial.values = values.get(id)?.map(({ value, value_type: type }) => numberOf(value, type));
    for (const { param_name: name, param_value: value, distribution_json: distribution } of params.get(id) ??
      []) {
      trial.params.set(String(name), paramOf(value, distribution));
    }
    for (const { step, intermediate_value: value, intermediate_value_type: type } of reports.get(id) ?? []) {
      trial.reports.set(Number(step), numberOf(value, type));
    }
    const fixed = attributes.get(id)?.find(({ key }) => key === "fixed_params");
    if (fixed !== undefined)
      trial.fixed = { ...Object(parsePythonJson(String(fixed.value_json), "what waits")) };
    return [id, trial];
  });
  return new Map(all);
}

/** Numbers that SQLite has not stand beside their column. */
function numberOf(value: unknown, type: unknown): number {
  if (type === "INF_POS") return Number.POSITIVE_INFINITY;
  if (type === "INF_NEG") return Number.NEGATIVE_INFINITY;
  return typeof value === "number" ? value : Number.NaN;
}

/** Whatever columns this version of Optuna has. */
function rows(database: Database, table: string, order: string): Row[] {
  const [found] = database.exec(`SELECT * FROM ${table} ORDER BY ${order}`);
  if (found === undefined) return [];
  const { columns, values } = found;
  return values.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]])));
}

function grouped(all: readonly Row[], by: string): ReadonlyMap<unknown, readonly Row[]> {
  const groups = new Map<unknown, Row[]>();
  for (const row of all) {
    const group = groups.get(row[by]);
    if (group === undefined) groups.set(row[by], [row]);
    else group.push(row);
  }
  return groups;
}
