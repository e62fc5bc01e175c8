/** What a task sees besides its argument. */
export interface TaskContext {
  /** What the pool gave each worker when it started. */
  readonly shared: Readonly<Record<string, unknown>>;
  /**
   * Tells whoever waits for the job something before it is over: `onMessage` there.
   *
   * @throws where it cannot be sent, such as a function
   */
  tell(message: unknown): void;
  /**
   * Asks whoever waits for the job something: `onQuestion` there. Whoever awaits the answer lets it come.
   *
   * @throws what `onQuestion` throws; where the job is over; where it cannot be sent
   */
  ask(question: unknown): Promise<unknown>;
}

/**
 * A function that worker processes run. What it gives should depend on its argument and on what is shared alone, not on
 * what the worker did before. Argument and result are copied: plain objects, arrays, typed arrays, maps, sets, no functions
 * and no instances of classes.
 */
export type Task = (argument: never, context: TaskContext) => unknown;
