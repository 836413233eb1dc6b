// What a value in a manifest must be: the one shape that built-in kinds, resource definitions and our own
// definitions of ML kinds are brought to, and that the walker reads.

import type { NameFormat } from "./names.ts";

export type Schema = StructSchema | ListSchema | MapSchema | ScalarSchema | AnySchema;

/** A map with named fields. */
export interface StructSchema {
  readonly type: "struct";
  /** Of a built-in definition, as in OpenAPI: `io.k8s.api.core.v1.Container`. */
  readonly name?: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** The fields that the API server refuses an object without. */
  readonly needed: readonly string[];
  /**
   * What is done with a field that is not among `fields`: `refused` by a strict server; `kept` as it is; `perhaps`
   * when our definition is not the whole of it.
   */
  readonly others: "refused" | "kept" | "perhaps";
  /** A Kubernetes object of any kind, which has apiVersion, kind and metadata besides `fields`. */
  readonly embedded?: boolean;
  /** Versions that have a field which this one lacks. */
  elsewhere?(field: string): VersionSpan | undefined;
}

export interface Field {
  readonly schema: Schema;
  /** What the schema says; `needed` has what the API server does about it. */
  readonly required: boolean;
}

/** Versions of Kubernetes, such as `1.31`; undefined where there is no such end. */
export interface VersionSpan {
  readonly since?: string;
  /** The first version that has it no more. */
  readonly until?: string;
}

export interface ListSchema {
  readonly type: "list";
  readonly items: Schema;
  /** Fields that tell its items apart; `[]` for a list whose items are all different. */
  readonly keys?: readonly string[];
  /** The API server refuses an object with two items of the same keys; else only a merge does. */
  readonly unique?: boolean;
  /** None of its items may be null. */
  readonly solid?: boolean;
}

export interface MapSchema {
  readonly type: "map";
  /** The form of its keys. */
  readonly keys?: NameFormat;
  readonly values: Schema;
}

export interface AnySchema {
  readonly type: "any";
}

export interface ScalarSchema {
  readonly type: "string" | "integer" | "number" | "boolean" | "integer-or-string" | "quantity";
  /** The only values; for `string`. */
  readonly values?: readonly string[];
  /** Values that only newer versions of Kubernetes have. */
  readonly later?: readonly string[];
  /** An empty text is a value like any other; for Go's own types it is the same as none. */
  readonly emptyCounts?: boolean;
  /** Values that the schema names; others are not known to be refused. */
  readonly suggested?: readonly string[];
  readonly format?: "int32" | "int64" | "byte" | "date-time" | "micro-time" | "duration";
  /** For text, and for what may be text. */
  readonly named?: NameFormat;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
}

export const ANY: AnySchema = { type: "any" };

/** A kind as some version of Kubernetes, or a resource definition, has it. */
export interface KindSchema {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: StructSchema;
  /** How its objects are named. */
  readonly names?: NameFormat;
  /** Our own definition of it, which may not be the whole of it. */
  readonly own?: boolean;
}
