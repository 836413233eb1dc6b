// What a Dockerfile's own comments say about its checks: `# check=skip=…` as the builder reads it,
// `# hadolint ignore=…`, and ours. Facts: BuildKit's frontend/dockerfile/linter, v0.33; hadolint's README.
import type { DockerfileInstruction, DockerfileTree } from "../syntax/dockerfileTree.ts";
import type { Problem } from "../syntax/problem.ts";
import { ignoredRules } from "./suppress.ts";

export interface CommentedChecks {
  /** True for a finding with these names (the id and aliases of its rule) that starts at `offset`. */
  waived(names: readonly string[], offset: number): boolean;
  /** For a check that is off unless a file asks for it: whether this one does, at `offset` or anywhere. */
  asksFor(names: readonly string[], offset?: number): boolean;
  /** The file makes the builder refuse what it warns of. */
  readonly refuses: boolean;
  readonly problems: readonly Problem[];
}

interface Options {
  readonly skip: ReadonlySet<string>;
  readonly experimental: ReadonlySet<string>;
  readonly error: boolean;
}

const NONE: Options = { skip: new Set(), experimental: new Set(), error: false };
/** The builder looks at the whole file for these: a comment above an instruction changes nothing. */
const WHOLE_FILE = new Set([
  "ConsistentInstructionCasing",
  "DuplicateStageName",
  "InvalidBaseImagePlatform",
  "InvalidDefaultArgInFrom",
  "NoEmptyContinuation",
  "ReservedStageName",
]);
/** Never skipped, only asked for. */
const EXPERIMENTAL = new Set(["InvalidDefinitionDescription"]);
const BOOLEAN = /^(?:1|t|true|0|f|false)$/i;

export function commentedChecks(tree: DockerfileTree): CommentedChecks {
  const directive = tree.directives.find(({ name }) => name === "check");
  const whole = directive && readOptions(directive.value.split(" ", 1)[0] ?? "");
  const file = whole ?? NONE;
  const ignored = hadolintGlobal(tree.text);
  const byStart = tree.instructions.map((instruction) => commented(instruction));
  return {
    waived(names, offset) {
      const skipped = names.filter((name) => !EXPERIMENTAL.has(name));
      if (skipped.some((name) => isBuilders(name) && holds(file.skip, name))) return true;
      if (names.some((name) => ignored.has(name))) return true;
      const own = byStart[indexAt(tree.instructions, offset)];
      if (!own) return false;
      if (names.some((name) => own.ignored.has(name))) return true;
      return skipped.some((name) => isBuilders(name) && !WHOLE_FILE.has(name) && holds(own.skip, name));
    },
    asksFor(names, offset) {
      const own = offset === undefined ? byStart : [byStart[indexAt(tree.instructions, offset)]];
      return names.some(
        (name) =>
          EXPERIMENTAL.has(name) &&
          [file, ...own].some((options) => options && holds(options.experimental, name)),
      );
    },
    refuses: file.error,
    problems:
      directive && !whole
        ? [
            {
              at: directive,
              message: "The builder takes skip=…, experimental=… and error=true or false here.",
            },
          ]
        : [],
  };
}

/** The builder's own names are words; other tools number theirs. */
export function isBuilders(name: string): boolean {
  return !/\d/.test(name);
}

function holds(names: ReadonlySet<string>, name: string): boolean {
  return names.has("all") || names.has(name);
}

interface Commented extends Options {
  readonly ignored: ReadonlySet<string>;
}

function commented({ comments }: DockerfileInstruction): Commented | undefined {
  if (comments.length === 0) return undefined;
  const ignored = comments.flatMap((comment) => [
    ...ignoredRules(`#${comment}`),
    ...namesIn(/^\s*hadolint\s+ignore\s*=\s*(.*)$/.exec(comment)?.[1]),
  ]);
  const check = comments.map((comment) => /^check\s*=\s*(.+?)\s*$/i.exec(comment)?.[1]).find(Boolean);
  const options = readOptions(check?.split(" ", 1)[0] ?? "") ?? NONE;
  return ignored.length > 0 || options !== NONE ? { ...options, ignored: new Set(ignored) } : undefined;
}

function hadolintGlobal(text: string): Set<string> {
  if (!text.includes("hadolint")) return new Set();
  const lines = text.matchAll(/^[ \t]*#[ \t]*hadolint[ \t]+global[ \t]+ignore[ \t]*=[ \t]*(.*)$/gm);
  return new Set(Array.from(lines).flatMap((match) => namesIn(match[1])));
}

/** hadolint's comments may go on in words behind a second #. */
function namesIn(list = ""): string[] {
  return list.match(/\b(?:DL|SC)\d{4}\b/g) ?? [];
}

/** @returns undefined for what the builder refuses. */
function readOptions(text: string): Options | undefined {
  const skip = new Set<string>();
  const experimental = new Set<string>();
  let error = false;
  if (text.trim() === "") return NONE;
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    const [key, value] = [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
    if (equals === -1) return undefined;
    if (key === "error") {
      if (!BOOLEAN.test(value)) return undefined;
      error = /^(?:1|t|true)$/i.test(value);
    } else if (key === "skip" || key === "experimental") {
      for (const name of value.split(",")) (key === "skip" ? skip : experimental).add(name.trim());
    } else return undefined;
  }
  return { skip, experimental, error };
}

/** The instruction that holds an offset, or the last before it; -1 before the first. */
function indexAt(instructions: readonly DockerfileInstruction[], offset: number): number {
  let low = -1;
  let high = instructions.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((instructions[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
