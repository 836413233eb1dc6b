// The schemas of many versions as one: each definition and field once, with the versions that have it.
import {
  type DefinitionRow,
  type DescriptionsFile,
  type FieldRow,
  type KindRow,
  type LifecycleRow,
  REFUSED,
  type RequiredMark,
  type SchemaFile,
  SET,
  type TypeText,
  type VariantRow,
} from "../../src/core/kube/schema/file.ts";
import type { OpenApiSchema, VersionFacts } from "./openapi.ts";
import type { Refused } from "./probe.ts";

/** Definitions that Go reads in its own way, whatever their schema says. */
const SPECIAL: Readonly<Record<string, TypeText>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "q",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "o",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "t",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "u",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Duration": "d",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "*",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "*",
};

/** The version of the test cluster. */
export const PROBED_VERSION = "1.34";

/** Maps whose keys have a form of their own; `L` labels, `A` annotations, `K` keys of data. */
const KEYED: Readonly<Record<string, TypeText>> = {
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta labels": "L",
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta annotations": "A",
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector matchLabels": "L",
  "io.k8s.api.core.v1.PodSpec nodeSelector": "L",
  "io.k8s.api.core.v1.ServiceSpec selector": "L",
  "io.k8s.api.core.v1.ReplicationControllerSpec selector": "L",
  "io.k8s.api.node.v1.Scheduling nodeSelector": "L",
  "io.k8s.api.core.v1.ConfigMap data": "Ks",
  "io.k8s.api.core.v1.ConfigMap binaryData": "Ky",
  "io.k8s.api.core.v1.Secret data": "Ky",
  "io.k8s.api.core.v1.Secret stringData": "Ks",
};

/** Served by every version, though the files of the older ones leave it out. */
const FOREVER = "apiregistration.k8s.io/v1";

interface Variant {
  type: TypeText;
  mask: number;
  required: boolean;
  keys: readonly string[];
}

interface Definition {
  name: string;
  row: number;
  mask: number;
  description: string;
  fields: Map<string, { variants: Variant[]; description: string }>;
}

export interface Merged {
  schemas: SchemaFile;
  descriptions: DescriptionsFile;
}

/**
 * @param versions by name, oldest first.
 * @param refused what the API server was seen to refuse; the rest is only stated.
 */
export function merge(
  versions: ReadonlyMap<string, VersionFacts>,
  lifecycles: readonly LifecycleRow[],
  refused: Refused,
): Merged {
  const probed = [...versions.keys()].indexOf(PROBED_VERSION);
  const merger = new Merger(refused, (2 << probed) - 1);
  for (const [index, facts] of [...versions.values()].entries()) merger.add(facts, index);
  merger.fillEnums();
  return merger.result([...versions.keys()], lifecycles);
}

class Merger {
  readonly #definitions = new Map<string, Definition>();
  readonly #enums = new Map<string, number>();
  readonly #kinds = new Map<string, KindRow>();
  readonly #required: ReadonlySet<string>;
  readonly #values: ReadonlySet<string>;
  readonly #duplicates: ReadonlySet<string>;
  readonly #refused: Refused;
  /** The versions up to that of the test cluster. */
  readonly #probed: number;

  constructor(refused: Refused, probed: number) {
    this.#refused = refused;
    this.#probed = probed;
    this.#required = new Set(refused.required);
    this.#values = new Set(refused.values);
    this.#duplicates = new Set(refused.duplicates);
  }

