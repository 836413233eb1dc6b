// Reads a Table, the server's own print of objects: rows become objects of their metadata and cells.
import type { Kind } from "../../core/kube/kind.ts";
import { field, type KubeObject, list, record, text } from "../../core/kube/object.ts";

/** What asks for a Table. An API that prints none answers with its objects, of which only the metadata is taken. */
export const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
/** Rows carry the metadata of their objects and nothing else: no value of a Secret is sent. */
export const tableQuery = { includeObject: "Metadata" } as const;

/** For a server that refuses to print: objects, of which only the metadata is taken, and of a Secret only the metadata. */
export function unprintedAccept({ kind }: Kind, answer: "list" | "watch"): string {
  if (kind !== "Secret.core") return "application/json";
  const type = answer === "list" ? "PartialObjectMetadataList" : "PartialObjectMetadata";
  return `application/json;as=${type};v=v1;g=meta.k8s.io`;
}

/** Keeps the columns: a watch tells them once. */
export class TableRows {
  #columns: readonly unknown[] = [];
  #isRefused = false;
  #hasPlain = false;

  /** The server refuses to print: it is asked for its objects from now on. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Nothing but names is known: the server does not print this kind. */
  get isUnprinted(): boolean {
    return this.#isRefused || this.#hasPlain;
  }

  refuse(): void {
    this.#isRefused = true;
  }

  /** Notes the columns of a Table that begins. */
  begin(table: unknown): void {
    const columns = list(table, "columnDefinitions");
    if (columns.length > 0) this.#columns = columns;
  }

  /** An item of a list: a row of a Table, or a whole object. */
  item(item: KubeObject): KubeObject {
    const cells = field(item, "cells");
    if (!Array.isArray(cells)) return this.#plain(item);
    return { metadata: record(item, "object", "metadata"), table: { columns: this.#columns, cells } };
  }

  /** The object of a watch's event: a Table of one row. */
  event(object: KubeObject): KubeObject {
    if (text(object, "kind") !== "Table") return this.#plain(object);
    this.begin(object);
    const [row] = list(object, "rows");
    return row === undefined ? { metadata: record(object, "metadata") } : this.item(row as KubeObject);
  }

  #plain(object: KubeObject): KubeObject {
    this.#hasPlain = true;
    return { metadata: record(object, "metadata") };
  }
}
