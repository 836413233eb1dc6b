// Findings in what a kustomization builds, at the places of the files that made it: the patch, the row of images or
// replicas, the file that holds the object.
import type { KustomizationParts, KustomizationPatch } from "../kube/kustomizationParts.ts";
import { type ObjectNode, objectNodes } from "../kube/objectNodes.ts";
import { findPlace, type Place, placeAt, pointerOf } from "../kube/objectPlace.ts";
import type { Finding } from "../syntax/finding.ts";
import { Lines, type Span } from "../syntax/lines.ts";
import { itemsOf, nodeAt, type SyntaxNode, textOf } from "../syntax/node.ts";
import { parseYaml } from "../syntax/yaml.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";
import { namesOf } from "./levels.ts";
import type { RuleFacts } from "./rule.ts";
import { suppressions } from "./suppress.ts";

/** A kustomization that went into the output. */
export interface BuiltFrom {
  readonly path: string;
  readonly text: string;
  readonly parts: KustomizationParts;
  /** The text of what it names, and its absolute path, by the path as it is written. */
  readonly files: ReadonlyMap<string, { readonly path: string; readonly text: string }>;
}

interface Origin {
  readonly path: string;
  readonly text: string;
  readonly at: Span;
}

/**
 * By path of the file.
 * @param findings in `output`.
 * @param from the kustomization that was built first, then those that it takes in.
 */
export function overlayFindings(
  findings: readonly Finding[],
  output: string,
  from: readonly BuiltFrom[],
  rules: readonly RuleFacts[],
): Map<string, Finding[]> {
  const moved = new Map<string, Finding[]>();
  if (findings.length === 0) return moved;
  const built = new Output(output);
  const sources = new Sources(from);
  const names = new Map(rules.map((rule) => [rule.id, namesOf(rule)]));
  const texts = new Map<string, { lines: Lines; suppressed: ReturnType<typeof suppressions> }>();
  const seen = new Set<string>();
  for (const finding of findings) {
    const made = built.at(finding);
    const origin = made && sources.originOf(made.object, made.place);
    if (!origin) continue;
    const known = texts.get(origin.path) ?? linesOf(origin.text);
    texts.set(origin.path, known);
    const range = known.lines.rangeOf(origin.at);
    const identity = JSON.stringify([origin.path, finding.rule, range.start, finding.message]);
    if (seen.has(identity) || known.suppressed(names.get(finding.rule) ?? [finding.rule], range.start.line))
      continue;
    seen.add(identity);
    const list = moved.get(origin.path) ?? [];
    moved.set(origin.path, list);
    list.push({ ...finding, range, fixes: [] });
  }
  return moved;
}

function linesOf(text: string): { lines: Lines; suppressed: ReturnType<typeof suppressions> } {
  const lines = new Lines(text);
  return { lines, suppressed: suppressions(lines) };
}

/** What was built, by place. */
class Output {
  readonly #lines: Lines;
  readonly #slices: { start: number; end: number; objects: ObjectNode[] }[];

  constructor(text: string) {
    this.#lines = new Lines(text);
    this.#slices = yamlSlices(text).map(({ start, end }) => ({
      start,
      end,
      objects: parseYaml(text.slice(start, end)).flatMap(({ root }) => objectNodes(root)),
    }));
  }

  at({ range }: Finding): { object: ObjectNode; place: Place } | undefined {
    const offset = this.#lines.offsetAt(range.start);
    const slice = this.#slices.find(({ start, end }) => start <= offset && offset < end);
    if (!slice) return undefined;
    const within = offset - slice.start;
    const object = slice.objects.find(({ root }) => root.start <= within && within <= root.end);
    return object && { object, place: placeAt(object.root, within) };
  }
}

/** The files that went into it. */
class Sources {
  readonly #from: readonly BuiltFrom[];
  readonly #objects: readonly (Origin & { readonly object: ObjectNode })[];

  constructor(from: readonly BuiltFrom[]) {
    this.#from = from;
    this.#objects = from.flatMap(({ parts, files }) =>
      parts.resources.flatMap(({ path }) => {
        const file = files.get(path);
        return file ? objectsIn(file) : [];
      }),
    );
  }

  originOf(object: ObjectNode, place: Place): Origin | undefined {
    const source = this.#sourceOf(object);
    const name = source?.object.name ?? object.name ?? "";
    const inSource = source && findPlace(source.object.root, place, false);
    const own = source && inSource && { ...source, at: moved(inSource.at, source.at.start) };
    // What lacks something lacks it where it was written first; only a value is its last writer's.
    const isValue = !place.onKey && nodeOf(object.root, place)?.kind === "scalar";
    if (own && !isValue && inSource?.depth === place.steps.length) return own;
    const meant = { object, name, source: source?.object.root };
    for (const built of this.#from) {
      const origin = patched(built, meant, place) ?? rowed(built, object, name, place);
      if (origin) return origin;
    }
    return own ?? this.#generated(object) ?? this.#first();
  }

  /** The object of that kind whose name is in the one that was made of it. */
  #sourceOf({ kind, name = "" }: ObjectNode): (Origin & { readonly object: ObjectNode }) | undefined {
    const alike = this.#objects.filter(
      ({ object }) =>
        object.kind === kind && object.name !== undefined && object.name !== "" && name.includes(object.name),
    );
    const exact = alike.find(({ object }) => object.name === name);
    return exact ?? alike.toSorted((one, other) => lengthOf(other) - lengthOf(one))[0];
  }

  #generated({ kind, name = "" }: ObjectNode): Origin | undefined {
    if (kind !== "ConfigMap" && kind !== "Secret") return undefined;
    for (const { path, text, parts } of this.#from) {
      const row = parts.generators.find((one) => name.includes(one.name));
      if (row) return { path, text, at: row.at };
    }
    return undefined;
  }

  #first(): Origin | undefined {
    const [built] = this.#from;
    return built && { path: built.path, text: built.text, at: { start: 0, end: 0 } };
  }
}

