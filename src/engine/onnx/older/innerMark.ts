/** Begins the names of values that only the reading of a file knows, which names in files do not. */
export const innerMark = "\0";