  add(facts: VersionFacts, index: number): void {
    const bit = 1 << index;
    for (const { definition, apiVersion, kind, plural, namespaced } of facts.kinds) {
      const key = `${apiVersion} ${kind}`;
      const known = this.#kinds.get(key);
      const mask = apiVersion === FOREVER ? (2 << index) - 1 : (known?.[4] ?? 0) | bit;
      const { row } = this.#definition(definition, facts, bit);
      this.#kinds.set(key, [
        apiVersion,
        kind,
        plural || (known?.[2] ?? ""),
        namespaced ? 1 : 0,
        mask,
        row,
        "",
      ]);
    }
  }

  #definition(name: string, facts: VersionFacts, bit: number): Definition {
    let known = this.#definitions.get(name);
    if (!known) {
      known = { name, row: this.#definitions.size, mask: 0, description: "", fields: new Map() };
      this.#definitions.set(name, known);
    }
    if (known.mask & bit) return known;
    known.mask |= bit;
    const schema = facts.definitions.get(name);
    if (!schema) throw new Error(`There is no definition ${name}`);
    known.description = schema.description ?? known.description;
    for (const [field, property] of Object.entries(schema.properties ?? {}))
      this.#field(known, field, property, schema, facts, bit);
    return known;
  }

  #field(
    definition: Definition,
    name: string,
    property: OpenApiSchema,
    schema: OpenApiSchema,
    facts: VersionFacts,
    bit: number,
  ): void {
    const type = this.#type(property, facts, bit);
    const required = schema.required?.includes(name) ?? false;
    const keys = keysOf(property);
    const known = definition.fields.get(name) ?? { variants: [], description: "" };
    definition.fields.set(name, known);
    known.description = property.description ?? known.description;
    const same = known.variants.find(
      (one) => one.type === type && one.required === required && one.keys.join() === keys.join(),
    );
    if (same) same.mask |= bit;
    else known.variants.push({ type, mask: bit, required, keys });
  }

  #type(schema: OpenApiSchema, facts: VersionFacts, bit: number): TypeText {
    const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (reference) return this.#reference(reference.replace(/^.*\//, ""), facts, bit);
    if (schema.enum) return this.#enum(schema.enum);
    switch (schema.type) {
      case "string":
        return schema.format === "byte" ? "y" : "s";
      case "integer":
        return schema.format === "int64" ? "l" : "i";
      case "number":
        return "n";
      case "boolean":
        return "b";
      case "array":
        return `[${this.#type(schema.items ?? {}, facts, bit)}`;
      case "object": {
        const values = schema.additionalProperties;
        return typeof values === "object" ? `{${this.#type(values, facts, bit)}` : "*";
      }
      default:
        return "*";
    }
  }

  #reference(name: string, facts: VersionFacts, bit: number): TypeText {
    const special = SPECIAL[name];
    if (special !== undefined) return special;
    const target = facts.definitions.get(name);
    // What is no struct (JSON, a list of strings with a name) is written out where it is used.
    const struct = target?.properties || (target?.type === "object" && !target.additionalProperties);
    if (target && !struct) return this.#type(target, facts, bit);
    return `#${this.#definition(name, facts, bit).row}`;
  }

  #enum(values: readonly string[]): TypeText {
    const key = JSON.stringify(values);
    const row = this.#enums.get(key) ?? this.#enums.size;
    this.#enums.set(key, row);
    return `e${row}`;
  }

  /** A variant with what the server was seen to refuse: its values, its format, the form of its keys. */
  #refined(name: string, field: string, variant: Variant): Variant[] {
    const key = `${name} ${field}`;
    const { type } = variant;
    if (type === "{s" || type === "{y") return [{ ...variant, type: KEYED[key] ?? type }];
    if (/^\[?e/.test(type) && !this.#values.has(key)) return [{ ...variant, type: type.replace("e", "h") }];
    if (!/^\[?[silo]$/.test(type)) return [variant];
    const format = this.#refused.formats[key];
    if (format !== undefined) return [{ ...variant, type: `${type}:${format}` }];
    const values = this.#refused.supported[key];
    if (values === undefined || !type.endsWith("s")) return [variant];
    // A newer version may know more values.
    const [known, newer] = [variant.mask & this.#probed, variant.mask & ~this.#probed];
    const enumerated = { ...variant, type: type.replace("s", this.#enum(values)), mask: known };
    return [...(known === 0 ? [] : [enumerated]), ...(newer === 0 ? [] : [{ ...variant, mask: newer }])];
  }

  /** Versions whose Go code has no enums have those of the version after them. */
  fillEnums(): void {
    for (const definition of this.#definitions.values()) {
      for (const field of definition.fields.values()) {
        const plain = field.variants.find((one) => one.type.replace(/^[[{]/, "") === "s");
        const next = field.variants.find(
          (one) => /^[[{]?e/.test(one.type) && plain && (one.mask & -one.mask) > plain.mask,
        );
        if (!plain || !next || plain.required !== next.required) continue;
        next.mask |= plain.mask;
        field.variants.splice(field.variants.indexOf(plain), 1);
      }
    }
  }

  result(versions: readonly string[], lifecycles: readonly LifecycleRow[]): Merged {
    const definitions = [...this.#definitions.values()];
    const schemas = {
      versions,
      // The rows of the definitions add some of the enums.
      definitions: definitions.map((definition) => this.#row(definition)),
      enums: [...this.#enums.keys()].map((key) => JSON.parse(key) as string[]),
      kinds: [...this.#kinds.values()].map(
        ([apiVersion, kind, plural, namespaced, mask, definition]): KindRow => [
          apiVersion,
          kind,
          plural,
          namespaced,
          mask,
          definition,
          this.#refused.names[`${apiVersion} ${kind}`] ?? "",
        ],
      ),
      lifecycles,
    };
    const descriptions = definitions.map(({ description, fields }) => {
      const said = [...fields].flatMap(([name, field]) =>
        field.description === "" ? [] : [[name, field.description] as const],
      );
      return [description, Object.fromEntries(said)] as const;
    });
    return { schemas, descriptions };
  }

  #row({ name, mask, fields }: Definition): DefinitionRow {
    const rows = [...fields].map(([field, { variants }]): [string, FieldRow] => {
      const key = `${name} ${field}`;
      const rowsOf = variants
        .flatMap((variant) => this.#refined(name, field, variant))
        .map((variant) => {
          const required: RequiredMark = !variant.required ? 0 : this.#required.has(key) ? 1 : 2;
          const refusesTwo = variant.keys.length > 0 && this.#duplicates.has(key);
          const keys = refusesTwo ? [REFUSED, ...variant.keys] : variant.keys;
          return variantRow({ ...variant, keys }, variant.mask === mask ? 0 : variant.mask, required);
        });
      const [only] = rowsOf;
      if (!only || rowsOf.length > 1) return [field, rowsOf];
      return [field, only.length === 1 ? only[0] : only];
    });
    return { name, fields: Object.fromEntries(rows) };
  }
}

function keysOf(property: OpenApiSchema): readonly string[] {
  const listType = property["x-kubernetes-list-type"];
  if (listType === "map") return property["x-kubernetes-list-map-keys"] ?? [];
  return listType === "set" ? [SET] : [];
}

function variantRow({ type, keys }: Variant, mask: number, required: RequiredMark): VariantRow {
  if (keys.length > 0) return [type, mask, required, keys];
  if (required !== 0) return [type, mask, required];
  return mask === 0 ? [type] : [type, mask];
}
