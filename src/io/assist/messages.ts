// What AssistThread and its worker say to each other.
import type { KnownValues } from "../../core/kube/live/values.ts";
import type { Completion, Hover } from "../../core/language/assist.ts";
import type { Span } from "../../core/syntax/lines.ts";

/** Where in which text: an offset in UTF-16 units. */
export interface AssistPlace {
  /** Tells what kind of file this is. */
  readonly path: string;
  readonly text: string;
  readonly offset: number;
  /** Of Kubernetes, such as `1.33`; undefined where nobody says which. */
  readonly kubernetesVersion?: string | undefined;
  /** What the cluster that was asked last has; undefined where none is open, or that is too long ago. */
  readonly values?: KnownValues | undefined;
}

export interface Completions {
  readonly at: Span;
  readonly items: readonly Completion[];
}

export type AssistQuestion = AssistPlace & { readonly id: number; readonly what: "hover" | "completions" };

export interface AssistAnswer {
  readonly id: number;
  readonly hover?: Hover | undefined;
  readonly completions?: Completions | undefined;
  /** A bug, with its stack. */
  readonly failed?: string;
}

export interface AssistData {
  /** Where data/kubernetes.schemas is. */
  readonly schemasPath: string;
  /** Where schemas of clusters are kept. */
  readonly servedFolder?: string;
}
