/** A record by names that users choose: `constructor` and `__proto__` are names like any other, and none is there by itself. */
export function byName<T>(entries: Iterable<readonly [name: string, value: T]>): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) record[name] = value;
  return record;
}
