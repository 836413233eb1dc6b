// What a kustomization says of the files beside it: which of them are patches, so pieces of objects.
// Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
import { booleanOf, itemsOf, nodeAt, type SyntaxNode, textOf, textsOf } from "../syntax/node.ts";
import { parseYaml } from "../syntax/yaml.ts";
import { type Labels, labelsOf } from "./labels.ts";
import type { ObjectFacts } from "./objectFacts.ts";

/** Names that kustomize looks for in a folder. */
export const KUSTOMIZATION_NAMES: readonly string[] = [
  "kustomization.yaml",
  "kustomization.yml",
  "Kustomization",
];

/** True for the path of a kustomization. */
export function isKustomization(path: string): boolean {
  return KUSTOMIZATION_NAMES.includes(path.slice(path.lastIndexOf("/") + 1));
}

/**
 * What it makes: the ConfigMaps and Secrets of its generators, and the labels that it adds to all there is.
 * @param path of the file, with forward slashes.
 */
export function kustomizationFacts(path: string, kustomization: string): ObjectFacts[] {
  return parseYaml(kustomization).flatMap(({ root }) => {
    const namespace = textOf(nodeAt(root, "namespace"));
    const common = { path, name: undefined, namespace, labels: {}, podLabels: [] };
    const made = [
      ["ConfigMap", "configMapGenerator"],
      ["Secret", "secretGenerator"],
    ].flatMap(([kind = "", field = ""]) =>
      itemsOf(nodeAt(root, field)).map((generator): ObjectFacts => {
        const name = textOf(nodeAt(generator, "name"));
        const own = textOf(nodeAt(generator, "namespace")) ?? namespace;
        return { ...common, apiVersion: "v1", kind, name, namespace: own, ...generatedKeys(generator) };
      }),
    );
    const adds = addedLabels(root);
    const apiVersion = "kustomize.config.k8s.io/v1beta1";
    const adding = { ...common, apiVersion, kind: "Kustomization", adds };
    return Object.keys(adds).length > 0 ? [...made, adding] : made;
  });
}

/** Never more than the part before the first `=`, which is the key. */
function generatedKeys(generator: SyntaxNode): { keys?: readonly string[] } {
  // Files of variables are not read, and what is merged has more elsewhere.
  const isOpen = ["envs", "env", "behavior"].some((field) => nodeAt(generator, field));
  if (isOpen) return {};
  const [files, literals] = ["files", "literals"].map((field) => textsOf(nodeAt(generator, field)));
  const before = (text: string) => text.slice(0, text.indexOf("="));
  const keys = [
    ...(files ?? []).map((file) =>
      file.includes("=") ? before(file) : file.slice(file.lastIndexOf("/") + 1),
    ),
    ...(literals ?? []).filter((literal) => literal.includes("=")).map(before),
  ];
  return keys.length > 0 ? { keys } : {};
}

function addedLabels(root: SyntaxNode | undefined): Labels {
  const pairs = itemsOf(nodeAt(root, "labels"))
    .filter((item) =>
      ["includeSelectors", "includeTemplates"].some((field) => booleanOf(nodeAt(item, field))),
    )
    .map((item) => labelsOf(nodeAt(item, "pairs")));
  return Object.assign({}, labelsOf(nodeAt(root, "commonLabels")), ...pairs) as Labels;
}

/** Paths of patches, relative to the kustomization's folder, as they are written. */
export function patchPaths(kustomization: string): string[] {
  return parseYaml(kustomization).flatMap(({ root }) => {
    const listed = ["patches", "patchesJson6902"].flatMap((field) =>
      itemsOf(nodeAt(root, field)).map((patch) => textOf(nodeAt(patch, "path"))),
    );
    const merged = itemsOf(nodeAt(root, "patchesStrategicMerge")).map(textOf);
    // A patch may also be written out in place.
    return [...listed, ...merged].flatMap((path) =>
      path === undefined || path.includes("\n") ? [] : [path],
    );
  });
}
