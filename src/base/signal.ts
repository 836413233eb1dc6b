// Cancellation: the platform's AbortSignal under the name this project uses, and the few verbs around it.

export type Signal = AbortSignal;

/** A signal that never fires, for callers with nothing to cancel. */
export function never(): Signal {
  return new AbortController().signal;
}

/** True for the error that a cancelled call ends with; such work ends quietly. */
export function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "AbortError" || (error as { code?: unknown }).code === "ABORT_ERR")
  );
}

/** Throws the cancellation when `signal` has fired. */
export function throwIfAborted(signal: Signal): void {
  if (signal.aborted) throw abortError();
}

export function abortError(): Error {
  const error = new Error("Cancelled");
  error.name = "AbortError";
  return error;
}

/** Calls `stop` once when `signal` fires (at once when it has); the result takes the listener away again. */
export function onAbort(signal: Signal, stop: () => void): { dispose(): void } {
  if (signal.aborted) {
    stop();
    return { dispose() {} };
  }
  signal.addEventListener("abort", stop, { once: true });
  return { dispose: () => signal.removeEventListener("abort", stop) };
}
