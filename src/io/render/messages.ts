// What is asked of a worker that renders, and what it answers.
import type { Finding } from "../../core/syntax/finding.ts";
import type { Asked } from "../check/asked.ts";

/** What is rendered as a whole. */
export interface RenderUnit {
  readonly kind: "chart" | "kustomization";
  /** Absolute. */
  readonly folder: string;
}

export interface RenderRequest extends Asked {
  readonly unit: RenderUnit;
  /** Up to this folder is looked for a configuration, beyond the repository. */
  readonly top?: string;
}

export type RenderAnswer =
  | {
      readonly kind: "rendered";
      /** By absolute path, what the check of the file alone does not find. */
      readonly findings: readonly (readonly [string, Finding[]])[];
      /** Absolute paths of the files and folders that went into it. */
      readonly sources: readonly string[];
    }
  /** The program that renders is not there. */
  | { readonly kind: "missing"; readonly program: string };

/** What a worker that renders is started with. */
export interface RenderData {
  readonly request: RenderRequest;
  readonly schemasPath: string;
}

/** What it says: lines of the log, and at the end one answer. */
export type RenderSaid =
  | { readonly log: string }
  | { readonly answer: RenderAnswer }
  | { readonly failed: string };
