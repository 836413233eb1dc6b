// What a check beside schemas depends on besides the document itself; when it changes, documents are checked again.
import { once } from "../../base/once.ts";
import { objectNodes } from "../kube/objectNodes.ts";
import { definedKinds } from "../kube/schema/definition.ts";
import { isPatchPath } from "../kube/schema/partial.ts";
import type { KindSchema } from "../kube/schema/schema.ts";
import { parseYaml } from "../syntax/yaml.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";

export interface SchemaFacts {
  /** Of Kubernetes; undefined leaves it to us. */
  readonly version: string | undefined;
  /** The file is a patch. */
  readonly partial: boolean;
  /** There are schemas to check with. */
  readonly has: boolean;
  /** Kinds that definitions in other files define. */
  readonly others: readonly KindSchema[];
  /** The documents of this file that hold resource definitions. */
  readonly own: string;
  /** Everything that is defined. */
  definitions(): readonly KindSchema[];
}

export interface SchemaQuestion {
  readonly path: string;
  readonly settings: { readonly kubernetesVersion?: string | undefined };
  readonly schemas?: unknown;
  readonly definitions?: readonly KindSchema[];
  readonly partial?: boolean;
}

const DEFINITION = /\bCustomResourceDefinition\b/;
const NONE: readonly KindSchema[] = [];

/** @returns `before` itself where nothing has changed since. */
export function schemaFacts(
  question: SchemaQuestion,
  documents: readonly { text: string }[],
  before: SchemaFacts | undefined,
): SchemaFacts {
  const texts = documents.flatMap(({ text }) => (mayDefine(text) ? [text] : []));
  const facts = {
    version: question.settings.kubernetesVersion,
    partial: question.partial === true || isPatchPath(question.path),
    has: question.schemas !== undefined,
    others: question.definitions ?? NONE,
    own: texts.join("\n"),
  };
  const same =
    before !== undefined &&
    before.version === facts.version &&
    before.partial === facts.partial &&
    before.has === facts.has &&
    before.others === facts.others &&
    before.own === facts.own;
  if (same) return before;
  return { ...facts, definitions: once(() => [...facts.others, ...texts.flatMap(definitionsIn)]) };
}

/** True for a text that may hold resource definitions. */
export function mayDefine(text: string): boolean {
  return DEFINITION.test(text);
}

/** The kinds that the resource definitions in a YAML file define. */
export function definitionsIn(text: string): KindSchema[] {
  return yamlSlices(text).flatMap(({ start, end }) => {
    const slice = text.slice(start, end);
    if (!mayDefine(slice)) return [];
    return parseYaml(slice).flatMap(({ root }) => objectNodes(root).flatMap(definedKinds));
  });
}
