// Reads a Table, the server's own print of objects: rows become objects of their metadata and cells.
import { field, type KubeObject, list, record, text } from "../../core/kube/object.ts";

/** What asks for a Table. An API that prints none answers with its objects, of which only the metadata is taken. */
export const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
/** Rows carry the metadata of their objects and nothing else: no value of a Secret is sent. */
export const tableQuery = { includeObject: "Metadata" } as const;

/** Keeps the columns: a watch tells them once. */
export class TableRows {
  #columns: readonly unknown[] = [];

  /** Notes the columns of a Table that begins. */
  begin(table: unknown): void {
    const columns = list(table, "columnDefinitions");
    if (columns.length > 0) this.#columns = columns;
  }

  /** An item of a list: a row of a Table, or a whole object. */
  item(item: KubeObject): KubeObject {
    const cells = field(item, "cells");
    if (!Array.isArray(cells)) return { metadata: record(item, "metadata") };
    return { metadata: record(item, "object", "metadata"), table: { columns: this.#columns, cells } };
  }

  /** The object of a watch's event: a Table of one row. */
  event(object: KubeObject): KubeObject {
    if (text(object, "kind") !== "Table") return { metadata: record(object, "metadata") };
    this.begin(object);
    const [row] = list(object, "rows");
    return row === undefined ? { metadata: record(object, "metadata") } : this.item(row as KubeObject);
  }
}
