// What the scheduler reads of a pod: what it asks for, where it may run, and what it puts up with.
// Source: https://kubernetes.io/docs/concepts/scheduling-eviction/ and the plugins NodeResourcesFit, NodeAffinity,
// TaintToleration and NodePorts of kube-scheduler.
import { field, list, record, stringsOf, text } from "../object.ts";
import { podSum } from "../podSum.ts";
import { type PodPeers, podPeers } from "./podPeers.ts";
import { type PodVolume, podVolumes } from "./podVolumes.ts";
import { addAmounts, type Amounts, amountsOf } from "./amounts.ts";

/** A requirement on a label, or on the name of the node. */
export interface Requirement {
  key: string;
  operator: string;
  values: readonly string[];
}

/** All of them must hold. */
export interface Term {
  labels: readonly Requirement[];
  fields: readonly Requirement[];
}

export interface Toleration {
  key: string | undefined;
  operator: string;
  value: string;
  /** Undefined: every effect. */
  effect: string | undefined;
}

export interface HostPort {
  protocol: string;
  ip: string;
  port: number;
}

export interface PodNeeds {
  amounts: Amounts;
  nodeSelector: Readonly<Record<string, string>>;
  /** One of them must hold; undefined when the pod asks for none. */
  terms: readonly Term[] | undefined;
  tolerations: readonly Toleration[];
  hostPorts: readonly HostPort[];
  /** What it says of other pods. */
  peers: PodPeers;
  volumes: readonly PodVolume[];
  /** What the scheduler looks at too, and this arithmetic does not. */
  notConsidered: readonly string[];
}

/**
 * @param pod or pod template with its `spec`, as the API has it or as it is written.
 * @param namespace of a pod that names none.
 */
export function podNeeds(pod: unknown, namespace = "default"): PodNeeds {
  const spec = field(pod, "spec");
  const affinity = field(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  return {
    amounts: podAmounts(spec),
    nodeSelector: stringsOf(record(spec, "nodeSelector")),
    terms:
      affinity === undefined || affinity === null
        ? undefined
        : list(affinity, "nodeSelectorTerms").map(termOf),
    tolerations: list(spec, "tolerations").map((one) => ({
      key: text(one, "key"),
      operator: text(one, "operator") ?? "Equal",
      value: text(one, "value") ?? "",
      effect: text(one, "effect"),
    })),
    hostPorts: hostPortsOf(spec),
    peers: podPeers(pod, text(pod, "metadata", "namespace") ?? namespace),
    volumes: podVolumes(pod),
    notConsidered: notConsideredOf(spec),
  };
}

/** As `podSum`, with the pod's overhead. A limit without a request counts as the request. */
export function podAmounts(spec: unknown): Amounts {
  const summed = podSum(spec, containerAmounts);
  // What is said of the whole pod takes the place of its containers' sum.
  const whole = containerAmounts(spec);
  return addAmounts({ ...summed, ...whole }, amountsOf(record(spec, "overhead")));
}

function containerAmounts(container: unknown): Amounts {
  return amountsOf({
    ...record(container, "resources", "limits"),
    ...record(container, "resources", "requests"),
  });
}

/** A term of node affinity, of a pod or of a volume. */
export function termOf(term: unknown): Term {
  const requirements = (name: string) =>
    list(term, name).map((one) => ({
      key: text(one, "key") ?? "",
      operator: text(one, "operator") ?? "",
      values: list(one, "values").map(String),
    }));
  return { labels: requirements("matchExpressions"), fields: requirements("matchFields") };
}

export function hostPortsOf(spec: unknown): HostPort[] {
  const containers = [
    ...list(spec, "containers"),
    ...list(spec, "initContainers").filter((one) => text(one, "restartPolicy") === "Always"),
  ];
  const onHost = field(spec, "hostNetwork") === true;
  return containers.flatMap((container) =>
    list(container, "ports").flatMap((port) => {
      const number = Number(field(port, "hostPort") ?? (onHost ? field(port, "containerPort") : 0));
      if (!Number.isInteger(number) || number <= 0) return [];
      return [
        { protocol: text(port, "protocol") ?? "TCP", ip: text(port, "hostIP") ?? "0.0.0.0", port: number },
      ];
    }),
  );
}

const RULES: readonly { what: string; path: readonly string[] }[] = [
  { what: "devices that are claimed (resourceClaims)", path: ["resourceClaims"] },
  { what: "gates (schedulingGates)", path: ["schedulingGates"] },
];

function notConsideredOf(spec: unknown): string[] {
  const found = RULES.filter(({ path }) => list(spec, ...path).length > 0).map(({ what }) => what);
  const claims = list(spec, "volumes").some((volume) => field(volume, "persistentVolumeClaim") !== undefined);
  return claims ? [...found, "how many volumes a node takes"] : found;
}
