// The logs of many pods at once: so many and no more, which is said, and a place that comes free is taken.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { followPods } from "../../../src/app/jobs/podLogs.ts";
import type { ClusterConnection, WatchSink } from "../../../src/app/stores/cluster/port.ts";
import type { ObjectRow } from "../../../src/core/kube/row.ts";

describe("logs of many pods", () => {
  it("are 60 at most, and say once that there are more", async () => {
    let watch: WatchSink | undefined;
    const open = new Map<string, () => void>();
    const connection = {
      watch(_kind: unknown, _namespace: unknown, sink: WatchSink) {
        watch = sink;
        return { dispose() {} };
      },
      followLogs: ({ pod }: { pod: string }) => new Promise<void>((end) => void open.set(pod, end)),
    } as unknown as ClusterConnection;
    const notes: string[] = [];
    const sink = {
      source: () => ({ line() {}, note: (text: string) => void notes.push(text) }),
      note: (text: string) => void notes.push(text),
    };
    const closing = new AbortController();
    const wish = { namespace: "ml", query: undefined, start: {} };
    const done = followPods(connection, wish, sink, closing.signal);
    const row = (index: number) =>
      ({ uid: `u${index}`, name: `pod-${index}`, node: "n", toFollow: ["main"] }) as unknown as ObjectRow;
    watch?.onEvents([{ type: "page", rows: Array.from({ length: 200 }, (_, index) => row(index)) }]);
    assert.equal(open.size, 60);
    assert.deepEqual(notes, ["More than 60 logs: of the others none is shown."]);
    watch?.onEvents([{ type: "set", row: row(5) }]);
    assert.equal(open.size, 60, "none is followed twice");
    open.get("pod-5")?.();
    await new Promise(setImmediate);
    watch?.onEvents([{ type: "set", row: row(150) }]);
    assert.ok(open.has("pod-150"));
    assert.equal(notes.length, 1);
    closing.abort();
    await done;
  });
});
