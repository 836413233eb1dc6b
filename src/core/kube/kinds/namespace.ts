// Namespace: a part of the cluster with names of its own.
import { kind } from "../kind.ts";
import { text } from "../object.ts";
import { type NamespaceRow, rowIdentity } from "../row.ts";

export const namespace = kind<NamespaceRow>({
  kind: "Namespace",
  group: "",
  version: "v1",
  plural: "namespaces",
  namespaced: false,
  title: "Namespaces",
  icon: "symbol-namespace",
  project(object) {
    const status = text(object, "status", "phase") ?? "Active";
    return {
      kind: "Namespace",
      ...rowIdentity(object),
      status,
      health: status === "Active" ? "ok" : "progress",
    };
  },
});
