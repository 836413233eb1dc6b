// What is found in what a kustomization builds, told of the files that it is made of.
import { dirname } from "node:path";
import type { Signal } from "../../base/signal.ts";
import { fileFacts } from "../../core/rules/fileFacts.ts";
import { overlayFindings } from "../../core/rules/overlayFindings.ts";
import type { RuleFacts } from "../../core/rules/rule.ts";
import type { Finding, Severity } from "../../core/syntax/finding.ts";
import { Lines, type Span } from "../../core/syntax/lines.ts";
import { yamlSlices } from "../../core/syntax/yamlSlices.ts";
import { buildKustomization } from "../kustomize/build.ts";
import { kustomizationTree, type Obstacle } from "../kustomize/tree.ts";
import type { Processes } from "../process/processes.ts";
import type { FileChecker } from "./fileChecker.ts";

export interface Overlay {
  readonly kind: "checked" | "missing";
  /** By absolute path, with the levels that hold there. */
  readonly findings: ReadonlyMap<string, { readonly text: string; readonly findings: readonly Finding[] }>;
  /** Absolute paths of all files that went into it. */
  readonly sources: readonly string[];
}

/** @param path absolute, of the kustomization. A component is nothing by itself. */
export async function checkOverlay(
  path: string,
  processes: Processes,
  checker: FileChecker,
  rules: readonly RuleFacts[],
  signal: Signal,
): Promise<Overlay> {
  const { from, sources, obstacles } = kustomizationTree(path);
  const [own] = from;
  const none = { kind: "checked", findings: new Map(), sources } as const;
  if (!own || own.parts.isComponent || own.parts.isForeign) return none;
  const judged = (found: ReadonlyMap<string, readonly Finding[]>): Overlay["findings"] => {
    const texts = new Map(from.flatMap((one) => [[one.path, one.text] as const, ...filesOf(one.files)]));
    return new Map(
      Array.from(found, ([file, findings]) => {
        const text = texts.get(file) ?? "";
        const outcome = checker.judged(file, text, findings);
        return [file, { text, findings: outcome.kind === "checked" ? outcome.findings : [] }];
      }),
    );
  };
  if (obstacles.length > 0)
    return { ...none, findings: judged(grouped(obstacles.map((one) => [one.path, obstacleFinding(one)]))) };
  // Only changes, and nothing to change: a part that somebody copies or has yet to write.
  if (own.parts.resources.length === 0 && own.parts.generators.length === 0) return none;
  const built = await buildKustomization(processes, dirname(path), signal);
  if (built.kind === "missing") return { kind: "missing", findings: new Map(), sources };
  if (built.kind === "failed") {
    const said = `kustomize can't build this, so only its files were checked: ${built.message}.`;
    const at = mentioned(own.text, built.message, [
      ...own.parts.resources,
      ...own.parts.patches.flatMap(({ file }) => file ?? []),
      ...own.parts.plugins,
      ...own.parts.others,
    ]);
    // What runs plugins needs options that nobody told of.
    const severity = /plugin|--enable-/i.test(built.message) ? "information" : "warning";
    return { ...none, findings: judged(new Map([[path, [finding(severity, own.text, at, said)]]])) };
  }
  const { definitions, rest } = withoutDefinitions(built.text);
  const facts = fileFacts(path, definitions);
  const { outcome } = checker.checkText(path, rest, checker.together(facts ? [facts] : []));
  if (outcome.kind !== "checked") return none;
  // Of what can't be read, as it is too long, nothing can be told of the files.
  const found = outcome.findings.filter(({ rule }) => rule !== "syntax");
  return { ...none, findings: judged(overlayFindings(found, rest, from, rules)) };
}

/** Resource definitions are long, and their files are checked: here only what they define counts. */
function withoutDefinitions(text: string): { definitions: string; rest: string } {
  const documents = yamlSlices(text).map(({ start, end }) => text.slice(start, end));
  const [definitions, rest] = [true, false].map((wanted) =>
    documents.filter((one) => /^kind: CustomResourceDefinition$/m.test(one) === wanted).join(""),
  );
  return { definitions: definitions ?? "", rest: rest ?? "" };
}

function filesOf(
  files: ReadonlyMap<string, { readonly path: string; readonly text: string }>,
): (readonly [string, string])[] {
  return Array.from(files.values(), ({ path, text }) => [path, text] as const);
}

function grouped(pairs: readonly (readonly [string, Finding])[]): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const [path, one] of pairs) found.set(path, [...(found.get(path) ?? []), one]);
  return found;
}

function obstacleFinding({ kind, text, at, entry }: Obstacle): Finding {
  switch (kind) {
    case "remote":
      return finding(
        "information",
        text,
        at,
        `${entry} is not on this machine, and nothing is fetched: what is built with it is not checked.`,
      );
    case "charts":
      return finding(
        "information",
        text,
        at,
        "Charts that a kustomization has fetched are not looked at: what is built with them is not checked.",
      );
    case "made":
      return finding(
        "information",
        text,
        at,
        `${entry} is not here, and git ignores it: what is built once it is made is not checked.`,
      );
    case "missing":
      return finding("warning", text, at, `There is no ${entry} here: kustomize can't build this.`);
    case "too-much":
      return finding(
        "information",
        text,
        at,
        "This takes in more files than are looked at: it is not built.",
      );
  }
}

/** The entry that the message names, else the beginning. */
function mentioned(
  text: string,
  message: string,
  entries: readonly { readonly path: string; readonly at: Span }[],
): Span {
  const named = entries.find(({ path }) => message.includes(`'${path}'`) || message.includes(`"${path}"`));
  const loosely = named ?? entries.find(({ path }) => message.includes(path.replace(/^(?:\.\.?\/)+/, "")));
  const first = text.search(/[^\s#-]/);
  return loosely?.at ?? { start: Math.max(0, first), end: Math.max(0, first) };
}

function finding(severity: Severity, text: string, at: Span, message: string): Finding {
  return { rule: "kustomize", severity, range: new Lines(text).rangeOf(at), message, fixes: [] };
}
