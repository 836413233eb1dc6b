// Objects as a Table, which is what kubectl asks for to show columns.
import type { ApiObject } from "../object.ts";
import { ageColumn, type Column, columnsByKind, nameColumn } from "./columns.ts";

/** How an answer is to be written, from the Accept header. */
export type Form = "object" | "table" | "metadata";

const plain: readonly Column[] = [nameColumn, ageColumn];

/** The first form of the Accept header that is served. */
export function formOf(accept: string | undefined): Form {
  for (const part of (accept ?? "").split(",")) {
    const parameters = part.split(";").map((one) => one.trim());
    if (!/^(application\/json|application\/\*|\*\/\*)?$/.test(parameters[0] ?? "")) continue;
    const as = parameters.find((one) => one.startsWith("as="))?.slice(3);
    if (as === undefined) return "object";
    if (as === "Table") return "table";
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return "metadata";
  }
  return "object";
}

export function partialMetadata(object: ApiObject): object {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: "meta.k8s.io/v1",
    metadata: object.metadata,
  };
}

/** @param include what each row carries of its object: `Metadata` (the default), `Object` or `None`. */
export function tableOf(
  kind: string,
  objects: readonly ApiObject[],
  now: number,
  metadata: object,
  include: string | null,
  withColumns = true,
): object {
  const columns = columnsByKind[kind] ?? plain;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: withColumns ? columns.map(definition) : null,
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      ...(include === "None" ? {} : { object: include === "Object" ? object : partialMetadata(object) }),
    })),
  };
}

function definition(column: Column): object {
  return {
    name: column.name,
    type: column.type ?? "string",
    format: column.name === "Name" ? "name" : "",
    description: "",
    priority: column.priority ?? 0,
  };
}
