// Whether Kubernetes has the API that an object asks for: removed, deprecated, not yet there, or mistaken.
import { spanOf } from "../../syntax/lines.ts";
import { nearest } from "../../syntax/nearest.ts";
import { nodeAt } from "../../syntax/node.ts";
import { groupOf } from "../apiVersion.ts";
import type { ObjectNode } from "../objectNodes.ts";
import type { AbsentApi, DeprecatedApi } from "./fault.ts";
import type { VersionSchemas } from "./schemas.ts";

/** @returns undefined for an API that is there, and for one that is none of Kubernetes' own. */
export function apiFault(object: ObjectNode, schemas: VersionSchemas): AbsentApi | DeprecatedApi | undefined {
  const { apiVersion, kind, root } = object;
  const [apiNode, kindNode] = [nodeAt(root, "apiVersion"), nodeAt(root, "kind")];
  if (apiNode?.kind !== "scalar" || kindNode?.kind !== "scalar") return undefined;
  const standing = schemas.standing(apiVersion, kind);
  const found = { at: spanOf(apiNode), path: "apiVersion", certain: true, apiNode, kindNode };
  switch (standing.is) {
    case "served":
      return standing.deprecated && { ...found, is: "deprecated-api", ...standing.deprecated };
    case "unknown":
      return mistaken(object, schemas, found);
    default: {
      const { is, since, replacement } = standing;
      return { ...found, is: "absent-api", why: is, since, ...(replacement ? { replacement } : {}) };
    }
  }
}

type Common = Pick<AbsentApi, "at" | "path" | "certain" | "apiNode" | "kindNode">;

/** A group of Kubernetes' own that has no such kind: it stands in another group, or is misspelt. */
function mistaken(
  { apiVersion, kind }: ObjectNode,
  schemas: VersionSchemas,
  found: Common,
): AbsentApi | undefined {
  const group = groupOf(apiVersion);
  if (!schemas.hasGroup(group)) return undefined;
  const others = schemas.apiVersionsOf(kind);
  const replacement = others.find((other) => groupOf(other) === group) ?? others[0];
  if (replacement !== undefined) return { ...found, is: "absent-api", why: "mistaken", replacement };
  const kinds = schemas.kindsOf(apiVersion).filter((known) => !known.endsWith("List"));
  const near = nearest(kind, kinds);
  if (near === undefined) return undefined;
  return { ...found, at: spanOf(found.kindNode), path: "kind", is: "absent-api", why: "mistaken", near };
}
