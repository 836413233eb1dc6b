// What looking for an engine ends in: it is there, or it is not and this is why.

export type Found<T> = ({ available: true } & T) | { available: false; reason: string };

/** Turns a thrown error into a reason, so that a suite is skipped with the sentence and not with a stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
