// A pod as the controls look at it: its own security context, and those of all its containers.
import type { Span } from "../../syntax/lines.ts";
import {
  booleanOf,
  entriesOf,
  entryOf,
  isNull,
  itemsOf,
  type MapEntry,
  type MapNode,
  nodeAt,
  numberOf,
  type SyntaxNode,
  textOf,
} from "../../syntax/node.ts";

/** The pod's spec, or a container: what may hold a `securityContext`. */
export interface Holder {
  /** `the pod`, or `container "train"`. */
  readonly name: string;
  readonly map: MapNode;
  /** Where to point when it lacks something. */
  readonly place: Span;
}

export interface ReviewedPod {
  readonly metadata: MapNode | undefined;
  readonly annotations: readonly MapEntry[];
  readonly pod: Holder;
  /** Init containers first; ephemeral ones too. */
  readonly containers: readonly Holder[];
  /** `spec.os.name` says so: several controls of restricted let such pods be, since 1.25. */
  readonly windows: boolean;
  /** `hostUsers: false`: root inside is nobody on the node, which some controls heed since 1.35. */
  readonly userNamespace: boolean;
}

/** @param metadata the pod's own, or its template's. */
export function reviewedPod(metadata: SyntaxNode | undefined, spec: MapNode): ReviewedPod {
  const containers = ["initContainers", "containers", "ephemeralContainers"].flatMap((key) =>
    itemsOf(nodeAt(spec, key)).flatMap(holderOf),
  );
  const context = entryOf(spec, "securityContext");
  const place = context?.key ?? containers[0]?.place ?? startOf(spec);
  return {
    metadata: metadata?.kind === "map" ? metadata : undefined,
    annotations: entriesOf(nodeAt(metadata, "annotations")),
    pod: { name: "the pod", map: spec, place },
    containers,
    windows: textOf(nodeAt(spec, "os", "name")) === "windows",
    userNamespace: booleanOf(nodeAt(spec, "hostUsers")) === false,
  };
}

function holderOf(node: SyntaxNode): Holder[] {
  if (node.kind !== "map") return [];
  const name = nodeAt(node, "name");
  const words = textOf(name);
  const place = entryOf(node, "securityContext")?.key ?? (isNull(name) ? undefined : name) ?? startOf(node);
  return [{ name: words ? `container "${words}"` : "a container", map: node, place }];
}

/** The first key of a map: a whole map is too much to mark. */
function startOf(map: MapNode): Span {
  return map.entries[0]?.key ?? { start: map.start, end: Math.min(map.end, map.start + 1) };
}

/** The pod first, then its containers. */
export function holders({ pod, containers }: ReviewedPod): Holder[] {
  return [pod, ...containers];
}

/** The entry that `path` leads to below the security context; null is as good as absent. */
export function setting(holder: Holder, ...path: readonly string[]): MapEntry | undefined {
  let entry = entryOf(holder.map, "securityContext");
  for (const step of path) entry = entryOf(entry?.value, step);
  return entry && !isNull(entry.value) ? entry : undefined;
}

/** A value to point at, or its key where the value is a whole map or list. */
export function placeOf(entry: MapEntry): Span {
  return entry.value.kind === "scalar" && entry.value.end > entry.value.start ? entry.value : entry.key;
}

/** A number that is there and is not zero; 0 in any of YAML's ways to write it is none. */
export function isNonZero(node: SyntaxNode): boolean {
  return !isNull(node) && !isZero(node);
}

/** 0, however YAML lets one write it. */
export function isZero(node: SyntaxNode): boolean {
  return numberOf(node) === 0 || (node.kind === "scalar" && node.plain && /^[+-]?0[xob]0+$/.test(node.text));
}
