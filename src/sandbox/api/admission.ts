// What happens to an object before it is kept: the defaults of its kind, and the checks that matter here.
import type { ContainerSpec, PodSpec, PodTemplate } from "../object.ts";
import { type ApiFailure, badRequest, invalid } from "./failure.ts";
import { apiVersionOf, type Resource } from "./resources.ts";
import type { NewObject } from "./store.ts";

const nameGrammar = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Checks and completes an object that someone sent.
 * @throws ApiFailure 400 or 422 in the API's words.
 */
export function admit(resource: Resource, object: unknown, namespace: string | undefined): NewObject {
  if (!isRecord(object)) throw badRequest("the object provided is unrecognized (must be of type object)");
  const { apiVersion, kind } = object as NewObject;
  if (apiVersion !== undefined && apiVersion !== apiVersionOf(resource)) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(resource)})`,
    );
  }
  if (kind !== undefined && kind !== resource.kind) {
    throw badRequest(`${resource.kind} in version "${resource.version}" cannot be handled as a ${kind}`);
  }
  const metadata = isRecord(object["metadata"]) ? { ...object["metadata"] } : {};
  if (resource.namespaced) {
    if (metadata["namespace"] !== undefined && metadata["namespace"] !== namespace) {
      throw badRequest(
        "the namespace of the provided object does not match the namespace sent on the request",
      );
    }
    metadata["namespace"] = namespace;
  } else delete metadata["namespace"];
  const admitted = { ...object, metadata } as NewObject;
  checkName(resource, admitted);
  complete(resource, admitted);
  return admitted;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkName(resource: Resource, object: NewObject): void {
  const { name, generateName } = object.metadata;
  if (!name && !generateName) {
    throw invalid(
      resource.kind,
      resource.group,
      "",
      "metadata.name",
      "Required value: name or generateName is required",
    );
  }
  if (name !== undefined && name !== "" && !nameGrammar.test(name)) {
    throw invalid(
      resource.kind,
      resource.group,
      name,
      "metadata.name",
      `Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    );
  }
}

/** The defaults of a kind, set in place; the scene's own objects pass here too. */
export function complete(resource: Resource, object: NewObject): void {
  const fail: Fail = (field, message) =>
    invalid(resource.kind, resource.group, object.metadata.name ?? "", field, message);
  switch (resource.kind) {
    case "Pod":
      object.spec = completePodSpec(object.spec, "spec", fail, "Always");
      object.status = { phase: "Pending", qosClass: "Burstable", ...object.status };
      break;
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
    case "DaemonSet":
      completeWorkload(resource.kind, object, fail);
      break;
    case "Job":
      completeJob(object, fail);
      break;
    case "Service":
      object.spec = {
        type: "ClusterIP",
        sessionAffinity: "None",
        clusterIP: serviceAddress(object),
        ...object.spec,
      };
      object.status ??= { loadBalancer: {} };
      break;
    case "Namespace":
      object.spec ??= { finalizers: ["kubernetes"] };
      object.status ??= { phase: "Active" };
      object.metadata.labels = {
        "kubernetes.io/metadata.name": object.metadata.name ?? "",
        ...object.metadata.labels,
      };
      break;
    case "PersistentVolumeClaim":
      object.status ??= claimStatus(object.spec);
      break;
    default:
      break;
  }
}

type Fail = (field: string, message: string) => ApiFailure;

function claimStatus(spec: object | undefined): object {
  const { resources, accessModes } = (spec ?? {}) as {
    resources?: { requests?: object };
    accessModes?: string[];
  };
  return { phase: "Bound", accessModes: accessModes ?? [], capacity: resources?.requests ?? {} };
}

/** A stable address out of the name, as no two services of the scene may share one. */
function serviceAddress(object: NewObject): string {
  let hash = 7;
  for (const letter of `${object.metadata.namespace}/${object.metadata.name}`) {
    hash = (hash * 31 + letter.charCodeAt(0)) % 64_000;
  }
  return `10.96.${Math.floor(hash / 250)}.${(hash % 250) + 2}`;
}

