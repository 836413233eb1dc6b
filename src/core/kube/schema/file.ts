// The shape of data/kubernetes.schemas, in which the schemas of many Kubernetes versions lie as one.
//
// The file: four bytes "SLK1", the length of the first part (four bytes, big endian), the first part, the second.
// Both parts are JSON packed with brotli: the first is a SchemaFile, the second a DescriptionsFile. They are apart
// because a check needs no descriptions. `npm run schemas` (scripts/schemas.ts) writes the file.

export const MAGIC = "SLK1";

/**
 * Which versions something holds for: bit 0 stands for the first of `versions`. Absent or 0 stands for every version
 * that has what it belongs to.
 */
export type Mask = number;

/**
 * A type, as text:
 * `s` text · `i` 32-bit integer · `l` 64-bit integer · `n` number · `b` boolean · `y` base64 · `q` quantity ·
 * `o` integer or text · `t` time · `u` time with microseconds · `d` duration · `*` anything · `e3` one of the texts
 * in row 3 of `enums` · `h3` the same, yet the API server was not seen to refuse others · `#12` the definition in
 * row 12 · `[x` a list of x · `{x` a map of x · `L` labels · `A` annotations · `Kx` a map of x by the keys of data.
 * After `s` and `o` may follow `:` and a name format (names.ts), after `i` and `l` `:` and bounds such as `1-65535` or
 * `0-`.
 */
export type TypeText = string;

/**
 * 0 may be absent · 1 the API server refuses an object without it · 2 the schema says that it must be there, yet the
 * API server was not seen to refuse its absence.
 */
export type RequiredMark = 0 | 1 | 2;

/** Among the keys of a list: its items are all different, and have no keys. */
export const SET = "";
/** Among the keys of a list: the API server refuses two items with the same keys. */
export const REFUSED = "!";

/** What a field is in some versions. `keys` tell the items of a list apart. */
export type VariantRow = readonly [
  type: TypeText,
  mask?: Mask,
  required?: RequiredMark,
  keys?: readonly string[],
];

/** One variant, or several with masks that do not overlap; a bare text is a variant of nothing but its type. */
export type FieldRow = TypeText | VariantRow | readonly VariantRow[];

export interface DefinitionRow {
  /** As in OpenAPI, such as `io.k8s.api.core.v1.Container`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldRow>>;
}

export type KindRow = readonly [
  apiVersion: string,
  kind: string,
  /** The last part of its path, such as `deployments`; empty for what can't be created by itself. */
  plural: string,
  namespaced: 0 | 1,
  mask: Mask,
  /** Row in `definitions`. */
  definition: number,
  /** The format of its names; empty where that is not known. */
  names: string,
];

/** An API version that is deprecated or removed, with minor versions of Kubernetes 1; 0 stands for unknown. */
export type LifecycleRow = readonly [
  apiVersion: string,
  kind: string,
  deprecated: number,
  removed: number,
  /** `apiVersion/kind` of what to use instead; empty where nothing replaces it. */
  replacement: string,
];

export interface SchemaFile {
  /** Oldest first, such as `1.23`; without a gap. */
  readonly versions: readonly string[];
  readonly enums: readonly (readonly string[])[];
  readonly definitions: readonly DefinitionRow[];
  readonly kinds: readonly KindRow[];
  readonly lifecycles: readonly LifecycleRow[];
}

/** By row of `definitions`: what is said of the whole, and of each field; as in the newest version that has it. */
export type DescriptionsFile = readonly (readonly [string, Readonly<Record<string, string>>])[];
