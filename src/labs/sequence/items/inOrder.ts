/** Items by their numbers from 0, each as soon as all before it are there. */
export async function* inOrder<T extends { readonly index: number }>(
  items: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const waiting = new Map<number, T>();
  let next = 0;
  for await (const item of items) {
    waiting.set(item.index, item);
    for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
      waiting.delete(next++);
      yield ready;
    }
  }
}
