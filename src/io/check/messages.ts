// What CheckThread and its worker say to each other.
import type { Level } from "../../core/rules/check.ts";
import type { Finding } from "../../core/syntax/finding.ts";

export interface CheckRequest {
  /** Any form of path or name; its last part tells what kind of file this is. */
  readonly path: string;
  readonly text: string;
  readonly levels: Readonly<Record<string, Level>>;
}

export type CheckAnswer = { readonly findings: Finding[] } | { readonly failed: string };
