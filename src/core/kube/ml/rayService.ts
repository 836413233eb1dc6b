// RayService: Ray Serve applications on a RayCluster that is replaced without a gap, by KubeRay.
// Source: https://github.com/ray-project/kuberay ray-operator/apis/ray/v1/rayservice_types.go (v1.7)
import { isFalse, isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { field, record, text } from "../object.ts";

export const rayService: MlKind = {
  kind: "RayService",
  group: "ray.io",
  plural: "rayservices",
  icon: "globe",
  podLabels: [],
  read(object) {
    if (!hasStatus(object)) return notLookedAt;
    const active = field(object, "status", "activeServiceStatus");
    const cluster = text(active, "rayClusterName");
    const selects = cluster === undefined ? [] : [`ray.io/cluster=${cluster}`];
    const endpoints = field(object, "status", "numServeEndpoints");
    const facts = [["Endpoints", typeof endpoints === "number" ? String(endpoints) : undefined] as const];
    const applications = Object.entries(record(active, "applicationStatuses"));
    const bad = applications.find(([, one]) => /FAILED|UNHEALTHY/.test(text(one, "status") ?? ""));
    if (bad) {
      const status = `${bad[0]} ${text(bad[1], "status") ?? ""}`;
      return { health: "error", status, message: text(bad[1], "message"), facts, selects };
    }
    if (isTrue(object, "UpgradeInProgress"))
      return {
        health: "progress",
        status: "Upgrading",
        message: why(object, "UpgradeInProgress").message,
        facts,
        selects,
      };
    if (isTrue(object, "Ready") || text(object, "status", "serviceStatus") === "Running")
      return { health: "ok", status: "Ready", facts, selects };
    const { reason = "not ready", message } = why(object, "Ready");
    return {
      health: isFalse(object, "Ready") ? "warning" : "progress",
      status: reason,
      message,
      facts,
      selects,
    };
  },
};
