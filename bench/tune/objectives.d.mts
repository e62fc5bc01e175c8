/** By name: `{ space, value, optimum }`. */
export const OBJECTIVES: Readonly<Record<string, unknown>>;
