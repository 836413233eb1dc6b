// What a build takes of its context, and what a person should know of files there that do not get across.
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { type Dockerignore, type IgnoreLine, leftOutBy } from "./dockerignore.ts";
import { cleanPath, literalPart, pathPattern } from "./pathPattern.ts";

/** The ignore file that counts for a build. */
export interface IgnoreFile extends Dockerignore {
  /** File name, without its folder. */
  name: string;
}

/** What stands in the context at a path of it. */
export type ContextPlace =
  | { kind: "absent" }
  /** A link that leads out of the context; `target` is where to. */
  | { kind: "outside"; target: string }
  /** There; `path` is relative to the context, with links followed. */
  | { kind: "inside"; path: string };

/** Files of the context that do not get across as they are, relative to it, with slashes. */
export interface ContextFaults {
  /** BuildKit sends these as empty files, and says nothing. */
  unreadable: readonly string[];
  /** Their names are not UTF-8, so nothing can be sent. Wrong letters are replaced by a sign. */
  misnamed: readonly string[];
}

/** What was found out about a context whose build failed. */
export interface KnownContext {
  ignore: IgnoreFile | undefined;
  /** What stands at the path that the build wanted in vain. */
  place: ContextPlace | undefined;
  faults: ContextFaults | undefined;
}

/** Where in a context to look for faults. */
export interface ContextSearch {
  /** Paths to begin at; an empty one is the whole context. */
  roots: readonly string[];
  /** The build takes this file. */
  takes(path: string): boolean;
  /** It takes nothing below this folder. */
  skips(folder: string): boolean;
}

/** What the build of a Dockerfile takes of its context, as far as the text tells: a variable may mean anything. */
export function contextSearch(dockerfile: string, ignore: Dockerignore | undefined): ContextSearch {
  const sources = DockerfileParser.parse(dockerfile).getInstructions().flatMap(contextSources);
  const patterns = sources.flatMap((source) => (source === "." ? [] : (pathPattern(source) ?? [])));
  const takesAll = sources.includes(".");
  const isLeftOut = (path: string) => ignore !== undefined && leftOutBy(ignore, path) !== undefined;
  return {
    roots: takesAll ? [""] : distinctRoots(sources),
    takes: (path) => (takesAll || patterns.some((pattern) => pattern.covers(path))) && !isLeftOut(path),
    skips: (folder) => ignore?.hasExceptions === false && isLeftOut(folder),
  };
}

function distinctRoots(sources: readonly string[]): string[] {
  const roots = [...new Set(sources.map(literalPart))].sort();
  return roots.filter(
    (root) => !roots.some((other) => other !== root && (other === "" || root.startsWith(`${other}/`))),
  );
}

