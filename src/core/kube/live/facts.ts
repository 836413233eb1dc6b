// What a cluster has, as far as a manifest is held against it: plain data that was read when somebody asked.
import type { Labels } from "../labels.ts";
import type { NodeState } from "../scheduling/nodeState.ts";
import type { Known } from "./answers.ts";
import type { Thousandths } from "./thousandths.ts";

/** A ResourceQuota. */
export interface Quota {
  readonly name: string;
  /** By the quota's own names, such as `requests.nvidia.com/gpu`. */
  readonly hard: Thousandths;
  readonly used: Thousandths;
  /** It counts only some pods. */
  readonly scopes: readonly QuotaScope[];
}

export interface QuotaScope {
  readonly scope: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** One item of a LimitRange's `spec.limits`. */
export interface Limit {
  /** Of the LimitRange. */
  readonly name: string;
  readonly type: string;
  readonly max: Thousandths;
  readonly min: Thousandths;
  readonly default: Thousandths;
  readonly defaultRequest: Thousandths;
  readonly maxLimitRequestRatio: Thousandths;
}

/** A LocalQueue of Kueue with what its ClusterQueue gives at most to one group of pods. */
export interface Queue {
  readonly name: string;
  readonly clusterQueue: string;
  /** Undefined where it may borrow, or its ClusterQueue can't be read: then what it gives is not known. */
  readonly most: Thousandths | undefined;
}

/** Names of the objects of a kind; `absent`: the cluster does not have the kind. */
export type Names = Known<readonly string[]> | { readonly absent: true };

export interface NamespaceFacts {
  /** By kind; what was not asked for is not there. */
  readonly names: Readonly<Record<string, Names>>;
  readonly quotas?: Known<readonly Quota[]>;
  readonly limits?: Known<readonly Limit[]>;
  readonly queues?: Known<readonly Queue[]> | { readonly absent: true };
  /** Of the Namespace itself; `absent`: there is no such one. */
  readonly labels?: Known<Labels> | { readonly absent: true };
}

export interface ClusterFacts {
  readonly context: string;
  /** Where objects go that name no namespace. */
  readonly namespace: string;
  readonly nodes?: Known<readonly NodeState[]>;
  /** False where the pods on the nodes may not be seen: then what is free is not known. */
  readonly podsSeen: boolean;
  /** Of kinds without namespaces. */
  readonly names: Readonly<Record<string, Names>>;
  readonly namespaces: Readonly<Record<string, NamespaceFacts>>;
}

export function valueOf<Value>(known: Known<Value> | { absent: true } | undefined): Value | undefined {
  return known !== undefined && "value" in known ? known.value : undefined;
}
