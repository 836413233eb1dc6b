// Service: one name and port for pods that come and go.
import { kind } from "../kind.ts";
import { field, list, text } from "../object.ts";
import { rowIdentity, type ServiceRow } from "../row.ts";

export const service = kind<ServiceRow>({
  kind: "Service",
  group: "",
  version: "v1",
  plural: "services",
  namespaced: true,
  title: "Services",
  icon: "type-hierarchy-sub",
  project(object) {
    return {
      kind: "Service",
      ...rowIdentity(object),
      status: text(object, "spec", "type") ?? "ClusterIP",
      health: "ok",
      ports: list(object, "spec", "ports").flatMap((port) => {
        const number = field(port, "port");
        return typeof number === "number" ? [number] : [];
      }),
    };
  },
});
