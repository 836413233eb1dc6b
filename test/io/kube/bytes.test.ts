// Bytes cut anywhere give the same lines, items and fields as bytes in one piece.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { labelText } from "../../../src/core/kube/labelText.ts";
import { podWire, type WireField } from "../../../src/core/kube/wire.ts";
import { ByteLines, ListItems } from "../../../src/io/kube/jsonBytes.ts";
import { ResumePoint } from "../../../src/io/kube/resumePoint.ts";
import { watchFrames } from "../../../src/io/kube/watchFrames.ts";
import { WireItems, WireReader } from "../../../src/io/kube/wire.ts";

import { bytes, integer, message, wrapped } from "./protobuf.ts";

/** The same pieces in each run, so that a failure can be looked at. */
function* pieces(bytes: Buffer, seed: number): Generator<Buffer> {
  let state = seed;
  for (let at = 0; at < bytes.length; ) {
    state = (state * 1103515245 + 12345) % 2147483648;
    const size = 1 + (state % 7);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

describe("lines of a stream", () => {
  it("are split at line feeds only, wherever the chunks are cut", () => {
    const text = '{"a":"x\u2028y\u0085"}\n\n{"b":"é🚀"}\nrest';
    for (let seed = 0; seed < 50; seed++) {
      const lines = new ByteLines();
      const found: string[] = [];
      for (const piece of pieces(Buffer.from(text), seed))
        for (const line of lines.push(piece)) found.push(line.toString());
      assert.deepEqual(
        found.filter((line) => line !== ""),
        ['{"a":"x\u2028y\u0085"}', '{"b":"é🚀"}'],
      );
      assert.equal(lines.end().toString(), "rest");
    }
  });

  it("end the stream when one is longer than 16 MiB", () => {
    const lines = new ByteLines();
    const chunk = Buffer.alloc(1024 * 1024, 0x61);
    assert.throws(() => {
      for (let count = 0; count < 20; count++) Array.from(lines.push(chunk));
    }, RangeError);
  });
});

describe("items of a list in JSON", () => {
  const list = {
    kind: "PodList",
    metadata: { resourceVersion: "7", continue: 'a}b]c"d\\' },
    items: [
      { metadata: { name: 'quote " bracket ] brace }', items: [{ deep: [1, { two: "é" }] }] } },
      {},
      { spec: { items: [] } },
    ],
  };

  it("come one by one, wherever the chunks are cut", () => {
    for (let seed = 0; seed < 100; seed++) {
      const items = new ListItems();
      const found: unknown[] = [];
      for (const piece of pieces(Buffer.from(JSON.stringify(list, null, seed % 3)), seed)) {
        for (const item of items.push(piece)) found.push(JSON.parse(item.toString()));
      }
      assert.deepEqual(found, list.items);
      assert.deepEqual(items.envelope(), { ...list, items: [] });
    }
  });

  it("give the list's head with the first item", () => {
    const items = new ListItems();
    const bytes = Buffer.from(JSON.stringify(list));
    for (const item of items.push(bytes)) {
      assert.ok(item.length > 0);
      assert.deepEqual((items.head() as typeof list).metadata, list.metadata);
    }
  });

  it("of an empty list and of null", () => {
    for (const text of ['{"items":[]}', '{"items":null}']) {
      const items = new ListItems();
      assert.deepEqual(Array.from(items.push(Buffer.from(text))), []);
      assert.deepEqual(items.envelope(), JSON.parse(text));
    }
  });

  it("of a cut list have no envelope", () => {
    const items = new ListItems();
    Array.from(items.push(Buffer.from('{"metadata":{},"items":[{"a":1}')));
    assert.throws(() => items.envelope(), SyntaxError);
  });
});

describe("items of a list in protobuf", () => {
  const quantity = (name: string, value: string) => message(1, bytes(1, name), message(2, bytes(1, value)));
  const pod = (name: string) => [
    message(
      1,
      bytes(1, name),
      bytes(5, `uid-${name}`),
      message(8, integer(1, 1_795_494_183)),
      message(11, bytes(1, "app"), bytes(2, "llm")),
      message(11, bytes(1, "tier")),
      message(12, bytes(1, "note"), bytes(2, "of no use here")),
      message(12, bytes(1, "hub.jupyter.org/username"), bytes(2, "ann")),
      // managedFields, which nobody reads.
      bytes(17, "x".repeat(300)),
    ),
    message(
      2,
      message(2, bytes(1, "main"), message(8, quantity("nvidia.com/gpu", "2"))),
      bytes(10, "node-1"),
    ),
    message(
      3,
      bytes(1, "Running"),
      message(8, bytes(1, "main"), message(2, bytes(2, "")), integer(4, 1), integer(5, 300)),
    ),
  ];
  const expected = (name: string) => ({
    metadata: {
      name,
      uid: `uid-${name}`,
      creationTimestamp: 1_795_494_183_000,
      // As a row keeps them, and as it makes them of an object in JSON.
      labels: labelText({ metadata: { labels: { tier: "", app: "llm" } } }),
      annotations: { "hub.jupyter.org/username": "ann" },
    },
    spec: {
      containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": "2" } } }],
      nodeName: "node-1",
    },
    status: {
      phase: "Running",
      containerStatuses: [{ name: "main", state: { running: {} }, ready: true, restartCount: 300 }],
    },
  });
  const list = Buffer.concat([
    Buffer.from("k8s\0"),
    message(1, bytes(1, "v1"), bytes(2, "PodList")),
    message(
      2,
      message(1, bytes(2, "170"), bytes(3, "token")),
      message(2, ...pod("a")),
      message(2, ...pod("é")),
    ),
    bytes(3, ""),
    bytes(4, ""),
  ]);

  it("have the fields of the same object in JSON, wherever the chunks are cut", () => {
    for (let seed = 0; seed < 100; seed++) {
      const items = new WireItems(podWire);
      const found: unknown[] = [];
      for (const piece of pieces(list, seed)) for (const item of items.push(piece)) found.push(item);
      assert.deepEqual(found, [expected("a"), expected("é")]);
      assert.deepEqual(items.metadata, { resourceVersion: "170", continue: "token" });
      assert.equal(items.isWhole, true);
    }
  });

  it("tell why a pod waits, and pass over the conditions of one that does not", () => {
    const status = (phase: string) =>
      message(
        3,
        bytes(1, phase),
        message(2, bytes(1, "PodScheduled"), bytes(2, "False"), bytes(6, "no GPU")),
      );
    const read = (phase: string) =>
      Object.assign({}, new WireReader().read(status(phase), { 3: podWire[3] as WireField })["status"]);
    const condition = { type: "PodScheduled", status: "False", message: "no GPU" };
    assert.deepEqual(read("Pending"), { phase: "Pending", conditions: [condition] });
    assert.deepEqual(read("Running"), { phase: "Running" });
  });

  it("know that a list is not whole", () => {
    const items = new WireItems(podWire);
    Array.from(items.push(list.subarray(0, list.length - 40)));
    assert.equal(items.isWhole, false);
  });

  it("refuse what is no protobuf", () => {
    assert.throws(() => Array.from(new WireItems(podWire).push(Buffer.from("<html></html>"))), RangeError);
    assert.throws(() => new WireReader().read(Buffer.from([0xff, 0xff, 0xff, 0xff]), podWire), RangeError);
  });
});

describe("events of a watch", () => {
  const pod = (name: string, version: string) => [
    message(1, bytes(1, name), bytes(5, `uid-${name}`), bytes(6, version)),
  ];
  const frame = (type: string, object: Buffer) => {
    const event = Buffer.concat([bytes(1, type), message(2, bytes(1, object))]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(event.length);
    return Buffer.concat([head, event]);
  };
  const end = message(12, bytes(1, "k8s.io/initial-events-end"), bytes(2, "true"));
  const stream = Buffer.concat([
    frame("ADDED", wrapped("Pod", ...pod("a", "7"))),
    frame("BOOKMARK", wrapped("Pod", message(1, bytes(6, "9"), end))),
    frame("MODIFIED", wrapped("Pod", ...pod("é", "10"))),
    frame("ERROR", wrapped("Status", bytes(3, "too old"), bytes(4, "Expired"), integer(6, 410))),
  ]);
  const expected = [
    {
      type: "ADDED",
      object: { metadata: { name: "a", uid: "uid-a" } },
      version: "7",
      endsInitial: false,
    },
    { type: "BOOKMARK", object: {}, version: "9", endsInitial: true },
    {
      type: "MODIFIED",
      object: { metadata: { name: "é", uid: "uid-é" } },
      version: "10",
      endsInitial: false,
    },
    {
      type: "ERROR",
      object: { message: "too old", reason: "Expired", code: 410 },
      version: undefined,
      endsInitial: false,
    },
  ];
  const podKind = kindNamed("Pod");
  const reader = (type: string) => {
    assert.ok(podKind);
    return watchFrames({ headers: { "content-type": type } } as never, podKind);
  };

  it("come out of protobuf, wherever the chunks are cut", () => {
    for (let seed = 0; seed < 100; seed++) {
      const frames = reader("application/vnd.kubernetes.protobuf;stream=watch");
      const found: unknown[] = [];
      for (const piece of pieces(stream, seed))
        for (const one of frames.push(piece)) found.push({ ...one, version: one.version() });
      assert.deepEqual(found, expected);
    }
  });

  it("come out of lines of JSON", () => {
    const metadata = { resourceVersion: "9", annotations: { "k8s.io/initial-events-end": "true" } };
    const lines = [
      { type: "ADDED", object: { metadata: { name: "a", resourceVersion: "7" } } },
      { type: "BOOKMARK", object: { metadata } },
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const found = Array.from(reader("application/json").push(Buffer.from(text)));
    assert.deepEqual(
      found.map(({ type, version, endsInitial }) => [type, version(), endsInitial]),
      [
        ["ADDED", "7", false],
        ["BOOKMARK", "9", true],
      ],
    );
  });

  it("are refused where they are broken or too long, and never read past their end", () => {
    const type = "application/vnd.kubernetes.protobuf;stream=watch";
    assert.throws(() => Array.from(reader(type).push(Buffer.from("<html></html>"))), RangeError);
    assert.throws(() => Array.from(reader(type).push(Buffer.from([0, 0, 0, 4, 1, 2, 3, 4]))), RangeError);
    for (let at = 0; at < stream.length; at += 3) {
      const broken = Buffer.from(stream);
      broken[at] = (broken[at] ?? 0) ^ 0x55;
      try {
        for (const one of reader(type).push(broken)) assert.ok(typeof one.type === "string");
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }
  });
});

describe("a log that goes on", () => {
  const at = (second: number, part: string) => `2026-11-24T00:00:0${second}.${part}Z`;

  function take(point: ResumePoint, lines: [stamp: string, text: string][]): string[] {
    return lines
      .filter(([stamp, text]) => point.look(stamp, `${stamp} ${text}`) !== "known")
      .map(([, text]) => text);
  }

  it("passes over what it has of the last second, and keeps lines that only look the same", () => {
    const point = new ResumePoint();
    assert.equal(point.begin(), undefined);
    take(point, [
      [at(1, "1"), "old"],
      [at(2, "1"), "same"],
      [at(2, "1"), "same"],
      [at(2, "5"), "b"],
    ]);
    assert.equal(point.begin(), "2026-11-24T00:00:02Z");
    const again: [string, string][] = [
      [at(2, "1"), "same"],
      [at(2, "1"), "same"],
      [at(2, "1"), "same"],
      [at(2, "5"), "b"],
      [at(3, "0"), "c"],
    ];
    assert.deepEqual(take(point, again), ["same", "c"]);
    assert.equal(point.begin(), "2026-11-24T00:00:03Z");
    assert.deepEqual(
      take(point, [
        [at(3, "0"), "c"],
        [at(3, "1"), "d"],
      ]),
      ["d"],
    );
  });

  it("survives a second cut before anything new has come", () => {
    const point = new ResumePoint();
    take(point, [
      [at(2, "1"), "a"],
      [at(2, "2"), "b"],
    ]);
    point.begin();
    assert.deepEqual(take(point, [[at(2, "1"), "a"]]), []);
    point.begin();
    assert.deepEqual(
      take(point, [
        [at(2, "1"), "a"],
        [at(2, "2"), "b"],
        [at(2, "3"), "c"],
      ]),
      ["c"],
    );
  });

  it("says where what it has is not there any more, once, and not before lines that are older than its first", () => {
    const point = new ResumePoint();
    take(point, [[at(2, "5"), "tail"]]);
    point.begin();
    const look = (stamp: string, text: string) => point.look(stamp, `${stamp} ${text}`);
    assert.equal(look(at(2, "1"), "before the tail"), "known");
    assert.equal(look(at(2, "5"), "tail"), "known");
    assert.equal(look(at(2, "6"), "next"), "new");
    point.begin();
    assert.equal(look(at(4, "1"), "much later"), "apart");
    assert.equal(look(at(4, "2"), "and on"), "new");
  });

  it("goes on in a second of a hundred thousand lines without keeping all of them", () => {
    const point = new ResumePoint();
    const lines = Array.from({ length: 100_000 }, (_, index): [string, string] => [
      at(2, String(100_000 + index)),
      `line ${index}`,
    ]);
    assert.equal(take(point, lines.slice(0, 90_000)).length, 90_000);
    assert.equal(point.begin(), "2026-11-24T00:00:02Z");
    assert.deepEqual(
      take(point, lines),
      lines.slice(90_000).map(([, text]) => text),
    );
    point.begin();
    // The file was rotated among those that are not kept, and among those that are.
    assert.deepEqual(take(point, lines.slice(40_000)), []);
    point.begin();
    assert.deepEqual(take(point, [...lines.slice(99_000), [at(2, "9"), "next"]]), ["next"]);
  });
});
