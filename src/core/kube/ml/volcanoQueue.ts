// Queue of Volcano: a share of the cluster that jobs wait for.
// Source: https://github.com/volcano-sh/apis pkg/apis/scheduling/v1beta1/types.go
import type { MlKind } from "../mlKind.ts";
import { field, text } from "../object.ts";

export const volcanoQueue: MlKind = {
  kind: "Queue",
  group: "scheduling.volcano.sh",
  plural: "queues",
  icon: "list-ordered",
  clusterWide: true,
  read(object) {
    const state = text(object, "status", "state");
    const counted = (name: string) => {
      const number = field(object, "status", name);
      return typeof number === "number" && number > 0 ? String(number) : undefined;
    };
    return {
      health: state === "Open" ? "ok" : state === "Closed" || state === "Closing" ? "warning" : "unknown",
      status: state ?? "no status yet",
      facts: [
        ["Running", counted("running")],
        ["Waiting", counted("pending")],
        ["In queue", counted("inqueue")],
      ],
    };
  },
};
