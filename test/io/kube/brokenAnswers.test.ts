// Answers that are none of a Kubernetes API, or half of one: said so, with the id that the server gave the request in
// the log, and what was known stays.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, it } from "mocha";
import { never } from "../../../src/base/signal.ts";
import { Trouble, type TroubleKind } from "../../../src/base/trouble.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { KnownRows } from "../../../src/core/kube/knownRows.ts";
import { Connection } from "../../../src/io/kube/connection.ts";
import type { WatchState } from "../../../src/io/kube/reflector.ts";
import { FakeApiServer, fakePod, type SeenRequest, sendStatus } from "./fakeApiServer.ts";
import { hurriedClock, isList, isWatch, targetOf } from "./watching.ts";

const AUDIT_ID = "6b3f4a1e-0c55-4b0a-9d0e-2f6f0d7c1a11";
const PAGE = "<html><body>Sign in to the hotel's network</body></html>";
const LIST = JSON.stringify({
  kind: "PodList",
  metadata: { resourceVersion: "900" },
  items: [fakePod("other", "ml", { metadata: { name: "other", uid: "other" } })],
});
const EVENT = JSON.stringify({ type: "ADDED", object: fakePod("other") });
const PROTOBUF = "application/vnd.kubernetes.protobuf";

/** Answers in its own way. */
type Answering = (answer: ServerResponse) => void;

const half = (body: string | Buffer) => Buffer.from(body).subarray(0, body.length / 2);

const sends =
  (body: string | Buffer, headers: Record<string, string> = {}): Answering =>
  (answer) => {
    answer.writeHead(200, headers);
    answer.end(body);
  };

/** Sends the first half, and the connection is gone. */
const cuts =
  (body: string | Buffer, headers: Record<string, string> = {}): Answering =>
  (answer) => {
    answer.writeHead(200, headers);
    answer.write(half(body), () => answer.destroy());
  };

const json = { "content-type": "application/json" };
const gzip = { ...json, "content-encoding": "gzip" };
const html = { "content-type": "text/html; charset=utf-8" };
const noAnswer = (why: string) => `is no answer of a Kubernetes API (${why})`;
const CUT = "(the connection was cut)";

const LISTS: [what: string, answering: Answering, says: string][] = [
  ["half of its JSON", sends(half(LIST), json), CUT],
  ["half of its JSON and a cut", cuts(LIST, json), CUT],
  ["a page for people", sends(PAGE, html), noAnswer("it is no JSON")],
  ["a page that is called JSON", sends(PAGE, json), noAnswer("it is no JSON")],
  [
    "JSON that is called protobuf",
    sends(LIST, { "content-type": PROTOBUF }),
    noAnswer("The answer is no Kubernetes protobuf"),
  ],
  ["protobuf that is called JSON", sends(Buffer.from("k8s\0\n\x02v1"), json), noAnswer("it is no JSON")],
  ["half of its gzip", sends(half(gzipSync(LIST)), gzip), CUT],
  ["half of its gzip and a cut", cuts(gzipSync(LIST), gzip), CUT],
  ["what is called gzip", sends(LIST, gzip), noAnswer("incorrect header check")],
];

const WATCHES: [what: string, answering: Answering, says: string][] = [
  ["half an event", sends(half(EVENT), json), CUT],
  ["half an event and a cut", cuts(EVENT, json), CUT],
  ["a page for people", sends(PAGE, html), noAnswer("it is no JSON")],
  ["a page that is called JSON", sends(PAGE, json), noAnswer("it is no JSON")],
  [
    "JSON that is called protobuf",
    sends(`${EVENT}\n`, { "content-type": `${PROTOBUF};stream=watch` }),
    noAnswer("An event of the watch is longer than 16 MiB"),
  ],
];

