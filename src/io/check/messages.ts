// What the workers that check are told, and what they answer.
import type { FixScope } from "../../core/rules/fixing.ts";
import type { ClusterInput } from "../../core/rules/liveCluster.ts";
import type { Edit, Finding } from "../../core/syntax/finding.ts";
import type { Asked } from "./asked.ts";
import type { FileOptions } from "./fileChecker.ts";

export interface CheckRequest extends Asked {
  /** Any form of path or name; its last part tells what kind of file this is, an absolute one what it stands in. */
  readonly path: string;
  readonly text: string;
  /** Up to this folder is looked for a configuration, beyond the file's repository; its files are the others. */
  readonly top?: string;
  /** The text is that of the file, saved or not: others of `top` are checked by it. */
  readonly isFile?: boolean;
  /** Of the cluster that was asked last; it counts where nobody says which. */
  readonly clusterVersion?: string | undefined;
  /** Instead of what the text says itself: what a cluster says of it. */
  readonly cluster?: ClusterInput;
}

/** What can be repaired at once, as edits of the text. */
export interface FixRequest extends CheckRequest {
  readonly fix: FixScope;
}

/** What the worker is told besides: no answer comes to these. */
export type WorkspaceChange =
  /** Files and folders that came, changed or went; `all` where other ones may be ignored now. */
  | { readonly changed: readonly string[] | "all" }
  /** A document that is open no more. */
  | { readonly closed: string };

/** What the worker says by itself. */
export type Notice =
  /** Files that others depend on have changed; `by` is the open document that did it. */
  | { readonly notice: "others"; readonly by?: string }
  /** A file of the workspace is being read, or no more. */
  | { readonly notice: "reading"; readonly path: string | undefined };

/** What a worker is started with. */
export interface WorkerData {
  /** Files of the workspace that are not read: with them an earlier worker did not end. */
  readonly skipped?: readonly string[];
  /** Where data/kubernetes.schemas is; without it no schema is checked. */
  readonly schemasPath?: string;
  /** Where schemas of clusters are kept. */
  readonly servedFolder?: string;
}

/** What a worker of a check of many files is started with. */
export interface BatchData extends WorkerData {
  readonly options: FileOptions;
}

export type CheckAnswer =
  | { readonly findings: Finding[]; readonly edits?: Edit[] }
  | { readonly failed: string };
