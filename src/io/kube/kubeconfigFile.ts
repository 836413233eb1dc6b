// One kubeconfig file as it is read: its text, or one sentence that says what is wrong, half written or gone.
import { readFile, stat } from "node:fs/promises";
import { parse as parseYaml } from "yaml";
import { causeText } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import { nodeValue } from "../../core/syntax/nodeValue.ts";
import { parseSimpleYaml } from "../../core/syntax/yamlSimple.ts";
import { field, list, record, text } from "../../core/kube/object.ts";

const SIZE_LIMIT_BYTES = 5 * 1024 * 1024;

/** What a file holds. */
export interface KubeconfigContent {
  text: string;
  raw: object;
}

/** Without these a kubeconfig that had them is not whole. */
const SECTIONS = ["clusters", "contexts", "users", "current-context", "kind"] as const;

/**
 * Reads a file; undefined when there is none, and a sentence when it holds no kubeconfig.
 * @param before what it held, when it is to be taken for half written where it lost a part of that.
 */
export async function kubeconfigFile(
  path: string,
  before: KubeconfigContent | undefined,
): Promise<KubeconfigContent | { problem: string; cause?: unknown } | undefined> {
  try {
    const content = await readText(path);
    if (content === undefined)
      return before && { problem: `${path} is gone: put it back, or refresh the view.` };
    if (content.trim() === "") return { problem: `${path} is empty.` };
    // What programs write is simple, and a thousand contexts are read in a fifth of the time then.
    const simple = parseSimpleYaml(content);
    const raw: unknown = simple ? nodeValue(simple) : parseYaml(content, { logLevel: "error", merge: true });
    if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
      throw new Trouble("bad-input", "it holds no kubeconfig");
    }
    const lost = before && lostOf(before, { text: content, raw });
    if (lost !== undefined) return { problem: `${path} has lost ${lost}: complete it, or refresh the view.` };
    return { text: content, raw };
  } catch (error) {
    return { problem: unreadable(path, error), cause: error };
  }
}

/** What a file that is half written has not yet; a program writes it in one order, and its last line feed last. */
function lostOf(before: KubeconfigContent, now: KubeconfigContent): string | undefined {
  const section = SECTIONS.find((one) => hasPart(before.raw, one) && !hasPart(now.raw, one));
  if (section !== undefined) return `its ${section}`;
  for (const [section, part] of [
    ["users", "user"],
    ["clusters", "cluster"],
  ] as const) {
    const [was, is] = [entries(before.raw, section, part), entries(now.raw, section, part)];
    for (const context of list(now.raw, "contexts")) {
      const name = text(context, "context", part);
      if (name !== undefined && was.has(name) && !is.has(name)) return `the ${part} ${name}`;
    }
  }
  // JSON is not read at all before its last bracket is there.
  const isClosed = now.text.endsWith("\n") || /^\s*\{[\s\S]*\}$/.test(now.text);
  return before.text.endsWith("\n") && !isClosed ? "its last line" : undefined;
}

/** Names of entries that hold something. */
function entries(raw: object, section: string, part: string): Set<string> {
  const whole = list(raw, section).filter((entry) => Object.keys(record(entry, part)).length > 0);
  return new Set(whole.flatMap((entry) => text(entry, "name") ?? []));
}

function hasPart(raw: object, section: string): boolean {
  const part = field(raw, section);
  return Array.isArray(part) ? part.length > 0 : part !== undefined && part !== null;
}

/** One sentence for a file that can't be read. */
function unreadable(path: string, error: unknown): string {
  const code = field(error, "code");
  if (code === "EACCES" || code === "EPERM") return `${path} may not be read: check its file permissions.`;
  if (code === "EISDIR") return `${path} is a folder: name the kubeconfig file in it.`;
  const line = field(list(error, "linePos")[0], "line");
  const first = causeText(error).split("\n")[0] ?? "";
  return typeof line === "number"
    ? `${path} can't be read as YAML at line ${line}: correct it there.`
    : `${path} can't be read as a kubeconfig (${first.replace(/[.:]$/, "")}): correct it.`;
}

/** Text of a file, or undefined when there is none. */
async function readText(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > SIZE_LIMIT_BYTES) throw new Trouble("bad-input", "it is larger than 5 MB");
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    if (field(error, "code") === "ENOENT") return undefined;
    throw error;
  }
}
