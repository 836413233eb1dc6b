// The Jupyter server that a pod's own manifest tells of: its port, its path, and its token where that is written
// out. Sources: jupyter/docker-stacks; Kubeflow's notebook controller (NB_PREFIX); jupyter_server's options.
import { jupyterNames } from "../kube/jupyterPods.ts";
import { objectNodes } from "../kube/objectNodes.ts";
import { commandWords, environmentEntry, type PodContainer, podTemplates } from "../kube/podTemplates.ts";
import type { KubeObject } from "../kube/object.ts";
import { itemsOf, nodeAt, numberOf, textOf } from "../syntax/node.ts";
import { plainNode } from "../syntax/plainNode.ts";
import { basePath } from "./jupyter.ts";
import { jupyterPort } from "./names.ts";

export interface PodJupyter {
  /** The container that it runs in. */
  container: string;
  port: number;
  /** With a slash at both ends. */
  basePath: string;
  /** Empty where the manifest says that none is asked for; undefined where it does not say. */
  token: string | undefined;
}

/** Undefined for a pod or workload that shows no sign of Jupyter. */
export function podJupyter(object: KubeObject): PodJupyter | undefined {
  const containers = objectNodes(plainNode(object))
    .flatMap(podTemplates)
    .flatMap((template) => template.containers.filter((one) => !one.init));
  const container = containers.find(runsJupyter);
  if (!container) return undefined;
  const words = commandWords(container);
  const prefix = option(words, "base_url") ?? environment(container, "NB_PREFIX");
  return {
    container: container.name,
    port: portOf(container, words),
    basePath: basePath(prefix ?? "/"),
    token: option(words, "token") ?? environment(container, "JUPYTER_TOKEN"),
  };
}

function runsJupyter(container: PodContainer): boolean {
  return (
    jupyterNames.test(container.image) ||
    commandWords(container).some((word) => /jupyter|start-notebook|start-singleuser/.test(word)) ||
    environmentEntry(container, "NB_PREFIX") !== undefined ||
    ports(container).some(({ port }) => port === jupyterPort)
  );
}

function portOf(container: PodContainer, words: readonly string[]): number {
  const asked = Number(option(words, "port"));
  if (Number.isInteger(asked) && asked > 0) return asked;
  const all = ports(container);
  const named = all.find(({ name }) => /jupyter|notebook/.test(name ?? ""));
  return all.some(({ port }) => port === jupyterPort) ? jupyterPort : (named?.port ?? jupyterPort);
}

function ports(container: PodContainer): { port: number; name: string | undefined }[] {
  return itemsOf(nodeAt(container.node, "ports")).flatMap((entry) => {
    const port = numberOf(nodeAt(entry, "containerPort"));
    return port === undefined ? [] : [{ port, name: textOf(nodeAt(entry, "name")) }];
  });
}

function environment(container: PodContainer, name: string): string | undefined {
  return textOf(nodeAt(environmentEntry(container, name), "value"));
}

/** The value of `--ServerApp.name=value`, `--NotebookApp.name value` or `--name=value`; quotes are a shell's. */
function option(words: readonly string[], name: string): string | undefined {
  const pattern = new RegExp(`^--(?:(?:ServerApp|NotebookApp|IdentityProvider)\\.)?${name}(?:=(.*))?$`);
  for (const [index, word] of words.entries()) {
    const match = pattern.exec(word);
    if (!match) continue;
    const value = (match[1] ?? words[index + 1] ?? "").replace(/^(['"])(.*)\1$/, "$2");
    // A variable is known only inside.
    return value.includes("$") ? undefined : value;
  }
  return undefined;
}
