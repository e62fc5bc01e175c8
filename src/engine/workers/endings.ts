import { ImagoError } from "../errors.js";

/** That the process of a job ended before the job was over. */
export class ProcessEnded extends ImagoError {
  override readonly name = "ProcessEnded";
  /** `its process ended with exit code 3`. */
  readonly how: string;

  constructor(task: string, how: string) {
    super(`workers: task "${task}" came to no end: ${how}.`, {
      help: "If memory ran out, use fewer workers.",
    });
    this.how = how;
  }
}

/** That a job took longer than it may. */
export class TimeOver extends ImagoError {
  override readonly name = "TimeOver";
}
