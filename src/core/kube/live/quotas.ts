// Which pods the ResourceQuotas of a namespace refuse.
// Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/ and the quota evaluator of kube-apiserver.
import { itemsOf, nodeAt, numberOf, textOf } from "../../syntax/node.ts";
import type { PodTemplate } from "../podTemplates.ts";
import type { Quota, QuotaScope } from "./facts.ts";
import { type ContainerResources, summed } from "./podResources.ts";
import { type Thousandths, thousandthsAt, thousandthsText } from "./thousandths.ts";

export type QuotaFault =
  /** Each container must say what it asks for, as soon as a quota counts that. */
  | { readonly is: "unsaid"; readonly quota: string; readonly resource: string; readonly container: string }
  /** Not even one pod more fits; `allowed` is then 0. */
  | {
      readonly is: "exceeded";
      readonly quota: string;
      readonly resource: string;
      readonly wanted: number;
      readonly used: number;
      readonly hard: number;
      /** How many of the pods fit. */
      readonly allowed: number;
    };

const MUST_BE_SAID = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

/** @param copies so many pods like this are made. */
export function quotaFaults(
  pod: PodTemplate,
  containers: readonly ContainerResources[],
  quotas: readonly Quota[],
  copies: number,
): QuotaFault[] {
  const found: QuotaFault[] = [];
  const usage = podUsage(pod, containers);
  for (const quota of quotas) {
    if (!quota.scopes.every((scope) => isIn(pod, containers, scope) === true)) continue;
    if (!Object.keys(quota.hard).some(countsPods)) continue;
    for (const resource of MUST_BE_SAID) {
      if (quota.hard[resource] === undefined) continue;
      const silent = containers.find((one) => usageOf(one.requests, one.limits)[resource] === undefined);
      if (silent) found.push({ is: "unsaid", quota: quota.name, resource, container: silent.container.name });
    }
    for (const [resource, hard] of Object.entries(quota.hard)) {
      const wanted = usage[resource] ?? 0;
      const used = quota.used[resource] ?? 0;
      if (wanted <= 0 || used + wanted * copies <= hard) continue;
      const allowed = Math.max(0, Math.floor((hard - used) / wanted));
      if (allowed < copies)
        found.push({ is: "exceeded", quota: quota.name, resource, wanted, used, hard, allowed });
    }
  }
  return found;
}

/** `asks for 2 requests.nvidia.com/gpu: 3 of 4 are used`. */
export function exceededText({
  resource,
  wanted,
  used,
  hard,
}: Extract<QuotaFault, { is: "exceeded" }>): string {
  const text = (amount: number) => thousandthsText(resource, amount);
  return `${text(wanted)} of ${resource}, of which ${text(used)} of ${text(hard)} are in use`;
}

function podUsage(pod: PodTemplate, containers: readonly ContainerResources[]): Thousandths {
  const requests = summed(containers, "requests");
  const limits = summed(containers, "limits");
  for (const [name, amount] of Object.entries(thousandthsAt(nodeAt(pod.spec, "overhead")))) {
    requests[name] = (requests[name] ?? 0) + amount;
    if (limits[name] !== undefined) limits[name] += amount;
  }
  return { ...usageOf(requests, limits), pods: 1000, "count/pods": 1000 };
}

/** By the names that quotas count them under. */
function usageOf(requests: Thousandths, limits: Thousandths): Record<string, number> {
  const usage: Record<string, number> = {};
  for (const [name, amount] of Object.entries(requests)) {
    if (isBasic(name)) usage[name] = amount;
    if (isBasic(name) || name.includes("/") || name.startsWith("hugepages-"))
      usage[`requests.${name}`] = amount;
    if (name.startsWith("hugepages-")) usage[name] = amount;
  }
  for (const [name, amount] of Object.entries(limits)) if (isBasic(name)) usage[`limits.${name}`] = amount;
  return usage;
}

function isBasic(name: string): boolean {
  return name === "cpu" || name === "memory" || name === "ephemeral-storage";
}

/** Quotas of other things, such as Services, say nothing of pods. */
function countsPods(name: string): boolean {
  if (name === "requests.storage") return false;
  return (
    name === "pods" ||
    name === "count/pods" ||
    isBasic(name) ||
    /^(?:requests|limits)\./.test(name) ||
    name.startsWith("hugepages-")
  );
}

/** Undefined for a scope that can't be told from a manifest. */
function isIn(
  pod: PodTemplate,
  containers: readonly ContainerResources[],
  { scope, operator, values }: QuotaScope,
): boolean | undefined {
  const deadline = numberOf(nodeAt(pod.spec, "activeDeadlineSeconds"));
  switch (scope) {
    case "Terminating":
      return deadline !== undefined && deadline >= 0;
    case "NotTerminating":
      return deadline === undefined;
    case "BestEffort":
      return isBestEffort(containers);
    case "NotBestEffort":
      return !isBestEffort(containers);
    case "PriorityClass": {
      const name = textOf(nodeAt(pod.spec, "priorityClassName"));
      if (operator === "Exists") return name !== undefined;
      if (operator === "DoesNotExist") return name === undefined;
      if (operator === "In") return name !== undefined && values.includes(name);
      return operator === "NotIn" ? name === undefined || !values.includes(name) : undefined;
    }
    case "CrossNamespacePodAffinity":
      return usesAffinity(pod) ? undefined : false;
    default:
      return undefined;
  }
}

function isBestEffort(containers: readonly ContainerResources[]): boolean {
  return !containers.some(({ requests, limits }) =>
    ["cpu", "memory"].some((name) => (requests[name] ?? 0) > 0 || (limits[name] ?? 0) > 0),
  );
}

function usesAffinity(pod: PodTemplate): boolean {
  return ["podAffinity", "podAntiAffinity"].some((kind) => {
    const affinity = nodeAt(pod.spec, "affinity", kind);
    return ["required", "preferred"].some(
      (when) => itemsOf(nodeAt(affinity, `${when}DuringSchedulingIgnoredDuringExecution`)).length > 0,
    );
  });
}
