import { ImagoError } from "../errors.js";

/** A run ended because a Gather was asked for a row that it has not got. */
export class RowError extends ImagoError {}
