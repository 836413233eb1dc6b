// The GPUs of a Compose service, and the service as a container that our other knowledge is about.
import type { PodContainer } from "../kube/podTemplates.ts";
import type { ComposeService } from "../syntax/compose.ts";
import {
  entriesOf,
  isNull,
  itemsOf,
  type MapNode,
  nodeAt,
  type SyntaxNode,
  textOf,
  textsOf,
} from "../syntax/node.ts";
import { plainNode } from "../syntax/plainNode.ts";

/** The entries of `deploy.resources.reservations.devices` that ask for a GPU. */
export function reservedGpus({ node }: ComposeService): SyntaxNode[] {
  return itemsOf(nodeAt(node, "deploy", "resources", "reservations", "devices")).filter((device) =>
    textsOf(nodeAt(device, "capabilities")).some((capability) => /^(?:gpu|nvidia|compute)$/.test(capability)),
  );
}

/** True for a service that asks for a GPU in any of the ways that Compose has. */
export function hasGpu(service: ComposeService): boolean {
  const { node } = service;
  return (
    !isNull(nodeAt(node, "gpus")) ||
    reservedGpus(service).length > 0 ||
    textOf(nodeAt(node, "runtime")) === "nvidia" ||
    textsOf(nodeAt(node, "devices")).some((device) => device.startsWith("nvidia.com/gpu="))
  );
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  /** The value alone where it stands alone, else the item `NAME=value`. */
  readonly at: SyntaxNode;
}

/** The environment, written as a map or as a list; variables that are taken from outside are left out. */
export function variablesOf({ node }: ComposeService): Variable[] {
  const environment = nodeAt(node, "environment");
  const mapped = entriesOf(environment).flatMap(({ key, value }) => {
    const text = textOf(value);
    return text === undefined ? [] : [{ name: key.text, value: text, at: value }];
  });
  const listed = itemsOf(environment).flatMap((item) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(textOf(item) ?? "") ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value, at: item }];
  });
  return [...mapped, ...listed];
}

/** Its image, command and environment as a pod's container has them; places are lost. */
export function asContainer(service: ComposeService): PodContainer {
  const image = textOf(nodeAt(service.node, "image")) ?? "";
  const entrypoint = wordsOf(nodeAt(service.node, "entrypoint"));
  const node = plainNode({
    image,
    ...(entrypoint.length > 0 ? { command: entrypoint } : {}),
    args: wordsOf(nodeAt(service.node, "command")),
    env: variablesOf(service).map(({ name, value }) => ({ name, value })),
  });
  return { node: node as MapNode, name: service.key.text, image, init: false };
}

function wordsOf(node: SyntaxNode | undefined): string[] {
  const text = textOf(node);
  return text === undefined ? textsOf(node) : text.split(/\s+/).filter((word) => word !== "");
}
