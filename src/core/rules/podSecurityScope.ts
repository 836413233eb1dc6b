// Which namespaces ask what of their pods, as the Namespaces of a file say.
import { objectNodes } from "../kube/objectNodes.ts";
import type { LevelVersion } from "../policy/podSecurity/level.ts";
import {
  LABEL_PREFIX,
  type NamespacePolicy,
  namespacePolicy,
  samePolicy,
} from "../policy/podSecurity/namespace.ts";
import { parseYaml } from "../syntax/yaml.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";
import { holdsTemplate } from "../syntax/yamlTree.ts";

/** By name; a namespace that is not there asks nothing. */
export type NamespacePolicies = ReadonlyMap<string, NamespacePolicy>;

/** UTF-16 units of a document; a longer one is no list of namespaces. */
const MAXIMUM_LENGTH = 256 * 1024;

/** The policies of a manifest's own Namespaces, and those that are `known` from elsewhere. */
export function namespacesOf(text: string, known: NamespacePolicies = new Map()): NamespacePolicies {
  if (!text.includes(LABEL_PREFIX)) return known;
  const policies = new Map(known);
  for (const slice of yamlSlices(text)) {
    const part = text.slice(slice.start, slice.end);
    if (part.length > MAXIMUM_LENGTH || !part.includes(LABEL_PREFIX)) continue;
    for (const { root } of parseYaml(part)) {
      if (!root || holdsTemplate(root, part)) continue;
      for (const object of objectNodes(root))
        if (object.kind === "Namespace" && object.group === "" && object.name !== undefined)
          policies.set(object.name, namespacePolicy(object.root));
    }
  }
  return policies;
}

/** What several files say together. A namespace of which they say different things is left out: which one counts is not known. */
export function mergedNamespaces(files: Iterable<NamespacePolicies>): NamespacePolicies {
  const merged = new Map<string, NamespacePolicy>();
  const disputed = new Set<string>();
  for (const policies of files) {
    for (const [name, policy] of policies) {
      const before = merged.get(name);
      if (before && !samePolicy(before, policy)) disputed.add(name);
      merged.set(name, policy);
    }
  }
  for (const name of disputed) merged.delete(name);
  return merged;
}

/** The same text for the same demands. */
export function securityKey(level: LevelVersion | undefined, namespaces: NamespacePolicies): string {
  return JSON.stringify([level ?? null, [...namespaces]]);
}
