// Checks an object beside the schema of its kind, and has each fault put in words by its rule.
import type { ObjectNode } from "../kube/objectNodes.ts";
import type { PodTemplate } from "../kube/podTemplates.ts";
import { apiFault } from "../kube/schema/api.ts";
import type { Fault } from "../kube/schema/fault.ts";
import { isNamed, type NameFormat } from "../kube/schema/names.ts";
import { ownKinds } from "../kube/schema/kinds/index.gen.ts";
import { ownKindSchemas } from "../kube/schema/ownKind.ts";
import { isBare, looksPartial } from "../kube/schema/partial.ts";
import { isPlaceholder, scalarKind } from "../kube/schema/scalar.ts";
import type { KindSchema, StructSchema } from "../kube/schema/schema.ts";
import type { KubernetesSchemas, VersionSchemas } from "../kube/schema/schemas.ts";
import { walk } from "../kube/schema/walk.ts";
import { entriesOf, entryOf, isNull, nodeAt } from "../syntax/node.ts";
import type { Problem } from "../syntax/problem.ts";
import type { Rule, SchemaContext, SchemaRule } from "./rule.ts";
import type { SchemaFacts } from "./schemaFacts.ts";

export interface Ruled {
  readonly rule: SchemaRule;
  readonly problem: Problem;
}

export interface SchemaSource {
  readonly rules: readonly Rule[];
  readonly schemas?: () => KubernetesSchemas | undefined;
}

/** @returns undefined when there are no schemas, or nobody asks for what they find. */
export function schemaCheck({ rules, schemas }: SchemaSource, facts: SchemaFacts): SchemaCheck | undefined {
  const found = rules.some((rule) => rule.appliesTo === "schema") ? schemas?.() : undefined;
  return found && new SchemaCheck(rules, found, facts);
}

export class SchemaCheck {
  readonly #rules: ReadonlyMap<Fault["is"], SchemaRule>;
  readonly #schemas: VersionSchemas;
  readonly #facts: SchemaFacts;
  readonly #definitions: ReadonlyMap<string, KindSchema>;

  constructor(rules: readonly Rule[], schemas: KubernetesSchemas, facts: SchemaFacts) {
    this.#rules = new Map(rules.flatMap((rule) => (rule.appliesTo === "schema" ? [[rule.finds, rule]] : [])));
    this.#schemas = schemas.at(facts.version);
    this.#facts = facts;
    this.#definitions = new Map(facts.definitions().map((one) => [`${one.apiVersion} ${one.kind}`, one]));
  }

  problems(object: ObjectNode, pods: readonly PodTemplate[], text: string): Ruled[] {
    const { apiVersion, kind } = object;
    const defined = this.#definitions.get(`${apiVersion} ${kind}`);
    const known = defined ?? this.#schemas.kind(apiVersion, kind) ?? this.#ownKind(object);
    const context: SchemaContext = {
      text,
      kind,
      version: this.#schemas.version,
      chosen: this.#facts.version !== undefined,
      own: known?.own === true,
    };
    const api = known === defined && defined ? undefined : apiFault(object, this.#schemas);
    const faults = known ? this.#faults(object, pods, known) : [];
    return [...(api ? [api] : []), ...faults].flatMap((fault) => {
      const rule = this.#rules.get(fault.is);
      const problem = rule && problemOf(rule, fault, context);
      return rule && problem ? [{ rule, problem }] : [];
    });
  }

  #faults(object: ObjectNode, pods: readonly PodTemplate[], { schema, names }: KindSchema): Fault[] {
    const partial = this.#facts.partial || looksPartial(object, pods);
    const nameless = partial ? undefined : namelessFault(object, schema);
    const faults = walk(object.root, schema, { partial: partial || isBare(object) });
    return [...(nameless ? [nameless] : []), ...nameFaults(object, names), ...faults];
  }

  #ownKind({ apiVersion, group, kind }: ObjectNode): KindSchema | undefined {
    const own = ownKinds.find((one) => one.kind === kind && one.group === group);
    return own && ownKindSchemas(own, this.#schemas).find((schema) => schema.apiVersion === apiVersion);
  }
}

/** No schema says that an object needs a name, or a beginning for one. */
function namelessFault({ kind, root }: ObjectNode, schema: StructSchema): Fault | undefined {
  if (!schema.fields.has("metadata") || /(?:Review|List)$/.test(kind)) return undefined;
  const metadata = entryOf(root, "metadata");
  const named = ["name", "generateName"].some((field) => {
    const node = nodeAt(metadata?.value, field);
    return !isNull(node) && !(node?.kind === "scalar" && node.text === "");
  });
  if (named || (metadata && !isNull(metadata.value) && metadata.value.kind !== "map")) return undefined;
  // A patch says by `$patch` and its like what it is.
  if (entriesOf(root).some(({ key }) => key.text.startsWith("$"))) return undefined;
  const { start, end } = metadata?.key ?? nodeAt(root, "kind") ?? root;
  return { is: "missing-field", at: { start, end }, path: "metadata.name", certain: true, field: "name" };
}

/** The name of the object and its namespace, whose form depends on its kind. */
function nameFaults({ root }: ObjectNode, names: NameFormat | undefined): Fault[] {
  const metadata = nodeAt(root, "metadata");
  const wanted = [
    ["name", names],
    ["namespace", "label"],
  ] as const;
  return wanted.flatMap(([field, format]): Fault[] => {
    const node = nodeAt(metadata, field);
    if (format === undefined || node?.kind !== "scalar" || node.text === "" || isPlaceholder(node)) return [];
    // A number is no name, and is found for that.
    if (scalarKind(node) !== "text" || isNamed(node.text, format)) return [];
    const { start, end } = node;
    const found = { at: { start, end }, path: `metadata.${field}`, certain: true };
    return [{ ...found, is: "bad-name", node, format, key: false }];
  });
}

/** The rule was found by the fault's own kind; the compiler can't follow that. */
function problemOf(rule: SchemaRule, fault: Fault, context: SchemaContext): Problem | undefined {
  const problem = rule.problem as (fault: Fault, context: SchemaContext) => Problem | undefined;
  return problem(fault, context);
}
