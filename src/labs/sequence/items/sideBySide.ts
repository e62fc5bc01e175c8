import { inOrder } from "./inOrder.js";

/** Items that are made side by side at most: more cost memory and gain little. */
export const sideBySide = 64;

/** Rows of a network's batch, in each of which one item after another is made. */
export interface RowsOfItems<Slot, Item> {
  /** Items to make. */
  readonly count: number;
  readonly signal: AbortSignal | undefined;
  /** Begins the item of a number in a row. */
  begin(row: number, index: number): Slot;
  /** Runs the network once, for all rows. */
  step(): Promise<void>;
  /** Gives a row what it reads next; the item where that was its end. */
  advance(row: number, slot: Slot): Item | undefined;
}

/**
 * Items, in the order of their numbers; a row that has ended its item begins the next.
 *
 * @throws the signal's reason when it aborts
 */
export function itemsSideBySide<Slot, Item extends { readonly index: number }>(
  rows: RowsOfItems<Slot, Item>,
): AsyncGenerator<Item, void, undefined> {
  return inOrder(asTheyEnd(rows));
}

async function* asTheyEnd<Slot, Item>(rows: RowsOfItems<Slot, Item>): AsyncGenerator<Item, void, undefined> {
  const width = Math.min(rows.count, sideBySide);
  const slots: (Slot | undefined)[] = Array.from({ length: width }, (_, row) => rows.begin(row, row));
  let [next, open] = [width, width];
  while (open > 0) {
    rows.signal?.throwIfAborted();
    await rows.step();
    for (const [row, slot] of slots.entries()) {
      const done = slot && rows.advance(row, slot);
      if (done === undefined) continue;
      yield done;
      const isMore = next < rows.count;
      slots[row] = isMore ? rows.begin(row, next++) : undefined;
      if (!isMore) open--;
    }
  }
}