function lengthOf({ object }: { readonly object: ObjectNode }): number {
  return object.name?.length ?? 0;
}

/** The object that was built, and what it was made of. */
interface Meant {
  readonly object: ObjectNode;
  /** As it is called in its source. */
  readonly name: string;
  readonly source: SyntaxNode | undefined;
}

/** The patch that wrote what stands at the place. The last one wins, as with kustomize. */
function patched(built: BuiltFrom, meant: Meant, place: Place): Origin | undefined {
  // By these a patch says what it is for.
  const [first, second] = place.steps;
  if (first === "apiVersion" || first === "kind") return undefined;
  if (first === "metadata" && (second === "name" || second === "namespace")) return undefined;
  for (const patch of built.parts.patches.toReversed()) {
    const file = patch.file && built.files.get(patch.file.path);
    const text = file?.text ?? patch.inline;
    if (text === undefined) continue;
    const at = placeInPatch(text, patch, meant, place);
    if (!at) continue;
    // What is written in place has lines of its own; the finding is told of the patch.
    return file ? { ...file, at } : { path: built.path, text: built.text, at: patch.at };
  }
  return undefined;
}

function placeInPatch(
  text: string,
  { target }: KustomizationPatch,
  { object, name, source }: Meant,
  place: Place,
): Span | undefined {
  for (const { start, end } of yamlSlices(text))
    for (const { root } of parseYaml(text.slice(start, end))) {
      if (!root) continue;
      if (root.kind === "list") {
        const isMeant = target ? isFor(target, object, name) : false;
        const at = isMeant ? placeInOperations(root, place, source) : undefined;
        if (at) return moved(at, start);
        continue;
      }
      const kind = textOf(nodeAt(root, "kind"));
      const own = { kind, name: textOf(nodeAt(root, "metadata", "name")) };
      if (!isFor(target ?? own, object, name)) continue;
      const found = findPlace(root, place, true);
      if (found.depth === place.steps.length && found.depth > 0) return moved(found.at, start);
    }
  return undefined;
}

/** The operation of a JSON patch (RFC 6902) that wrote the place or what holds it. */
function placeInOperations(
  list: SyntaxNode,
  { steps }: Place,
  source: SyntaxNode | undefined,
): Span | undefined {
  const wanted = pointerOf(steps, source);
  for (const operation of itemsOf(list).toReversed()) {
    const at = nodeAt(operation, "path");
    const pointer = (textOf(at) ?? "").split("/").slice(1).map(unescaped);
    if (!at || pointer.length === 0 || pointer.length > wanted.length) continue;
    if (!pointer.every((step, index) => step === wanted[index] || step === "-")) continue;
    const value = nodeAt(operation, "value");
    const rest = { steps: steps.slice(pointer.length), onKey: false };
    const inside = value && rest.steps.length > 0 ? findPlace(value, rest, false) : undefined;
    if (inside && inside.depth < rest.steps.length) continue;
    const { start, end } = inside?.at ?? (value?.kind === "scalar" ? value : at);
    return { start, end };
  }
  return undefined;
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** A name in a target is a pattern; one that can't be read is for nothing. */
function isFor(
  { kind, name: wanted }: { readonly kind: string | undefined; readonly name: string | undefined },
  object: ObjectNode,
  name: string,
): boolean {
  if (kind !== undefined && kind !== object.kind) return false;
  if (wanted === undefined || wanted === name || wanted === object.name) return true;
  if (/^[\w.-]+$/.test(wanted) || wanted.length > 200) return wanted === ".*";
  // Patterns of names are as good as always a name with `.*`.
  const parts = wanted.split(".*").map((part) => part.replaceAll(/[\^$\\]/g, ""));
  return parts.length > 1 && name.startsWith(parts[0] ?? "") && name.endsWith(parts.at(-1) ?? "");
}

/** The row of `images` or `replicas` that wrote it. */
function rowed(built: BuiltFrom, object: ObjectNode, name: string, place: Place): Origin | undefined {
  const { parts, path, text } = built;
  const last = place.steps.at(-1);
  if (last === "image" && !place.onKey) {
    const image = textOf(nodeOf(object.root, place)) ?? "";
    const row = parts.images.find((one) => isImage(image, one.newName ?? one.name));
    if (row) return { path, text, at: row.at };
  }
  if (last === "replicas" && place.steps.length === 2) {
    const row = parts.replicas.find((one) => one.name === name);
    if (row) return { path, text, at: row.at };
  }
  return undefined;
}

function isImage(image: string, name: string): boolean {
  return image === name || image.startsWith(`${name}:`) || image.startsWith(`${name}@`);
}

function nodeOf(root: SyntaxNode, { steps }: Place): SyntaxNode | undefined {
  return nodeAt(root, ...steps.map((step) => (typeof step === "string" ? step : step.index)));
}

function objectsIn({
  path,
  text,
}: {
  readonly path: string;
  readonly text: string;
}): (Origin & { readonly object: ObjectNode })[] {
  return yamlSlices(text).flatMap(({ start, end }) =>
    parseYaml(text.slice(start, end)).flatMap(({ root }) =>
      objectNodes(root).map((object) => ({ path, text, at: { start, end }, object })),
    ),
  );
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
