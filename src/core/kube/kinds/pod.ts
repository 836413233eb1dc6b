// Pod: the thing that runs.
import { podAccelerators } from "../accelerators.ts";
import { seemsJupyter } from "../jupyterPods.ts";
import { kind } from "../kind.ts";
import { text } from "../object.ts";
import { podStatus } from "../podStatus.ts";
import { type PodRow, rowIdentity } from "../row.ts";
import { podWire } from "../wire.ts";

export const pod = kind<PodRow>({
  kind: "Pod",
  group: "",
  version: "v1",
  plural: "pods",
  namespaced: true,
  title: "Pods",
  icon: "package",
  wire: podWire,
  project(object) {
    const node = text(object, "spec", "nodeName");
    return {
      kind: "Pod",
      ...rowIdentity(object),
      ...podStatus(object),
      accelerators: podAccelerators(object),
      ...(node === undefined ? {} : { node }),
      ...(seemsJupyter(object) ? { seemsJupyter: true } : {}),
    };
  },
});
