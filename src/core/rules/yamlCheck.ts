// The rules on one slice of a YAML file, and on all objects of a file together.
import { objectNodes } from "../kube/objectNodes.ts";
import { ObjectSet, type SetObject, setObject } from "../kube/objectSet.ts";
import { podTemplates } from "../kube/podTemplates.ts";
import type { WorkspaceFacts } from "../kube/workspaceFacts.ts";
import { type ComposeFile, composeFile } from "../syntax/compose.ts";
import { parseYaml } from "../syntax/yaml.ts";
import { holdsTemplate } from "../syntax/yamlTree.ts";
import { type PodSecurity, podSecurityProblems } from "./podSecurity.ts";
import type { Rule } from "./rule.ts";
import { asSyntax, attributed, MAXIMUM_FINDINGS, type RuleProblem } from "./ruleProblem.ts";
import type { SchemaCheck } from "./schemaCheck.ts";

/** Documents that are often long, and hold no pods: only those of ordinary length are read for their syntax. */
const HOLDS_NO_PODS = /^kind:[ \t]*(?:CustomResourceDefinition|ConfigMap|Secret)\b/m;
export const LARGE_LENGTH = 256 * 1024;

/** What a slice is checked by, beside its text. */
export interface YamlContext {
  readonly kind: "kubernetes" | "compose";
  /** With forward slashes. */
  readonly path: string;
  readonly rules: readonly Rule[];
  /** The file is a patch: what it lacks is in its base. */
  readonly partial?: boolean;
  readonly security: PodSecurity;
  /** Made when there is an object to hold against its schema. */
  readonly schema?: () => SchemaCheck | undefined;
}

/** One slice of a YAML file, checked; places count from its start. */
export interface SliceCheck {
  readonly problems: readonly RuleProblem[];
  /** Its objects, for rules that look at several; undefined for text that can't be read, or not yet. */
  readonly objects: readonly SetObject[] | undefined;
}

/** One slice of a YAML file. Text that a template engine has yet to fill in is left alone. */
export function checkYaml(text: string, context: YamlContext): SliceCheck {
  if (text.length > LARGE_LENGTH && HOLDS_NO_PODS.test(text)) return { problems: [], objects: undefined };
  const problems: RuleProblem[] = [];
  const objects: SetObject[] = [];
  let readable = true;
  const template = text.includes("{{") || text.includes("{%");
  for (const document of parseYaml(text)) {
    const { root } = document;
    if (template && (!root || holdsTemplate(root, text))) return { problems: [], objects: undefined };
    if (!root && document.problems.length > 0) readable = false;
    problems.push(...document.problems.map(asSyntax));
    if (context.kind === "compose") problems.push(...composeProblems(composeFile(root), text, context));
    else
      for (const object of objectNodes(root, context.partial))
        objects.push(setObject(object, podTemplates(object), text, context.path));
  }
  for (const object of objects) {
    if (problems.length > MAXIMUM_FINDINGS) break;
    problems.push(...objectProblems(object, context));
  }
  return { problems, objects: readable ? objects : undefined };
}

function objectProblems({ object, pods, text }: SetObject, context: YamlContext): RuleProblem[] {
  const { rules, security, schema } = context;
  const found: RuleProblem[] = [];
  for (const { rule, problem } of schema?.()?.problems(object, pods, text) ?? [])
    found.push(...attributed(rule, [problem]));
  for (const rule of rules) {
    if (found.length > MAXIMUM_FINDINGS) return found;
    if (rule.appliesTo === "object") found.push(...attributed(rule, rule.check(object, text)));
    if (rule.appliesTo !== "pod") continue;
    for (const pod of pods) found.push(...attributed(rule, rule.check(pod, text)));
  }
  const controls = rules.filter((rule) => rule.appliesTo === "podSecurity");
  for (const { rule, problem } of podSecurityProblems(object, pods, controls, security, text))
    found.push(...attributed(rule, [problem]));
  return found;
}

function composeProblems(file: ComposeFile, text: string, { path, rules }: YamlContext): RuleProblem[] {
  return rules.flatMap((rule) =>
    rule.appliesTo === "compose" ? attributed(rule, rule.check(file, text, path)) : [],
  );
}

/** A problem, or an object, and where in the file the document begins that holds it. */
export interface Placed<Thing> {
  readonly thing: Thing;
  readonly offset: number;
}

/** What rules find that look at several objects. */
export function setProblems(
  objects: readonly Placed<SetObject>[],
  rules: readonly Rule[],
  others: WorkspaceFacts | undefined,
  path: string,
): Placed<RuleProblem>[] {
  const wanted = rules.filter((rule) => rule.appliesTo === "set");
  if (wanted.length === 0 || objects.length === 0) return [];
  const own = objects.map(({ thing }) => thing);
  const set = new ObjectSet(own, others, path);
  const found: Placed<RuleProblem>[] = [];
  for (const { thing: object, offset } of objects)
    for (const rule of wanted) {
      if (found.length > MAXIMUM_FINDINGS) return found;
      for (const thing of attributed(rule, rule.check(object, set))) found.push({ thing, offset });
    }
  return found;
}
