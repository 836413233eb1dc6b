// Where the project writes what it did. A skin gives the real one (an output channel, standard error).

export interface Log {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string, cause?: unknown): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** What is known of an error in one line, without its stack. */
export function causeText(cause: unknown): string {
  if (cause === undefined || cause === null) return "";
  if (cause instanceof AggregateError && cause.errors.length > 0) return causeText(cause.errors[0]);
  if (cause instanceof Error) return cause.message || cause.name;
  return typeof cause === "string" ? cause : JSON.stringify(cause);
}

/** Where a fault of ours happened. */
export function stackText(cause: unknown): string {
  return (cause instanceof Error && cause.stack) || causeText(cause);
}
