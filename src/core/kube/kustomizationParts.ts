// What a kustomization takes in and changes, with the place of each: enough to know what it reads before it is built.
// Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
import { type Span, spanOf } from "../syntax/lines.ts";
import { entryOf, itemsOf, nodeAt, type SyntaxNode, textOf } from "../syntax/node.ts";
import { parseYaml } from "../syntax/yaml.ts";

/** Something that is read, as it is written: relative to the folder. */
export interface KustomizationEntry {
  readonly path: string;
  readonly at: Span;
}

export interface KustomizationPatch {
  /** The file, or the text that is written in place. */
  readonly file: KustomizationEntry | undefined;
  readonly inline: string | undefined;
  /** What it is for, where that is said. */
  readonly target: { readonly kind: string | undefined; readonly name: string | undefined } | undefined;
  readonly at: Span;
}

/** A row of `images`, `replicas` or a generator. */
export interface KustomizationRow {
  readonly name: string;
  /** Of an image, when it gets another name. */
  readonly newName: string | undefined;
  readonly at: Span;
}

export interface KustomizationParts {
  readonly isComponent: boolean;
  /** An object of another project that is called so, such as Flux's. */
  readonly isForeign: boolean;
  /** Files of objects, and folders with kustomizations of their own. */
  readonly resources: readonly KustomizationEntry[];
  readonly patches: readonly KustomizationPatch[];
  /** Files and folders of generators, transformers and validators, which may read more. */
  readonly plugins: readonly KustomizationEntry[];
  /** Whatever else is read. */
  readonly others: readonly KustomizationEntry[];
  readonly images: readonly KustomizationRow[];
  readonly replicas: readonly KustomizationRow[];
  readonly generators: readonly KustomizationRow[];
  /** Charts that it would have helm fetch and render. */
  readonly charts: Span | undefined;
}

const RESOURCES = ["resources", "bases", "components"];
const PLUGINS = ["generators", "transformers", "validators"];
const FILES = ["crds", "configurations"];

/** Of the first document, as kustomize reads it; empty for a text that is none. Never throws. */
export function kustomizationParts(text: string): KustomizationParts {
  const root = parseYaml(text)[0]?.root;
  const generators = ["configMapGenerator", "secretGenerator"].flatMap((field) =>
    itemsOf(nodeAt(root, field)),
  );
  const listed = (fields: readonly string[]) =>
    fields.flatMap((field) => itemsOf(nodeAt(root, field)).flatMap(entryAt));
  const read = [
    nodeAt(root, "openapi", "path"),
    ...itemsOf(nodeAt(root, "replacements")).map((item) => nodeAt(item, "path")),
    ...generators.flatMap((item) => [...itemsOf(nodeAt(item, "envs")), nodeAt(item, "env")]),
  ];
  const files = generators
    .flatMap((item) => itemsOf(nodeAt(item, "files")))
    .flatMap(entryAt)
    .map((entry) => ({ ...entry, path: entry.path.slice(entry.path.indexOf("=") + 1) }));
  const charts = ["helmCharts", "helmChartInflationGenerator"].flatMap(
    (field) => entryOf(root, field)?.key ?? [],
  );
  return {
    isForeign: !/^(?:kustomize\.config\.k8s\.io\/|$)/.test(textOf(nodeAt(root, "apiVersion")) ?? ""),
    isComponent: textOf(nodeAt(root, "kind")) === "Component",
    resources: listed(RESOURCES),
    patches: patchesOf(root),
    plugins: listed(PLUGINS),
    others: [...listed(FILES), ...read.flatMap(entryAt), ...files],
    images: rowsOf(nodeAt(root, "images")),
    replicas: rowsOf(nodeAt(root, "replicas")),
    generators: generators.flatMap(rowOf),
    charts: charts[0] && spanOf(charts[0]),
  };
}

/** True for what kustomize would fetch: an address, a repository. @param path that is not on this machine. */
export function looksRemote(path: string): boolean {
  return /^[a-z][\w+.-]*:\/\/|^[\w.-]+@[\w.-]+:|^(?:github|gitlab|bitbucket)\.\w+[/:]|[?&](?:ref|version|timeout|submodules)=|\.git(?:[/?]|$)|^[\w-]+(?:\.[\w-]+)+\/.*\/\//i.test(
    path,
  );
}

function patchesOf(root: SyntaxNode | undefined): KustomizationPatch[] {
  const targeted = ["patches", "patchesJson6902"].flatMap((field) => itemsOf(nodeAt(root, field)));
  const merged = itemsOf(nodeAt(root, "patchesStrategicMerge"));
  return [
    ...targeted.map((item): KustomizationPatch => {
      const target = nodeAt(item, "target");
      const inline = entryOf(item, "patch");
      return {
        file: entryAt(nodeAt(item, "path"))[0],
        inline: textOf(inline?.value),
        target: target && { kind: textOf(nodeAt(target, "kind")), name: textOf(nodeAt(target, "name")) },
        at: spanOf(inline?.key ?? nodeAt(item, "path") ?? item),
      };
    }),
    ...merged.map((item): KustomizationPatch => {
      const file = entryAt(item)[0];
      return { file, inline: file ? undefined : textOf(item), target: undefined, at: spanOf(item) };
    }),
  ];
}

/** Nothing for what is written out in place. */
function entryAt(node: SyntaxNode | undefined): KustomizationEntry[] {
  const path = textOf(node);
  return !node || path === undefined || path === "" || path.includes("\n")
    ? []
    : [{ path, at: spanOf(node) }];
}

function rowsOf(node: SyntaxNode | undefined): KustomizationRow[] {
  return itemsOf(node).flatMap(rowOf);
}

function rowOf(item: SyntaxNode): KustomizationRow[] {
  const at = nodeAt(item, "name");
  const name = textOf(at);
  return !at || name === undefined
    ? []
    : [{ name, newName: textOf(nodeAt(item, "newName")), at: spanOf(at) }];
}
