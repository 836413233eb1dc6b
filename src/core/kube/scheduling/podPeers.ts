// What the scheduler reads of a pod about other pods: beside whom it must run, beside whom not, and how it is spread.
// Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
// and https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
import { plainNode } from "../../syntax/plainNode.ts";
import { type Labels, type LabelSelector, selectorOf } from "../labels.ts";
import { field, list, record, stringsOf, text } from "../object.ts";

/** Pods of some namespaces, and the part of the cluster that counts as one place. */
export interface PeerTerm {
  topologyKey: string;
  /** Undefined picks no pod at all. */
  selector: LabelSelector | undefined;
  namespaces: readonly string[];
  /** Also namespaces with these labels. */
  namespaceSelector: LabelSelector | undefined;
}

/** One of `topologySpreadConstraints` that must hold. */
export interface Spread {
  topologyKey: string;
  maxSkew: number;
  minDomains: number;
  selector: LabelSelector | undefined;
  /** Nodes that the pod's node affinity leaves out do not count. */
  honorsAffinity: boolean;
  /** Nor those with taints that it does not tolerate. */
  honorsTaints: boolean;
}

export interface PodPeers {
  namespace: string;
  labels: Labels;
  affinity: readonly PeerTerm[];
  antiAffinity: readonly PeerTerm[];
  spreads: readonly Spread[];
}

/** @param pod or pod template, with `metadata` and `spec`. */
export function podPeers(pod: unknown, namespace: string): PodPeers {
  const labels = stringsOf(record(pod, "metadata", "labels"));
  const terms = (which: string) =>
    list(pod, "spec", "affinity", which, "requiredDuringSchedulingIgnoredDuringExecution").map((term) =>
      peerTerm(term, labels, namespace),
    );
  return {
    namespace,
    labels,
    affinity: terms("podAffinity"),
    antiAffinity: terms("podAntiAffinity"),
    spreads: list(pod, "spec", "topologySpreadConstraints").flatMap((one) => {
      if (text(one, "whenUnsatisfiable") !== "DoNotSchedule") return [];
      return [
        {
          topologyKey: text(one, "topologyKey") ?? "",
          maxSkew: Number(field(one, "maxSkew") ?? 1),
          minDomains: Number(field(one, "minDomains") ?? 1),
          selector: selectorWith(one, labels),
          honorsAffinity: text(one, "nodeAffinityPolicy") !== "Ignore",
          honorsTaints: text(one, "nodeTaintsPolicy") === "Honor",
        },
      ];
    }),
  };
}

/** A pod that says nothing of others. */
export const NO_PEERS: PodPeers = { namespace: "", labels: {}, affinity: [], antiAffinity: [], spreads: [] };

/** Its terms against others, which a pod that is already there holds up. */
export function antiAffinityOf(pod: unknown): readonly PeerTerm[] {
  // Few pods have one: the others are read no further.
  if (field(pod, "spec", "affinity", "podAntiAffinity") === undefined) return [];
  return podPeers(pod, text(pod, "metadata", "namespace") ?? "").antiAffinity;
}

function peerTerm(term: unknown, labels: Labels, namespace: string): PeerTerm {
  const namespaces = list(term, "namespaces").map(String);
  const namespaceSelector = selectorIn(field(term, "namespaceSelector"));
  return {
    topologyKey: text(term, "topologyKey") ?? "",
    selector: selectorWith(term, labels),
    namespaces: namespaces.length === 0 && !namespaceSelector ? [namespace] : namespaces,
    namespaceSelector,
  };
}

/** The selector, with the pod's own values of the keys that it names beside. */
function selectorWith(term: unknown, labels: Labels): LabelSelector | undefined {
  const selector = selectorIn(field(term, "labelSelector"));
  if (!selector) return undefined;
  const keys = (which: string, operator: string) =>
    list(term, which).flatMap((key) => {
      const value = Object.hasOwn(labels, String(key)) ? labels[String(key)] : undefined;
      return value === undefined ? [] : [{ key: String(key), operator, values: [value] }];
    });
  const own = [...keys("matchLabelKeys", "In"), ...keys("mismatchLabelKeys", "NotIn")];
  return { ...selector, expressions: [...selector.expressions, ...own] };
}

function selectorIn(value: unknown): LabelSelector | undefined {
  return value === undefined || value === null ? undefined : selectorOf(plainNode(value));
}
