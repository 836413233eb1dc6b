// The ports that an object of a cluster offers to forward.
import { field, type KubeObject, list, text } from "../kube/object.ts";
import { objectNodes } from "../kube/objectNodes.ts";
import { podTemplates } from "../kube/podTemplates.ts";
import { itemsOf, nodeAt, numberOf, textOf } from "../syntax/node.ts";
import { plainNode } from "../syntax/plainNode.ts";
import { modelServerOf, serverPort } from "./modelServers.ts";

/** A port to forward: of a container, or of a Service. */
export interface ForwardPort {
  port: number;
  name: string | undefined;
  /** The model server that listens there, if it is one we know. */
  server: string | undefined;
}

/** The TCP ports of a Pod, a workload or a Service, those of model servers first. */
export function forwardPorts(object: KubeObject): ForwardPort[] {
  return text(object, "kind") === "Service" ? servicePorts(object) : containerPorts(object);
}

function servicePorts(service: KubeObject): ForwardPort[] {
  return list(service, "spec", "ports").flatMap((entry) => {
    const port = field(entry, "port");
    const isTcp = (text(entry, "protocol") ?? "TCP") === "TCP";
    return typeof port === "number" && isTcp ? [{ port, name: text(entry, "name"), server: undefined }] : [];
  });
}

function containerPorts(object: KubeObject): ForwardPort[] {
  const found = new Map<number, ForwardPort>();
  const containers = objectNodes(plainNode(object))
    .flatMap(podTemplates)
    .flatMap((template) => template.containers);
  for (const container of containers) {
    const server = modelServerOf(container);
    const own = server && serverPort(server, container);
    if (own !== undefined) found.set(own, { port: own, name: undefined, server: server?.name });
    for (const entry of itemsOf(nodeAt(container.node, "ports"))) {
      const port = numberOf(nodeAt(entry, "containerPort"));
      if (port === undefined || (textOf(nodeAt(entry, "protocol")) ?? "TCP") !== "TCP") continue;
      const name = textOf(nodeAt(entry, "name"));
      found.set(port, { port, name, server: port === own ? server?.name : found.get(port)?.server });
    }
  }
  return Array.from(found.values()).sort(
    (one, other) => Number(other.server !== undefined) - Number(one.server !== undefined),
  );
}
