// The schemas of Kubernetes' own kinds, by version: what data/kubernetes.schemas holds, taken out as it is asked for.
import { groupOf } from "../apiVersion.ts";
import {
  type DefinitionRow,
  type FieldRow,
  type KindRow,
  type LifecycleRow,
  type Mask,
  REFUSED,
  type SchemaFile,
  SET,
  type VariantRow,
} from "./file.ts";
import type { NameFormat } from "./names.ts";
import {
  ANY,
  type Field,
  type KindSchema,
  type Schema,
  type StructSchema,
  type VersionSpan,
} from "./schema.ts";

/**
 * The version that is checked for when nobody says which: of those that still get security fixes, the one that most
 * managed clusters run. What a newer one adds is then information, not an error.
 */
export const DEFAULT_VERSION = "1.34";

/** Where an apiVersion and kind stand in one version. */
export type Standing =
  | { readonly is: "served"; readonly deprecated?: ApiChange }
  /** `since` is the first version without it. */
  | { readonly is: "removed"; readonly since: string; readonly replacement?: string }
  | { readonly is: "later"; readonly since: string; readonly replacement?: string }
  /** The group or the kind is not Kubernetes' own. */
  | { readonly is: "unknown" };

export interface ApiChange {
  readonly since: string;
  /** The version that will have it no more, or has it no more. */
  readonly until?: string;
  /** An apiVersion that has the kind. */
  readonly replacement?: string;
}

export class KubernetesSchemas {
  readonly #file: SchemaFile;
  readonly #kinds: ReadonlyMap<string, KindRow>;
  readonly #lifecycles: ReadonlyMap<string, LifecycleRow>;
  readonly #versions = new Map<string, VersionSchemas>();

  constructor(file: SchemaFile) {
    this.#file = file;
    this.#kinds = new Map(file.kinds.map((row) => [`${row[0]} ${row[1]}`, row]));
    this.#lifecycles = new Map(file.lifecycles.map((row) => [`${row[0]} ${row[1]}`, row]));
  }

  /** Every version that is known, oldest first. */
  get versions(): readonly string[] {
    return this.#file.versions;
  }

  /** Names of all definitions, by their rows. */
  get definitionNames(): string[] {
    return this.#file.definitions.map(({ name }) => name);
  }

  /** The schemas of `version` ("1.33", "v1.33.6-eks"), or of the nearest version that is known. */
  at(version: string = DEFAULT_VERSION): VersionSchemas {
    const minor = minorOf(version) ?? minorOf(DEFAULT_VERSION) ?? 0;
    const minors = this.#file.versions.map((known) => minorOf(known) ?? 0);
    const index = Math.max(
      0,
      minors.findLastIndex((known) => known <= minor),
    );
    const name = this.#file.versions[index] ?? version;
    const known = this.#versions.get(name);
    if (known) return known;
    const made = new VersionSchemas(name, 1 << index, this.#file, this.#kinds, this.#lifecycles);
    this.#versions.set(name, made);
    return made;
  }
}

/** The minor version in "1.33", "v1.33.6-eks" or the like. */
export function minorOf(version: string): number | undefined {
  const match = /^v?1\.(\d{1,3})(?:[.+-]|$)/.exec(version.trim());
  return match ? Number(match[1]) : undefined;
}

export class VersionSchemas {
  readonly version: string;
  readonly #bit: Mask;
  readonly #file: SchemaFile;
  readonly #kinds: ReadonlyMap<string, KindRow>;
  readonly #lifecycles: ReadonlyMap<string, LifecycleRow>;
  readonly #structs = new Map<number, StructSchema>();

  constructor(
    version: string,
    bit: Mask,
    file: SchemaFile,
    kinds: ReadonlyMap<string, KindRow>,
    lifecycles: ReadonlyMap<string, LifecycleRow>,
  ) {
    this.version = version;
    this.#bit = bit;
    this.#file = file;
    this.#kinds = kinds;
    this.#lifecycles = lifecycles;
  }

