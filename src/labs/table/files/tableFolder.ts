import { createHash } from "node:crypto";
import { join } from "node:path";
import { anyText } from "../../../engine/arguments.js";
import { ImagoError, messageOf, shown } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { isRecord, parseJson } from "../../../engine/files/parseJson.js";
import { readTextChecked } from "../../../engine/files/readFileChecked.js";
import { TableModel, type TableModelState, tableModelField } from "../model/tableModel.js";

const format = "imago table model";
const version = 1;

/** The file of a folder that holds what was learnt. */
export const modelName = "model.json";

/**
 * Writes what was learnt from a table, whole or not at all.
 *
 * @param folder which must exist
 * @throws ImagoError where it cannot be written
 */
export async function saveTableModel(model: TableModel, folder: string): Promise<void> {
  tableModelField.read("saveTableModel", "model", model);
  anyText.read("saveTableModel", "folder", folder);
  const state = JSON.stringify(model.state);
  await atomicWrite(
    join(folder, modelName),
    `{"format":${JSON.stringify(format)},"version":${version},"sha256":"${digestOf(state)}","state":${state}}`,
  );
}

/**
 * Reads what {@link saveTableModel} wrote.
 *
 * @param place the folder, or the file in it
 * @throws ImagoError where it is missing, is no such file, of a newer version, or altered
 */
export async function loadTableModel(place: string): Promise<TableModel> {
  anyText.read("loadTableModel", "place", place);
  const path = place.endsWith(".json") ? place : join(place, modelName);
  const found = parseJson(await readTextChecked(path), path);
  if (!isRecord(found) || found.format !== format) {
    throw new ImagoError(`${path}: this is no model of a table.`, {
      help: "Name a folder that `imago table train` made.",
    });
  }
  if (found.version !== version) {
    throw new ImagoError(`${path}: version ${shown(found.version)} is not known; expected ${version}.`, {
      help: "A newer Imago wrote it: update yours.",
    });
  }
  if (found.sha256 !== digestOf(JSON.stringify(found.state))) {
    throw new ImagoError(`${path} was altered: its SHA-256 is not the one it holds.`);
  }
  try {
    return new TableModel(found.state as TableModelState);
  } catch (cause) {
    throw new ImagoError(`${path}: ${messageOf(cause)}`, { cause });
  }
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
