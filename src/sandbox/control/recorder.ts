// Events as the components of a cluster write them: the same one again is counted, not repeated.
import type { Clock } from "../../base/clock.ts";
import { resourceOf } from "../api/resources.ts";
import { randomSuffix, type Store } from "../api/store.ts";
import { type ApiObject, timestamp } from "../object.ts";

interface EventObject extends ApiObject {
  reason: string;
  message: string;
  count: number;
  lastTimestamp: string;
  involvedObject: { uid: string };
}

export class Recorder {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  record(
    about: ApiObject,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
    component: string,
    fieldPath?: string,
  ): void {
    const resource = resourceOf("Event");
    const namespace = about.metadata.namespace ?? "default";
    const now = timestamp(this.#clock.now());
    const before = this.#store
      .all<EventObject>("Event", namespace)
      .find(
        (one) =>
          one.involvedObject.uid === about.metadata.uid && one.reason === reason && one.message === message,
      );
    if (before) {
      this.#store.update<EventObject>(resource, namespace, before.metadata.name, (draft) => {
        draft.count += 1;
        draft.lastTimestamp = now;
      });
      return;
    }
    const host = (about as { spec?: { nodeName?: string } }).spec?.nodeName;
    this.#store.create(resource, {
      metadata: { name: `${about.metadata.name}.18${randomSuffix(14)}`, namespace },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name: about.metadata.name,
        ...(about.metadata.namespace ? { namespace: about.metadata.namespace } : {}),
        uid: about.metadata.uid,
        resourceVersion: about.metadata.resourceVersion,
        ...(fieldPath ? { fieldPath } : {}),
      },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      eventTime: null,
      source: { component, ...(component === "kubelet" && host ? { host } : {}) },
      reportingComponent: component,
      reportingInstance: "",
    });
  }
}