function completeWorkload(kind: string, object: NewObject, fail: Fail): void {
  const spec = { ...object.spec } as Record<string, unknown>;
  const labels = (spec["selector"] as { matchLabels?: Record<string, string> } | undefined)?.matchLabels;
  if (!labels || Object.keys(labels).length === 0) throw fail("spec.selector", "Required value");
  const template = spec["template"] as PodTemplate | undefined;
  if (!isRecord(template)) throw fail("spec.template", "Required value");
  const carried = template.metadata?.labels ?? {};
  if (Object.entries(labels).some(([key, value]) => carried[key] !== value)) {
    throw fail(
      "spec.template.metadata.labels",
      `Invalid value: ${JSON.stringify(carried)}: \`selector\` does not match template \`labels\``,
    );
  }
  if (kind !== "DaemonSet") spec["replicas"] ??= 1;
  if (typeof spec["replicas"] === "number" && spec["replicas"] < 0) {
    throw fail("spec.replicas", `Invalid value: ${spec["replicas"]}: must be greater than or equal to 0`);
  }
  if (kind === "Deployment") {
    const strategy = spec["strategy"] as { type?: string } | undefined;
    if (!strategy?.type) {
      spec["strategy"] = { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } };
    }
    spec["revisionHistoryLimit"] ??= 10;
    spec["progressDeadlineSeconds"] ??= 600;
  }
  spec["template"] = {
    ...template,
    spec: completePodSpec(template.spec, "spec.template.spec", fail, "Always"),
  };
  object.spec = spec;
  object.status ??= {};
}

function completeJob(object: NewObject, fail: Fail): void {
  const spec: Record<string, unknown> = {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    suspend: false,
    ...object.spec,
  };
  const template = spec["template"] as PodTemplate | undefined;
  if (!isRecord(template)) throw fail("spec.template", "Required value");
  const podSpec = completePodSpec(template.spec, "spec.template.spec", fail, undefined);
  if (podSpec.restartPolicy !== "Never" && podSpec.restartPolicy !== "OnFailure") {
    throw fail("spec.template.spec.restartPolicy", `Required value: valid values: "OnFailure", "Never"`);
  }
  const name = object.metadata.name ?? "";
  const labels = { "batch.kubernetes.io/job-name": name, "job-name": name };
  spec["selector"] ??= { matchLabels: { "batch.kubernetes.io/job-name": name } };
  spec["template"] = {
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } },
    spec: podSpec,
  };
  object.spec = spec;
  object.status ??= {};
}

function completePodSpec(
  given: unknown,
  path: string,
  fail: Fail,
  restartPolicy: string | undefined,
): PodSpec {
  const spec = (isRecord(given) ? { ...given } : {}) as Partial<PodSpec>;
  if (!Array.isArray(spec.containers) || spec.containers.length === 0) {
    throw fail(`${path}.containers`, "Required value");
  }
  const containers = spec.containers.map((container, index) =>
    completeContainer(container, `${path}.containers[${index}]`, fail),
  );
  const initContainers = spec.initContainers?.map((container, index) =>
    completeContainer(container, `${path}.initContainers[${index}]`, fail),
  );
  return {
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    serviceAccountName: "default",
    securityContext: {},
    ...(restartPolicy ? { restartPolicy } : {}),
    ...spec,
    containers,
    ...(initContainers ? { initContainers } : {}),
  };
}

function completeContainer(container: ContainerSpec, path: string, fail: Fail): ContainerSpec {
  if (!isRecord(container)) throw fail(path, "Required value");
  if (typeof container.name !== "string" || container.name === "")
    throw fail(`${path}.name`, "Required value");
  if (typeof container.image !== "string" || container.image === "") {
    throw fail(`${path}.image`, "Required value");
  }
  const resources = container.resources ?? {};
  // An extended resource is a limit first: the request follows it, and may not differ.
  const requests = { ...resources.requests };
  for (const [name, amount] of Object.entries(resources.limits ?? {})) {
    requests[name] ??= amount;
    if (name.includes("/") && String(requests[name]) !== String(amount)) {
      throw fail(
        `${path}.resources.requests`,
        `Invalid value: "${requests[name]}": must be equal to ${name} limit of ${amount}`,
      );
    }
  }
  for (const name of Object.keys(requests)) {
    if (name.startsWith("nvidia.com/") && resources.limits?.[name] === undefined) {
      throw fail(
        `${path}.resources.limits`,
        `Required value: Limit must be set for non overcommitable resources`,
      );
    }
  }
  return {
    imagePullPolicy: "IfNotPresent",
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    ...container,
    ports: (container.ports ?? []).map((port) => ({ protocol: "TCP", ...port })),
    resources: Object.keys(requests).length > 0 ? { ...resources, requests } : resources,
  };
}
