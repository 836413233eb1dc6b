// Renders a chart or builds a kustomization offline, and checks what comes out of it.
import { join } from "node:path";
import type { Log } from "../../base/log.ts";
import type { Signal } from "../../base/signal.ts";
import type { KubernetesSchemas } from "../../core/kube/schema/schemas.ts";
import { type FileFacts, fileFacts } from "../../core/rules/fileFacts.ts";
import { rules } from "../../core/rules/index.gen.ts";
import type { Finding } from "../../core/syntax/finding.ts";
import { overOf } from "../check/asked.ts";
import { chartFindings } from "../check/chartFindings.ts";
import { FileChecker, MAXIMUM_BYTES } from "../check/fileChecker.ts";
import { textIfReadable } from "../files/readText.ts";
import { checkOverlay } from "../check/overlays.ts";
import { walk } from "../files/walk.ts";
import { renderChart } from "../helm/charts.ts";
import { kustomizationIn } from "../kustomize/tree.ts";
import { Processes } from "../process/processes.ts";
import type { RenderAnswer, RenderRequest } from "./messages.ts";

export async function render(
  request: RenderRequest,
  schemas: () => KubernetesSchemas,
  log: Log,
  signal: Signal,
): Promise<RenderAnswer> {
  if (request.unit.kind === "kustomization") return built(request, schemas, log, signal);
  const { unit, top, ...asked } = request;
  const { folder } = unit;
  const facts = await factsBelow(join(folder, "crds"), signal);
  const options = { over: overOf(asked), top: top ?? folder, patches: [], facts };
  const checker = new FileChecker(rules, options, schemas);
  const kubernetesVersion = checker.settingsOf(join(folder, "Chart.yaml"))?.kubernetesVersion;
  const rendered = await renderChart(new Processes(log), folder, { values: [], kubernetesVersion }, signal);
  if (rendered.kind === "missing") return { kind: "missing", program: "helm" };
  const findings: [string, Finding[]][] = [];
  for (const [path, outcome] of chartFindings(folder, rendered, checker, rules))
    if (outcome.kind === "checked") findings.push([path, newFindings(path, outcome.findings, checker)]);
  return { kind: "rendered", findings, sources: [folder] };
}

async function built(
  { unit: { folder }, top, ...asked }: RenderRequest,
  schemas: () => KubernetesSchemas,
  log: Log,
  signal: Signal,
): Promise<RenderAnswer> {
  const path = kustomizationIn(folder);
  if (path === undefined) return { kind: "rendered", findings: [], sources: [] };
  const options = { over: overOf(asked), top: top ?? folder, patches: [], facts: [] };
  const checker = new FileChecker(rules, options, schemas);
  const overlay = await checkOverlay(path, new Processes(log), checker, rules, signal);
  if (overlay.kind === "missing") return { kind: "missing", program: "kustomize or kubectl" };
  const findings = Array.from(overlay.findings, ([file, { findings: found }]): [string, Finding[]] => [
    file,
    newFindings(file, found, checker),
  ]);
  return { kind: "rendered", findings, sources: overlay.sources };
}

/** Without what the check of the file itself says in the same line. */
function newFindings(path: string, found: readonly Finding[], checker: FileChecker): Finding[] {
  const key = ({ rule, range }: Finding) => `${rule} ${range.start.line}`;
  const { outcome } = found.length > 0 ? checker.check({ path }) : { outcome: undefined };
  const known = new Set(outcome?.kind === "checked" ? outcome.findings.map(key) : []);
  return found.filter((finding) => !known.has(key(finding)));
}

async function factsBelow(folder: string, signal: Signal): Promise<FileFacts[]> {
  const facts: FileFacts[] = [];
  try {
    const wanted = (path: string) => /\.ya?ml$/i.test(path);
    for await (const path of walk(folder, { wanted, onTrouble() {} }, signal)) {
      const text = textIfReadable(path, MAXIMUM_BYTES);
      const found = text === undefined ? undefined : fileFacts(path, text);
      if (found) facts.push(found);
    }
  } catch {
    // Most charts have none.
  }
  return facts;
}
