// SeldonDeployment: models behind an address, by Seldon Core 1.
// Source: https://github.com/SeldonIO/seldon-core operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { text } from "../object.ts";

export const seldonDeployment: MlKind = {
  kind: "SeldonDeployment",
  group: "machinelearning.seldon.io",
  plural: "seldondeployments",
  icon: "hubot",
  podLabels: ["seldon-deployment-id"],
  read(object) {
    if (!hasStatus(object)) return notLookedAt;
    const state = text(object, "status", "state") ?? "Creating";
    const message = text(object, "status", "description");
    if (state === "Available") return { health: "ok", status: state };
    return { health: state === "Failed" ? "error" : "progress", status: state, message };
  },
};
