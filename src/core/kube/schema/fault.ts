// What the walk through an object finds wrong with it, as facts; the rules KUB001 and on put it in words.
import type { Span } from "../../syntax/lines.ts";
import type { MapNode, ScalarNode, SyntaxNode } from "../../syntax/node.ts";
import type { NameFormat } from "./names.ts";
import type { ScalarSchema, Schema, VersionSpan } from "./schema.ts";

interface Found {
  readonly at: Span;
  /** Where in the object, such as `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** False where our own definition of the place may be incomplete or older than what is installed. */
  readonly certain: boolean;
}

export interface UnknownField extends Found {
  readonly is: "unknown-field";
  readonly field: ScalarNode;
  /** The map that has it. */
  readonly map: MapNode;
  /** The fields that there may be. */
  readonly known: readonly string[];
  /** Versions of Kubernetes that have such a field here. */
  readonly elsewhere?: VersionSpan;
  /** A map around this one, or in the map with it, that has such a field. */
  readonly belongs?: string;
}

export interface WrongType extends Found {
  readonly is: "wrong-type";
  readonly wanted: Schema;
  readonly node: SyntaxNode;
  readonly got: "text" | "number" | "boolean" | "nothing" | "list" | "map";
}

export interface MissingField extends Found {
  readonly is: "missing-field";
  readonly field: string;
}

export interface WrongValue extends Found {
  readonly is: "wrong-value";
  readonly node: ScalarNode;
  readonly values: readonly string[];
  /** A newer version of Kubernetes has it. */
  readonly later: boolean;
}

export interface BadFormat extends Found {
  readonly is: "bad-format";
  readonly node: ScalarNode;
  readonly schema: ScalarSchema;
  readonly format:
    | "quantity"
    | "base64"
    | "time"
    | "micro-time"
    | "duration"
    | "range"
    | "bounds"
    | "length"
    | "pattern";
}

export interface BadName extends Found {
  readonly is: "bad-name";
  readonly node: ScalarNode;
  readonly format: NameFormat;
  /** It is a key, such as a label's, and not a value. */
  readonly key: boolean;
}

export interface DuplicateItem extends Found {
  readonly is: "duplicate-item";
  /** What both items have; empty for a list of plain values. */
  readonly keys: readonly string[];
  readonly value: string;
  /** The API server refuses it; else only a merge (server-side apply) does. */
  readonly refused: boolean;
}

export interface AbsentApi extends Found {
  readonly is: "absent-api";
  readonly apiNode: ScalarNode;
  readonly kindNode: ScalarNode;
  /** It was there, it will be there, or it never was. */
  readonly why: "removed" | "later" | "mistaken";
  /** The first version without it, or with it. */
  readonly since?: string;
  /** An apiVersion that has the kind. */
  readonly replacement?: string;
  /** A kind of the apiVersion that is spelt nearly so. */
  readonly near?: string;
}

export interface DeprecatedApi extends Found {
  readonly is: "deprecated-api";
  readonly apiNode: ScalarNode;
  readonly kindNode: ScalarNode;
  readonly since: string;
  /** The first version without it, where that is known. */
  readonly until?: string;
  readonly replacement?: string;
}

export type Fault = ApiFault | FieldFault;
export type ApiFault = AbsentApi | DeprecatedApi;
export type FieldFault =
  | UnknownField
  | WrongType
  | MissingField
  | WrongValue
  | BadFormat
  | BadName
  | DuplicateItem;
