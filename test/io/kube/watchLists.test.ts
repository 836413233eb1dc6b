// Servers that refuse a watch which begins with what is there, each in its own way: lists serve then, for all kinds.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { FakeApiServer, fakePod, type SeenRequest, sendStatus } from "./fakeApiServer.ts";
import { Watching } from "./watching.ts";

const asksForAll = ({ query }: SeenRequest) => query.has("sendInitialEvents");

describe("a watch that is to begin with what is there", () => {
  let server: FakeApiServer;
  let watchings: Watching[];

  beforeEach(async () => {
    watchings = [];
    server = new FakeApiServer();
    server.listsInWatches = "yes";
    await server.start();
  });
  afterEach(async () => {
    for (const watching of watchings) watching.dispose();
    await server.stop();
  });

  function start(...options: ConstructorParameters<typeof Watching>[1][]): Watching {
    const watching = new Watching(server, ...options);
    watchings.push(watching);
    return watching;
  }

  const asked = () => server.requests.filter(asksForAll);

  for (const [status, reason] of [
    [400, "BadRequest"],
    [404, "NotFound"],
    [422, "Invalid"],
  ] as const)
    it(`and is answered with ${status}: rows come by a list, and the server is asked so for no kind again`, async () => {
      server.put(fakePod("one"));
      server.put({ kind: "Service", metadata: { name: "web", namespace: "ml" } });
      server.fault = (request, answer) => {
        if (asksForAll(request)) sendStatus(answer, status, reason, "what is sendInitialEvents?");
        return asksForAll(request);
      };
      const pods = start();
      await pods.until(() => pods.isLive && server.watcherCount === 1);
      assert.deepEqual(pods.names, ["one"]);
      assert.deepEqual(
        pods.states.map(({ state }) => state).filter((state) => state !== "live"),
        [],
        "nobody hears of it",
      );
      const { transport } = pods;
      const kind = kindNamed("Service");
      assert.ok(kind);
      const services = start({ transport, kind });
      await services.until(() => services.isLive && services.names.join() === "web");
      // Also when it has to begin anew.
      server.put(fakePod("two"));
      server.forgetHistory();
      server.resetWatches();
      await pods.until(() => pods.names.length === 2 && pods.isLive);
      assert.equal(asked().length, 1);
      // Who opens the context again may meet a newer server.
      server.fault = undefined;
      const anew = start();
      await anew.until(() => anew.isLive);
      assert.equal(asked().length, 2);
    });

  it("of a kind that is gone says nothing of the server: others are still asked for so", async () => {
    server.fault = (request, answer) => {
      if (request.path !== "/api/v1/pods") return false;
      sendStatus(answer, 404, "NotFound", "the server could not find the requested resource");
      return true;
    };
    const pods = start();
    await pods.until(() => pods.states.length > 0);
    assert.deepEqual(
      pods.states.map(({ state }) => state),
      ["blocked"],
    );
    assert.equal(server.requests.length, 2, "one watch, one list, and no more");
    const kind = kindNamed("Service");
    assert.ok(kind);
    const services = start({ transport: pods.transport, kind });
    await services.until(() => services.isLive);
    assert.equal(asked().length, 2);
  });
});
