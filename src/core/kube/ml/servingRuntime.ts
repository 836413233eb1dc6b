// ServingRuntime: which program serves which model formats, for InferenceServices of its namespace, by KServe.
// Source: https://github.com/kserve/kserve pkg/apis/serving/v1alpha1/servingruntime_types.go
import type { MlKind } from "../mlKind.ts";
import { field, list, text } from "../object.ts";

export const servingRuntime: MlKind = {
  kind: "ServingRuntime",
  group: "serving.kserve.io",
  plural: "servingruntimes",
  icon: "server-process",
  read(object) {
    const formats = list(object, "spec", "supportedModelFormats").flatMap((one) => text(one, "name") ?? []);
    const isDisabled = field(object, "spec", "disabled") === true;
    return {
      health: isDisabled ? "done" : "unknown",
      status: isDisabled ? "Disabled" : "",
      facts: [["Formats", formats.length === 0 ? undefined : formats.join(", ")]],
    };
  },
};
