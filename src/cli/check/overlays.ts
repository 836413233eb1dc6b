// Kustomizations among the files of a run: built with kustomize, and what is found in the output told of their files.
import { dirname } from "node:path";
import { silentLog } from "../../base/log.ts";
import { count } from "../../base/words.ts";
import type { Finding } from "../../core/syntax/finding.ts";
import type { FileChecker } from "../../io/check/fileChecker.ts";
import { checkOverlay } from "../../io/check/overlays.ts";
import { kustomizationTree } from "../../io/kustomize/tree.ts";
import { Processes } from "../../io/process/processes.ts";
import type { World } from "../world.ts";
import type { Checked } from "./fixing.ts";
import { shownPath } from "./targets.ts";

const AT_ONCE = 4;

/** The results with what is found only where files are put together. */
export async function withOverlays(
  all: readonly Checked[],
  kustomizations: readonly string[],
  checker: FileChecker,
  world: World,
): Promise<Checked[]> {
  const roots = rootsAmong(kustomizations);
  if (roots.length === 0) return [...all];
  const processes = new Processes(silentLog, () => world.environment);
  const added = new Map<string, { text: string; findings: Finding[] }>();
  let missing = 0;
  const waiting = roots.entries();
  const built: (readonly [number, Awaited<ReturnType<typeof checkOverlay>>])[] = [];
  const lane = async () => {
    for (const [index, path] of waiting) {
      const overlay = await checkOverlay(path, processes, checker, world.rules, world.signal);
      if (overlay.kind === "missing") missing++;
      built.push([index, overlay]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, roots.length) }, lane));
  if (missing > 0)
    world.error(
      `slipway: neither kustomize nor kubectl is in PATH: of ${count(missing, "kustomization")} only the files were checked.\n`,
    );
  for (const [index, { findings }] of built.toSorted(([one], [other]) => one - other))
    for (const [path, { text, findings: more }] of findings) {
      const known = added.get(path) ?? { text, findings: [] };
      added.set(path, known);
      const folder = shownPath(dirname(roots[index] ?? ""), world);
      known.findings.push(...more.map((finding) => namedAfter(finding, folder)));
    }
  return merged(all, added, world);
}

/** What no other takes in; a base is built with its overlays. */
function rootsAmong(kustomizations: readonly string[]): string[] {
  const inner = new Set(
    kustomizations.flatMap((path) =>
      kustomizationTree(path)
        .from.slice(1)
        .map((one) => one.path),
    ),
  );
  return kustomizations.filter((path) => !inner.has(path)).toSorted();
}

/** Of which overlay it is, unless it is about the kustomization itself. */
function namedAfter(finding: Finding, folder: string): Finding {
  if (finding.rule === "kustomize") return finding;
  return { ...finding, message: `${finding.message.replace(/\.$/, "")} (as ${folder} builds it).` };
}

function merged(
  all: readonly Checked[],
  added: ReadonlyMap<string, { text: string; findings: readonly Finding[] }>,
  world: World,
): Checked[] {
  const rest = new Map(added);
  const known = all.map(({ target, result }): Checked => {
    const more = rest.get(target.path);
    rest.delete(target.path);
    const { outcome } = result;
    if (!more || outcome.kind === "trouble" || outcome.kind === "ignored") return { target, result };
    const own = outcome.kind === "checked" ? outcome.findings : [];
    const findings = [...own, ...unknown(more.findings, own)];
    return { target, result: { ...result, outcome: { kind: "checked", findings, text: more.text } } };
  });
  // A kustomization without an ending, and a base outside of what was asked for.
  const others = Array.from(rest).flatMap(([path, { text, findings }]): Checked[] => {
    const once = unknown(findings, []);
    if (once.length === 0) return [];
    const target = { path, shown: shownPath(path, world), named: false };
    return [{ target, result: { outcome: { kind: "checked", findings: once, text } } }];
  });
  return [...known, ...others];
}

/** What is not said of the line already: by the check of the file, or of another overlay. */
function unknown(more: readonly Finding[], own: readonly Finding[]): Finding[] {
  const key = ({ rule, range }: Finding) => `${rule} ${range.start.line}`;
  const said = new Set(own.map(key));
  return more.filter((finding) => {
    if (said.has(key(finding))) return false;
    said.add(key(finding));
    return true;
  });
}
