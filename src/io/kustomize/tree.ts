// What a kustomization reads, followed to the end on this machine: known before it is built, so that nothing is fetched.
import { dirname, join, resolve } from "node:path";
import { KUSTOMIZATION_NAMES } from "../../core/kube/kustomization.ts";
import {
  type KustomizationEntry,
  kustomizationParts,
  looksRemote,
} from "../../core/kube/kustomizationParts.ts";
import type { BuiltFrom } from "../../core/rules/overlayFindings.ts";
import type { Span } from "../../core/syntax/lines.ts";
import { Ignored } from "../files/ignored.ts";
import { kindOf } from "../files/kindOf.ts";
import { textIfReadable } from "../files/readText.ts";

/** Why a kustomization is not built. */
export interface Obstacle {
  readonly kind: "remote" | "missing" | "made" | "charts" | "too-much";
  readonly path: string;
  readonly text: string;
  readonly at: Span;
  /** As it is written. */
  readonly entry: string;
}

export interface KustomizationTree {
  /** The kustomization itself first, then those that it takes in. */
  readonly from: readonly BuiltFrom[];
  /** Absolute paths of all files. */
  readonly sources: readonly string[];
  readonly obstacles: readonly Obstacle[];
}

const MOST_FOLDERS = 200;
const MOST_FILES = 2_000;
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/** @returns the file of a folder; undefined where there is none. */
export function kustomizationIn(folder: string): string | undefined {
  return KUSTOMIZATION_NAMES.map((name) => join(folder, name)).find((path) => kindOf(path) === "file");
}

/** @param path absolute, of the kustomization. */
export function kustomizationTree(path: string): KustomizationTree {
  const tree = new Tree();
  tree.follow(path);
  return { from: tree.from, sources: Array.from(tree.sources), obstacles: tree.obstacles };
}

class Tree {
  readonly from: BuiltFrom[] = [];
  readonly sources = new Set<string>();
  readonly obstacles: Obstacle[] = [];

  follow(path: string): void {
    if (this.sources.has(path)) return;
    this.sources.add(path);
    // Empty for what can't be read: kustomize says why.
    const text = textIfReadable(path, MAXIMUM_BYTES) ?? "";
    const parts = kustomizationParts(text);
    const files = new Map<string, { path: string; text: string }>();
    this.from.push({ path, text, parts, files });
    const folder = dirname(path);
    const refuse = (kind: Obstacle["kind"], { path: entry, at }: KustomizationEntry) =>
      void this.obstacles.push({ kind, path, text, at, entry });
    if (parts.charts) refuse("charts", { path: "", at: parts.charts });
    const patches = parts.patches.flatMap(({ file }) => file ?? []);
    for (const entry of [...parts.resources, ...parts.plugins, ...parts.others, ...patches]) {
      const full = resolve(folder, entry.path);
      const kind = /^[a-z][\w+.-]*:\/\//i.test(entry.path) ? undefined : kindOf(full);
      if (kind === undefined) refuse(absence(entry.path, full), entry);
      else if (kind === "folder") {
        const inner = kustomizationIn(full);
        if (inner === undefined) refuse("missing", entry);
        else if (this.from.length >= MOST_FOLDERS) refuse("too-much", entry);
        else this.follow(inner);
      } else if (this.sources.size >= MOST_FILES) refuse("too-much", entry);
      else {
        this.sources.add(full);
        const read = textIfReadable(full, MAXIMUM_BYTES) ?? "";
        files.set(entry.path, { path: full, text: read });
        // A plugin's own file may name what is fetched.
        if (parts.plugins.includes(entry) && read.includes("://")) refuse("remote", entry);
      }
    }
  }
}

/** What git ignores is made by something before kustomize is called. */
function absence(path: string, full: string): Obstacle["kind"] {
  if (looksRemote(path)) return "remote";
  return Ignored.above(dirname(full)).inside(dirname(full)).has(full, false) ? "made" : "missing";
}
