// The logs of many pods at once: so many and no more, which is said, and a place that comes free is taken.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { followPods } from "../../../src/app/jobs/podLogs.ts";
import type { ClusterConnection, WatchSink } from "../../../src/app/stores/cluster/port.ts";
import type { ObjectRow } from "../../../src/core/kube/row.ts";

describe("logs of many pods", () => {
  it("are 60 at most, say how many more there are, and take the next when one ends", async () => {
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
    const rows = Array.from({ length: 200 }, (_, index) => row(index));
    watch?.onEvents([{ type: "page", rows: rows.slice(0, 100) }]);
    watch?.onEvents([{ type: "page", rows: rows.slice(100) }, { type: "listed" }]);
    assert.equal(open.size, 60);
    const more = "140 more: 60 logs are followed at once, the next when one of them ends.";
    assert.deepEqual(notes, [more]);
    watch?.onEvents([{ type: "set", row: row(5) }]);
    assert.equal(open.size, 60, "none is followed twice");
    watch?.onEvents([{ type: "gone", uid: "u60" }]);
    open.get("pod-5")?.();
    await new Promise(setImmediate);
    assert.ok(open.has("pod-61") && !open.has("pod-60"), "who came first is next, and who is gone is not");
    watch?.onEvents([{ type: "set", row: row(200) }]);
    assert.equal(open.size, 61);
    // All of them end, as those of a Job do: each is read.
    for (let index = 0; index <= 200; index++) {
      open.get(`pod-${index}`)?.();
      await new Promise(setImmediate);
    }
    assert.equal(open.size, 200);
    assert.deepEqual(notes, [more], "it is said once");
    closing.abort();
    await done;
  });
});
