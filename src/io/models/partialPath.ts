/** Where a download stands until it is complete and checked. */
export function partialPath(path: string): string {
  return `${path}.partial`;
}