describe("an answer that is none", () => {
  let server: FakeApiServer;
  let connection: Connection;
  let log: string[];
  let states: WatchState[];
  let known = new KnownRows();

  beforeEach(async () => {
    log = [];
    states = [];
    known = new KnownRows();
    server = new FakeApiServer();
    server.put(fakePod("one"));
    server.put(fakePod("two"));
    await server.start();
    const write = (text: string) => void log.push(text);
    const logger = { debug: write, info: write, warn: write, error: write };
    connection = new Connection(targetOf(server.url), hurriedClock, logger);
  });
  afterEach(async () => {
    connection.dispose();
    await server.stop();
  });

  const names = () => Array.from(known.rows.values(), ({ name }) => name).sort();

  /** Once, then as always: the fault is over. */
  function once(isIt: (request: SeenRequest) => boolean, answering: Answering): void {
    let left = 1;
    server.fault = (request, answer) => {
      if (left === 0 || !isIt(request)) return false;
      left -= 1;
      answer.setHeader("audit-id", AUDIT_ID);
      answering(answer);
      return true;
    };
  }

  async function watching(): Promise<void> {
    const pod = kindNamed("Pod");
    assert.ok(pod);
    connection.watch(pod, undefined, {
      onEvents: (events) => void known.apply(events),
      onState: (state) => void states.push(state),
    });
    await until(() => server.watcherCount === 1 && known.isComplete);
    assert.deepEqual(names(), ["one", "two"]);
  }

  /** What is said of it, once; then all is well again. */
  async function assertSaid(says: string): Promise<void> {
    await until(() => states.some((state) => state.state === "down" && state.trouble.text.includes(says)));
    assert.deepEqual(names(), ["one", "two"], "what was known stays");
    const line = log.find((text) => text.startsWith("watch dev: pods · down") && text.includes(AUDIT_ID));
    assert.ok(line, log.join("\n"));
    assert.match(line, /^watch dev: pods · down · list pods in all namespaces: .+ \(Audit-Id [\w-]+\)$/);
    server.put(fakePod("three"));
    await until(() => names().join() === "one,three,two" && states.at(-1)?.state === "live");
  }

  for (const [what, answering, says] of LISTS)
    it(`to a list, ${what}, is told of, and another list heals it`, async () => {
      await watching();
      once(isList, answering);
      server.forgetHistory();
      server.endWatches();
      await assertSaid(says);
    });

  for (const [what, answering, says] of WATCHES)
    it(`to a watch, ${what}, is told of, and another watch heals it`, async () => {
      await watching();
      once(isWatch, answering);
      server.endWatches();
      await assertSaid(says);
      assert.equal(server.requests.filter(isList).length, 1, "no new list was needed");
    });

  it("to a watch that is to begin with what is there, a page for people, is told of too", async () => {
    server.listsInWatches = "yes";
    await watching();
    once(({ query }) => query.has("sendInitialEvents"), sends(PAGE, html));
    server.forgetHistory();
    server.endWatches();
    await assertSaid(noAnswer("it is no JSON"));
  });

  it("of a login page in place of every watch stays one outage: it is not live in between", async () => {
    await watching();
    server.fault = (request, answer) => {
      if (isWatch(request)) sends(PAGE, html)(answer);
      return isWatch(request);
    };
    server.endWatches();
    await until(() => states.at(-1)?.state === "down");
    const began = states.length;
    await until(() => server.requests.filter(isWatch).length >= 6);
    assert.deepEqual(new Set(states.slice(began).map(({ state }) => state)), new Set(["down"]));
  });

  const CALLS: [what: string, answering: Answering, kind: TroubleKind, says: RegExp][] = [
    [
      "a page for people",
      sends(PAGE, html),
      "unreachable",
      /could not read its version: The answer to GET \/version is no JSON/,
    ],
    ["half of its JSON", sends('{"gitVer', json), "unreachable", /is no JSON/],
    [
      "half of its JSON and a cut",
      cuts('{"gitVersion":"v1.36.0"}', json),
      "unreachable",
      /Can't reach .* \(the connection was cut\)/,
    ],
    [
      "a refusal",
      (answer) => sendStatus(answer, 500, "InternalError", "etcdserver: no leader"),
      "unreachable",
      /etcdserver: no leader/,
    ],
    [
      "a page with a refusal",
      (answer) => void answer.writeHead(503, html).end(PAGE),
      "unreachable",
      /The server answered 503/,
    ],
  ];
  for (const [what, answering, kind, says] of CALLS)
    it(`to a call, ${what}, is a trouble with the id for the log`, async () => {
      once(({ path }) => path === "/version", answering);
      const error = await connection.version(never()).then(assert.fail, (reason: unknown) => reason);
      assert.ok(Trouble.is(error), String(error));
      assert.equal(error.kind, kind);
      assert.match(error.text, says);
      assert.doesNotMatch(error.text, /Audit-Id|</, "a person does not have to read it");
      assert.ok(error.detail?.endsWith(` (Audit-Id ${AUDIT_ID})`), error.detail);
      assert.equal(await connection.version(never()).catch(() => "refused"), "refused", "it has no /version");
    });

  it("leaves out what is no id", async () => {
    server.fault = (_, answer) => {
      answer.setHeader("audit-id", "x y; rm -rf /");
      sendStatus(answer, 500, "InternalError", "no");
      return true;
    };
    const error = await connection.version(never()).then(assert.fail, (reason: unknown) => reason);
    assert.ok(Trouble.is(error));
    assert.equal(error.detail, "read its version: 500 no");
  });
});

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(done(), "waited in vain");
}
