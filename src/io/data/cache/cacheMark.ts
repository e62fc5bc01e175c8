/** The file that shows a folder to be a cache. */
export const cacheMark = "imago-cache.json";
