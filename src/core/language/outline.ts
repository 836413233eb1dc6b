// The outline of a file of ours: objects and their parts, stages of a Dockerfile, services of a Compose file.
import { objectNodes } from "../kube/objectNodes.ts";
import { fileKind } from "../rules/fileKind.ts";
import { parseDockerfile } from "../syntax/dockerfile.ts";
import type { DockerfileInstruction } from "../syntax/dockerfileTree.ts";
import { type Span, spanOf } from "../syntax/lines.ts";
import { entriesOf, itemsOf, type MapEntry, nodeAt, type SyntaxNode, textOf } from "../syntax/node.ts";
import { documents } from "./documents.ts";

export type OutlineKind =
  | "object"
  | "section"
  | "container"
  | "port"
  | "key"
  | "stage"
  | "instruction"
  | "service";

export interface OutlineItem {
  readonly kind: OutlineKind;
  readonly name: string;
  readonly detail: string;
  /** All that belongs to it. */
  readonly whole: Span;
  /** What is shown of it when it is chosen; inside `whole`. */
  readonly at: Span;
  readonly children: readonly OutlineItem[];
}

const MOST_DETAIL = 80;

/** Empty for a file that is none of ours. */
export function outline(path: string, text: string): OutlineItem[] {
  const kind = fileKind(path, text);
  if (kind === "dockerfile") return dockerfileOutline(text);
  if (kind !== "kubernetes" && kind !== "compose") return [];
  return Array.from(documents(text)).flatMap(({ root, start }) => {
    const all = kind === "compose" ? sections(root) : objectNodes(root).map(objectItem);
    const items = all.flatMap((item) => nested(item, root));
    return start === 0 ? items : items.map((item) => moved(item, start));
  });
}

/** Where the first object of a manifest begins; undefined for a file without one. */
export function firstObjectAt(path: string, text: string): number | undefined {
  if (fileKind(path, text) !== "kubernetes") return undefined;
  for (const { root, start } of documents(text)) {
    const [first] = objectNodes(root);
    if (first) return first.root.start + start;
  }
  return undefined;
}

function objectItem(object: ReturnType<typeof objectNodes>[number]): OutlineItem {
  const { root, kind, name, namespace } = object;
  const at = nodeAt(root, "metadata", "name") ?? nodeAt(root, "kind") ?? root;
  return {
    kind: "object",
    name: `${kind} ${name ?? ""}`.trim(),
    detail: namespace ?? "",
    whole: spanOf(root),
    at: spanOf(at),
    children: sections(root).filter(({ name: section }) => !HEAD.has(section)),
  };
}

/** What the object's own line says already. */
const HEAD = new Set(["apiVersion", "kind"]);

function sections(root: SyntaxNode | undefined): OutlineItem[] {
  return entriesOf(root).map((entry) => section(entry, 0));
}

/** How deep keys are listed; containers, ports and services are found deeper. */
const MOST_DEPTH = 6;

function section(entry: MapEntry, depth: number): OutlineItem {
  const { key, value } = entry;
  const text = textOf(value);
  return {
    kind: depth === 0 && value.kind !== "scalar" ? "section" : "key",
    name: key.text,
    detail: text === undefined ? "" : oneLine(text),
    whole: { start: key.start, end: Math.max(key.end, value.end) },
    at: spanOf(key),
    children: depth >= MOST_DEPTH ? [] : inside(value, depth + 1),
  };
}

function inside(value: SyntaxNode, depth: number): OutlineItem[] {
  if (value.kind === "map")
    return entriesOf(value)
      .filter(({ merged }) => !merged)
      .map((entry) => section(entry, depth));
  // Items that have a name, as containers, ports and volumes do.
  return itemsOf(value).flatMap((item): OutlineItem[] => {
    const name = nodeAt(item, "name");
    const text = textOf(name);
    if (item.kind !== "map" || !name || text === undefined) return [];
    const image = textOf(nodeAt(item, "image"));
    const port = textOf(nodeAt(item, "containerPort")) ?? textOf(nodeAt(item, "port"));
    return [
      {
        kind: image !== undefined ? "container" : port !== undefined ? "port" : "key",
        name: text,
        detail: oneLine(image ?? port ?? ""),
        whole: spanOf(item),
        at: spanOf(name),
        children: depth >= MOST_DEPTH ? [] : inside(item, depth + 1),
      },
    ];
  });
}

/** Longer ones are not written by hand. UTF-16 units. */
const MOST_DOCKERFILE_LENGTH = 64 * 1024;

function dockerfileOutline(text: string): OutlineItem[] {
  if (text.length > MOST_DOCKERFILE_LENGTH) return [];
  const { stages, instructions } = parseDockerfile(text);
  const first = stages[0]?.from.start ?? text.length;
  const before = instructions.filter(({ start }) => start < first).map((one) => instructionItem(one, text));
  const items = stages.map((stage, index): OutlineItem => {
    const { from, image, name, instructions: own } = stage;
    return {
      kind: "stage",
      name: name ?? (index === stages.length - 1 ? "final stage" : `stage ${index}`),
      detail: oneLine(image.text),
      whole: { start: from.start, end: own.at(-1)?.end ?? from.end },
      at: spanOf(from),
      children: own.map((one) => instructionItem(one, text)),
    };
  });
  return [...before, ...items];
}

function instructionItem(instruction: DockerfileInstruction, text: string): OutlineItem {
  const detail = text.slice(instruction.keywordSpan.end, instruction.end);
  return {
    kind: "instruction",
    name: instruction.keyword,
    detail: oneLine(detail),
    whole: spanOf(instruction),
    at: instruction.keywordSpan,
    children: [],
  };
}

/** Only what stands inside of what holds it: an alias stands for what is elsewhere. */
function nested(item: OutlineItem, within: Span): OutlineItem[] {
  const { whole, at } = item;
  if (whole.start < within.start || whole.end > within.end) return [];
  const isInside = whole.start <= at.start && at.end <= whole.end;
  return [
    {
      ...item,
      at: isInside ? at : { start: whole.start, end: whole.start },
      children: item.children.flatMap((child) => nested(child, whole)),
    },
  ];
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * MOST_DETAIL)
    .replaceAll(/(?:\\?\s)+/g, " ")
    .trim();
  return line.length > MOST_DETAIL ? `${line.slice(0, MOST_DETAIL)}…` : line;
}

function moved(item: OutlineItem, by: number): OutlineItem {
  const move = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  return {
    ...item,
    whole: move(item.whole),
    at: move(item.at),
    children: item.children.map((child) => moved(child, by)),
  };
}