  /** @returns undefined for a kind that this version does not serve. */
  kind(apiVersion: string, kind: string): KindSchema | undefined {
    const row = this.#kinds.get(`${apiVersion} ${kind}`);
    if (!row || (row[4] & this.#bit) === 0) return undefined;
    const names = row[6] === "" ? {} : { names: row[6] as NameFormat };
    return { apiVersion, kind, schema: this.#struct(row[5]), ...names };
  }

  /** A definition by its name in OpenAPI, such as `io.k8s.api.core.v1.PodTemplateSpec`. */
  definition(name: string): StructSchema | undefined {
    const index = this.#file.definitions.findIndex((definition) => definition.name === name);
    return index < 0 ? undefined : this.#struct(index);
  }

  /** Every kind that this version serves and that can be created by itself. */
  creatable(): { apiVersion: string; kind: string; plural: string; namespaced: boolean }[] {
    return this.#file.kinds
      .filter(([, , plural, , mask]) => plural !== "" && (mask & this.#bit) !== 0)
      .map(([apiVersion, kind, plural, namespaced]) => ({
        apiVersion,
        kind,
        plural,
        namespaced: namespaced === 1,
      }));
  }

  /** The apiVersions of this version that have `kind`, stable ones first. */
  apiVersionsOf(kind: string): string[] {
    const found = this.#file.kinds.filter((row) => row[1] === kind && (row[4] & this.#bit) !== 0);
    return found.map(([apiVersion]) => apiVersion).sort((one, other) => unripeness(one) - unripeness(other));
  }

  /** The kinds of an apiVersion in this version. */
  kindsOf(apiVersion: string): string[] {
    const found = this.#file.kinds.filter((row) => row[0] === apiVersion && (row[4] & this.#bit) !== 0);
    return found.map(([, kind]) => kind);
  }

  /** True for a group of Kubernetes' own, in whatever version. */
  hasGroup(group: string): boolean {
    return this.#file.kinds.some(([apiVersion]) => groupOf(apiVersion) === group) || group === "extensions";
  }

  standing(apiVersion: string, kind: string): Standing {
    const row = this.#kinds.get(`${apiVersion} ${kind}`);
    const lifecycle = this.#lifecycles.get(`${apiVersion} ${kind}`);
    if (row && row[4] & this.#bit) {
      const [, , since = 0, until = 0] = lifecycle ?? [];
      const minor = minorOf(this.version) ?? 0;
      if (since === 0 || since > minor) return { is: "served" };
      const change = { since: `1.${since}`, ...(until === 0 ? {} : { until: `1.${until}` }) };
      const { replacement } = this.#replacement(apiVersion, kind, lifecycle);
      const riper = replacement !== undefined && unripeness(replacement) < unripeness(apiVersion);
      return { is: "served", deprecated: riper ? { ...change, replacement } : change };
    }
    const replacement = this.#replacement(apiVersion, kind, lifecycle);
    const span = row && spanOf(row[4], this.#bit, this.#file.versions);
    if (span?.since !== undefined) return { is: "later", since: span.since, ...replacement };
    const removed = span?.until ?? (lifecycle && lifecycle[3] > 0 ? `1.${lifecycle[3]}` : undefined);
    return removed === undefined ? { is: "unknown" } : { is: "removed", since: removed, ...replacement };
  }

  /** The same kind in the same group, else in any group that took it over. */
  #replacement(apiVersion: string, kind: string, lifecycle?: LifecycleRow): { replacement?: string } {
    const others = this.apiVersionsOf(kind).filter((other) => other !== apiVersion);
    const group = groupOf(apiVersion);
    const named = lifecycle?.[4].replace(/\/[^/]+$/, "");
    const found = others.find((other) => groupOf(other) === group) ?? others.find((other) => other === named);
    return found === undefined ? {} : { replacement: found };
  }

  #struct(index: number): StructSchema {
    const known = this.#structs.get(index);
    if (known) return known;
    const row = this.#file.definitions[index] ?? { name: "", fields: {} };
    const made = new VersionStruct(row, this.#bit, this.#file.versions, (type) => this.#schema(type));
    this.#structs.set(index, made);
    return made;
  }

  #schema(type: string): Schema {
    switch (type[0]) {
      case "[":
        return { type: "list", items: this.#schema(type.slice(1)) };
      case "{":
        return { type: "map", values: this.#schema(type.slice(1)) };
      case "#":
        return this.#struct(Number(type.slice(1)));
      case "e":
        return { type: "string", values: this.#file.enums[Number(type.slice(1))] ?? [] };
      case "h":
        return { type: "string", suggested: this.#file.enums[Number(type.slice(1))] ?? [] };
      case "K":
        return { type: "map", keys: "key", values: this.#schema(type.slice(1)) };
      default:
        return SIMPLE[type] ?? formatted(type);
    }
  }
}

const SIMPLE: Readonly<Record<string, Schema>> = {
  s: { type: "string" },
  i: { type: "integer", format: "int32" },
  l: { type: "integer", format: "int64" },
  n: { type: "number" },
  b: { type: "boolean" },
  y: { type: "string", format: "byte" },
  q: { type: "quantity" },
  o: { type: "integer-or-string" },
  t: { type: "string", format: "date-time" },
  u: { type: "string", format: "micro-time" },
  d: { type: "string", format: "duration" },
  L: { type: "map", keys: "qualified", values: { type: "string", named: "value" } },
  A: { type: "map", keys: "annotation", values: { type: "string" } },
};

/** A simple type with a format or bounds after its colon. */
function formatted(type: string): Schema {
  const [letter = "", rest = ""] = type.split(":");
  const simple = SIMPLE[letter];
  if (simple?.type === "integer") {
    const [least = "", most = ""] = rest.split("-");
    return { ...simple, minimum: Number(least), ...(most === "" ? {} : { maximum: Number(most) }) };
  }
  return simple?.type === "string" || simple?.type === "integer-or-string"
    ? { ...simple, named: rest as NameFormat }
    : ANY;
}

/** A definition in one version; its fields are read when they are first asked for. */
class VersionStruct implements StructSchema {
  readonly type = "struct";
  readonly others = "refused";
  readonly name: string;
  readonly #rows: Readonly<Record<string, FieldRow>>;
  readonly #bit: Mask;
  readonly #versions: readonly string[];
  readonly #schema: (type: string) => Schema;
  #fields: ReadonlyMap<string, Field> | undefined;
  #needed: readonly string[] | undefined;

  constructor(
    { name, fields }: DefinitionRow,
    bit: Mask,
    versions: readonly string[],
    schema: (type: string) => Schema,
  ) {
    this.name = name;
    this.#rows = fields;
    this.#bit = bit;
    this.#versions = versions;
    this.#schema = schema;
  }

  get fields(): ReadonlyMap<string, Field> {
    this.#fields ??= new Map(this.#variants().map(([name, variant]) => [name, this.#field(name, variant)]));
    return this.#fields;
  }

  get needed(): readonly string[] {
    this.#needed ??= this.#variants().flatMap(([name, variant]) => (variant[2] === 1 ? [name] : []));
    return this.#needed;
  }

  #variants(): [string, VariantRow][] {
    return Object.entries(this.#rows).flatMap(([name, row]) => {
      const variant = variantsOf(row).find(([, mask = 0]) => mask === 0 || (mask & this.#bit) !== 0);
      return variant ? [[name, variant] as [string, VariantRow]] : [];
    });
  }

  #field(name: string, [type, , required = 0, keys]: VariantRow): Field {
    const schema = this.#schema(type);
    if (keys && schema.type === "list")
      return { schema: { ...schema, ...uniqueness(keys) }, required: required !== 0 };
    const later = schema.type === "string" && schema.values ? this.#laterValues(name, schema.values) : [];
    const known = schema.type === "string" && later.length > 0 ? { ...schema, later } : schema;
    return { schema: known, required: required !== 0 };
  }

  #laterValues(name: string, values: readonly string[]): string[] {
    return variantsOf(this.#rows[name] ?? "*")
      .filter(([, mask = 0]) => mask > this.#bit)
      .flatMap(([type]) => {
        const schema = this.#schema(type);
        return schema.type === "string" ? (schema.values ?? schema.suggested ?? []) : [];
      })
      .filter((value) => !values.includes(value));
  }

  elsewhere(field: string): VersionSpan | undefined {
    const row = Object.hasOwn(this.#rows, field) ? this.#rows[field] : undefined;
    if (row === undefined) return undefined;
    const all = variantsOf(row).reduce((mask, variant) => mask | (variant[1] ?? 0), 0);
    return spanOf(all, this.#bit, this.#versions);
  }
}

function uniqueness(keys: readonly string[]): { keys: readonly string[]; unique: boolean } {
  return { keys: keys.filter((key) => key !== SET && key !== REFUSED), unique: keys.includes(REFUSED) };
}

function variantsOf(row: FieldRow): readonly VariantRow[] {
  if (typeof row === "string") return [[row]];
  return isVariant(row) ? [row] : row;
}

function isVariant(row: VariantRow | readonly VariantRow[]): row is VariantRow {
  return typeof row[0] === "string";
}

/** What is said of the versions in `mask` from where the version of `bit` stands, which is not among them. */
function spanOf(mask: Mask, bit: Mask, versions: readonly string[]): VersionSpan | undefined {
  const later = versions.findIndex((_, index) => 1 << index > bit && (mask & (1 << index)) !== 0);
  if (later >= 0) return { since: versions[later] ?? "" };
  const last = versions.findLastIndex((_, index) => 1 << index < bit && (mask & (1 << index)) !== 0);
  return last < 0 ? undefined : { until: versions[last + 1] ?? "" };
}

/** Stable before beta before alpha, newer before older. */
function unripeness(apiVersion: string): number {
  const match = /v(\d+)(?:(alpha|beta)(\d+))?$/.exec(apiVersion);
  if (!match) return 1e6;
  const stage = match[2] === "alpha" ? 2 : match[2] === "beta" ? 1 : 0;
  return stage * 1e4 - Number(match[1]) * 100 - Number(match[3] ?? 0);
}
