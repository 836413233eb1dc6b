// What the parts of the sandbox share.
import type { Clock } from "../base/clock.ts";
import type { Store } from "./api/store.ts";
import type { Kubelet } from "./control/kubelet.ts";
import type { Recorder } from "./control/recorder.ts";

export interface World {
  store: Store;
  clock: Clock;
  recorder: Recorder;
  kubelet: Kubelet;
}
