/** Collects the values of a flag that may be given again. */
export const again = (text: string, before: readonly string[]): string[] => [...before, text];
