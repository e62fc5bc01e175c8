/** A year: what is to last longer has no end. */
export const mostMinutes = 525_600;

/** Processes, and threads of each, that a machine may have. */
export const mostProcesses = 1024;
