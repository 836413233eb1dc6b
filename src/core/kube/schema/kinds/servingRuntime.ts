// ServingRuntime of KServe.
import type { OwnKind } from "../ownKind.ts";
import { servingRuntimeSpec } from "../shapes/kserve.ts";

export const servingRuntime: OwnKind = {
  group: "serving.kserve.io",
  versions: ["v1alpha1"],
  kind: "ServingRuntime",
  source: "https://github.com/kserve/kserve/tree/v0.20.0/config/crd/full",
  fields: { "spec!": servingRuntimeSpec },
};
