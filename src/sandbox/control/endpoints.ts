// The ready pods behind each service, as an EndpointSlice and for the service proxy.
import { resourceOf } from "../api/resources.ts";
import { matchesLabels } from "../api/selectors.ts";
import type { Store } from "../api/store.ts";
import { type ApiObject, controlledBy, type Pod } from "../object.ts";
import { isReady } from "./podMaker.ts";

export interface Service extends ApiObject {
  spec: {
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string }[];
    clusterIP?: string;
  };
}

export function readyPodsOf(store: Store, service: Service): Pod[] {
  const { selector } = service.spec;
  if (!selector || Object.keys(selector).length === 0) return [];
  const matches = matchesLabels(selector);
  return store
    .all<Pod>("Pod", service.metadata.namespace)
    .filter((pod) => matches(pod) && isReady(pod) && !pod.metadata.deletionTimestamp);
}

/** The pod's port that a service port leads to. */
export function targetPortOf(
  pod: Pod,
  port: { port: number; targetPort?: number | string },
): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  for (const container of pod.spec.containers) {
    const named = container.ports?.find((one) => one.name === target);
    if (named) return named.containerPort;
  }
  return undefined;
}

export function reconcileEndpoints(store: Store): void {
  const resource = resourceOf("EndpointSlice");
  for (const service of store.all<Service>("Service")) {
    if (!service.spec.selector) continue;
    const pods = readyPodsOf(store, service);
    const { namespace, name } = service.metadata;
    const content = {
      addressType: "IPv4",
      endpoints: pods.map((pod) => ({
        addresses: [pod.status.podIP ?? ""],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: pod.spec.nodeName,
        targetRef: { kind: "Pod", namespace, name: pod.metadata.name, uid: pod.metadata.uid },
      })),
      ports: (service.spec.ports ?? []).map((port) => ({
        name: port.name ?? "",
        port: pods[0] ? targetPortOf(pods[0], port) : port.port,
        protocol: port.protocol ?? "TCP",
      })),
    };
    const sliceName = `${name}-sandbox`;
    const found = store.find(resource, namespace, sliceName);
    if (found && JSON.stringify(content) !== JSON.stringify(contentOf(found))) {
      store.update(resource, namespace, sliceName, (draft) => void Object.assign(draft, content));
    }
    if (found || !namespace) continue;
    store.create(resource, {
      metadata: {
        name: sliceName,
        namespace,
        labels: { "kubernetes.io/service-name": name },
        ownerReferences: [controlledBy(service)],
      },
      ...content,
    });
  }
}

function contentOf(slice: ApiObject): object {
  const { addressType, endpoints, ports } = slice as unknown as Record<string, unknown>;
  return { addressType, endpoints, ports };
}
