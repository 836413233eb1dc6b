// The one kind of failure a person is meant to see: one sentence that says what to do.

export type TroubleKind =
  | "missing-tool"
  | "unreachable"
  | "denied"
  | "not-found"
  | "conflict"
  | "timeout"
  | "refused-by-policy"
  | "bad-input"
  | "failed";

/** A button that may stand beside a trouble: a command of ours, or a page to open. */
export interface Remedy {
  title: string;
  command?: string;
  args?: unknown[];
  url?: string;
}

export interface TroubleOptions {
  remedy?: Remedy;
  cause?: unknown;
  /** More lines for the log: never a secret. */
  detail?: string;
}

export class Trouble extends Error {
  readonly kind: TroubleKind;
  readonly remedy: Remedy | undefined;
  readonly detail: string | undefined;

  /** @param text one sentence for a person: what failed and what to do. */
  constructor(kind: TroubleKind, text: string, options: TroubleOptions = {}) {
    super(text, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Trouble";
    this.kind = kind;
    this.remedy = options.remedy;
    this.detail = options.detail;
  }

  get text(): string {
    return this.message;
  }

  /** Works across bundles too, where `instanceof` would not. */
  static is(error: unknown, kind?: TroubleKind): error is Trouble {
    return error instanceof Error && error.name === "Trouble" && (!kind || (error as Trouble).kind === kind);
  }
}