/** Paths and patterns that an instruction takes from the context, clean; `.` for all of it. */
export function contextSources(instruction: Instruction): string[] {
  const text = instruction.getTextContent().replace(/\\\r?\n(?:\s*#.*\r?\n)*/g, " ");
  const flags = /^\S+\s+((?:--\S+\s+)*)/.exec(text);
  const given = flags?.[1] ?? "";
  switch (instruction.getKeyword()) {
    case "COPY":
    case "ADD":
      if (/(?:^|\s)--from=/.test(given)) return [];
      return copied(text.slice(flags?.[0].length ?? 0)).flatMap(sourceOf);
    case "RUN":
      return Array.from(given.matchAll(/--mount=(\S+)/g), (match) => match[1] ?? "").flatMap(mounted);
    default:
      return [];
  }
}

/** All arguments but the last, which is where they go. */
function copied(rest: string): string[] {
  if (rest.startsWith("[")) {
    try {
      const list = JSON.parse(rest) as unknown;
      if (Array.isArray(list))
        return list.slice(0, -1).filter((one): one is string => typeof one === "string");
    } catch {
      // The builder takes it for words then, too.
    }
  }
  const words = rest.split("\n", 1)[0]?.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.slice(0, -1).map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
}

/** The source of a bind mount of the context, which is what a mount is unless it says otherwise. */
function mounted(options: string): string[] {
  const fields = new Map(
    options.split(",").map((field) => {
      const [name = "", ...value] = field.split("=");
      return [name, value.join("=")] as const;
    }),
  );
  if ((fields.get("type") ?? "bind") !== "bind" || fields.has("from")) return [];
  return sourceOf(fields.get("source") ?? fields.get("src") ?? ".");
}

function sourceOf(written: string): string[] {
  if (/^(?:<<|\w+:\/\/|git@)/.test(written)) return [];
  // What a variable holds is known to the builder alone.
  if (written.includes("$")) return ["."];
  return [cleanPath(`/${written}`).slice(1) || "."];
}

/** Whether the instruction takes something from the context, and not from a stage or image. */
export function takesContext(instruction: Instruction): boolean {
  return contextSources(instruction).length > 0;
}

/** Remarks about files that did not get across as they are; none when all did. */
export function faultWarnings({ unreadable }: ContextFaults): string[] {
  const [first] = unreadable;
  if (first === undefined) return [];
  if (unreadable.length === 1) {
    return [
      `You may not read ${first} in the build context, so the build got it as an empty file. Correct its permissions, or leave it out by .dockerignore.`,
    ];
  }
  return [
    `You may not read ${unreadable.length} files in the build context, ${first} among them, so the build got them as empty files. Correct their permissions, or leave them out by .dockerignore.`,
  ];
}

/** Why a file that the build wants is not in the context, in sentences that say what to do. */
export function missingText(
  path: string,
  instruction: Instruction,
  ignore: IgnoreFile | undefined,
  place: ContextPlace | undefined,
): string {
  const clean = cleanPath(`/${path}`).slice(1) || path;
  const keyword = instruction.getKeyword();
  const above = instruction
    .getArguments()
    .map((argument) => argument.getValue())
    .find((argument) => argument.startsWith("../") && cleanPath(`/${argument}`).slice(1) === clean);
  if (above !== undefined) {
    return `${above} is outside of the build context, which ${keyword} can't leave. Build with a folder above as the context, or move the file into it.`;
  }
  if (place?.kind === "outside") {
    return `${clean} is a link to ${place.target}, outside of the build context, and the builder does not follow it. Copy what it points to into the context, or mount it when the container runs.`;
  }
  const line = ignore && leftOut(ignore, clean, place);
  if (place?.kind !== "absent" && ignore && line) {
    return `${clean} is left out of the build context by line ${line.line} of ${ignore.name} (${line.text}). Remove that line, or add !${clean} below it.`;
  }
  if (place?.kind === "absent") {
    return `${clean} is not in the build context. Check its path, which starts at the folder of the context.`;
  }
  return `${clean} is not in the build context. Check its path, and that .dockerignore does not leave it out.`;
}

function leftOut(ignore: IgnoreFile, path: string, place: ContextPlace | undefined): IgnoreLine | undefined {
  return leftOutBy(ignore, path) ?? (place?.kind === "inside" ? leftOutBy(ignore, place.path) : undefined);
}

/** Undefined for a failure that has nothing to do with how the context is sent. */
export function sendingText(
  cause: string,
  ignore: IgnoreFile | undefined,
  faults: ContextFaults | undefined,
): string | undefined {
  if (/syntax error in pattern|illegal exclusion pattern/.test(cause)) {
    const name = ignore?.name ?? ".dockerignore";
    const at = ignore?.problem;
    return at === undefined
      ? `A line of ${name} is no valid pattern. Correct it, then build again.`
      : `Line ${at.line} of ${name} is no valid pattern: ${at.text}. Correct it, then build again.`;
  }
  if (/invalid UTF-8/.test(cause)) {
    const [name] = faults?.misnamed ?? [];
    return `A file name in the build context is not UTF-8, and the builder can't send it${name === undefined ? "" : `: ${name}`}. Rename the file, or leave it out by .dockerignore.`;
  }
  const denied =
    /(?:^|: )open (\/.*|[A-Za-z]:\\.*): permission denied$/.exec(cause)?.[1] ??
    /(?:can't stat|no permission to read from) '([^']+)'/.exec(cause)?.[1];
  if (denied !== undefined) {
    return `You may not read ${denied}, which is in the build context. Correct its permissions, or leave it out by .dockerignore.`;
  }
  const gone = /unable to prepare context: path "([^"]+)" not found/i.exec(cause)?.[1];
  if (gone !== undefined) return `There is no folder ${gone} to build from. Choose another build context.`;
  return undefined;
}
