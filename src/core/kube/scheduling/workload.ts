// The pods that an object would make, as the scheduler would see each.
import { nodeValue } from "../../syntax/nodeValue.ts";
import { plainNode } from "../../syntax/plainNode.ts";
import { count, field, type KubeObject, text } from "../object.ts";
import { objectNodes } from "../objectNodes.ts";
import { type PodTemplate, podTemplates } from "../podTemplates.ts";
import { type PodNeeds, podNeeds } from "./podNeeds.ts";

export interface WantedPods {
  /** `Deployment llm`. */
  name: string;
  /** How many of them the object asks for. */
  copies: number;
  needs: PodNeeds;
}

const COPIES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "replicas"],
  StatefulSet: ["spec", "replicas"],
  ReplicaSet: ["spec", "replicas"],
  ReplicationController: ["spec", "replicas"],
  Rollout: ["spec", "replicas"],
  Job: ["spec", "parallelism"],
};

/**
 * Empty for an object that makes no pods itself.
 * @param namespace of an object that names none.
 */
export function wantedPods(object: KubeObject, namespace: string): WantedPods[] {
  const templates = objectNodes(plainNode(object)).flatMap(podTemplates);
  const kind = text(object, "kind") ?? "";
  const name =
    `${kind} ${text(object, "metadata", "name") ?? text(object, "metadata", "generateName") ?? ""}`.trim();
  const path = COPIES[kind];
  const copies = path && field(object, ...path) !== undefined ? count(object, ...path) : 1;
  return templates.map((template, index) => ({
    name: templates.length === 1 ? name : `${name}, pods ${index + 1} of ${templates.length}`,
    copies,
    needs: podNeeds(podOf(template, object), text(object, "metadata", "namespace") ?? namespace),
  }));
}

/** A pod itself keeps its name, by which claims of its own are called. */
function podOf({ metadata, spec }: PodTemplate, object: KubeObject): unknown {
  if (text(object, "kind") === "Pod") return object;
  // The template's own namespace does not count.
  const labels = metadata && nodeValue(metadata);
  return { metadata: { labels: field(labels, "labels") }, spec: nodeValue(spec) };
}
