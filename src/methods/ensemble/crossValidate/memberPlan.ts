/** What one member is made of, from its rows to its seed. */
export interface MemberPlan {
  /** As texts name it, and its folder: `fold-1`. */
  readonly name: string;
  /** Of its weights, its order of samples and its dropout. */
  readonly seed: number;
  /** Rows to learn from; in a bag some come more than once. */
  readonly training: Int32Array;
  /** Rows that it does not learn from, in rising order. */
  readonly heldOut: Int32Array;
}
