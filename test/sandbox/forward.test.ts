// Port-forward in the sandbox: the SPDY tunnel and the older channels, with what goes wrong.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { SpdySession, type SpdyStream } from "../../src/core/kube/spdy/session.ts";
import { type Client, deployment, openSandbox } from "./support.ts";
import { TestSocket } from "./webSocketClient.ts";

const pods = "/api/v1/namespaces/ml/pods";
const tunnel = "SPDY/3.1+portforward.k8s.io";

/** One connection through a session: what came back, and what the error stream said. */
interface Outcome {
  data: string;
  error: string;
  /** `ended` in peace or `reset`. */
  how: string;
}

class Tunnel {
  readonly socket: TestSocket;
  readonly session: SpdySession;
  #requests = 0;

  private constructor(socket: TestSocket) {
    this.socket = socket;
    this.session = new SpdySession("client", (parts) => parts.forEach((bytes) => socket.send(bytes)), {
      stream() {},
      closed() {},
    });
    socket.onData((bytes) => this.session.receive(bytes));
  }

  static async open(client: Client, pod: string): Promise<Tunnel> {
    return new Tunnel(await TestSocket.open(`${client.sandbox.url}${pods}/${pod}/portforward`, [tunnel]));
  }

  /** Sends `text`, half-closes unless told to stay, and waits for the end of both streams. */
  connect(port: number, text: string, stay = false): { stream: SpdyStream; outcome: Promise<Outcome> } {
    const outcome: Outcome = { data: "", error: "", how: "" };
    const requestid = String(this.#requests++);
    let errorDone = () => {};
    const errorEnd = new Promise<void>((resolve) => {
      errorDone = resolve;
    });
    this.session.open(
      { streamtype: "error", port: String(port), requestid },
      {
        data: (bytes) => (outcome.error += Buffer.from(bytes).toString()),
        ended: errorDone,
        reset: errorDone,
      },
      true,
    );
    let dataDone = () => {};
    const dataEnd = new Promise<void>((resolve) => {
      dataDone = resolve;
    });
    const finish = (how: string) => () => {
      outcome.how ||= how;
      dataDone();
    };
    const stream = this.session.open(
      { streamtype: "data", port: String(port), requestid },
      {
        data: (bytes) => (outcome.data += Buffer.from(bytes).toString()),
        ended: finish("ended"),
        reset: finish("reset"),
      },
    );
    stream.write(Buffer.from(text));
    if (!stay) stream.end();
    return { stream, outcome: Promise.all([dataEnd, errorEnd]).then(() => outcome) };
  }
}

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n`;

describe("port-forward in the sandbox", () => {
  let client: Client;
  let server = "";
  before(async () => {
    client = await openSandbox();
    const found = await client.get(`${pods}?labelSelector=app%3Dqwen-server`);
    server = found.body.text("items.0.metadata.name");
  });
  after(() => client.sandbox.stop());

  it("answers through the tunnel after the client has half-closed", async () => {
    const { socket, connect } = await opened();
    assert.equal(socket.protocol, tunnel);
    const { data, error, how } = await connect(8000, request("/v1/models")).outcome;
    assert.match(data, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(data, /"id":"Qwen\/Qwen3-8B"/);
    assert.deepEqual([error, how], ["", "ended"]);
    socket.close();
  });

  it("carries many connections at once over one WebSocket", async () => {
    const { socket, connect } = await opened();
    const all = Array.from({ length: 200 }, () => connect(8000, request("/version")).outcome);
    const answers = await Promise.all(all);
    assert.ok(answers.every(({ data }) => data.includes('{"version":"')));
    socket.close();
  });

  it("says on the error stream when nothing listens, and goes on", async () => {
    const { socket, connect } = await opened();
    const refused = await connect(9999, request("/")).outcome;
    assert.match(refused.error, /failed to connect to localhost:9999 .*connection refused/);
    assert.match((await connect(8000, request("/health")).outcome).data, /200 OK/);
    socket.close();
  });

  it("cuts open connections when the pod is deleted, and refuses new ones", async () => {
    await client.send("POST", "/apis/apps/v1/namespaces/ml/deployments", deployment("victim", 1));
    const name = await readyPod("victim");
    const tunnelTo = await Tunnel.open(client, name);
    const open = tunnelTo.connect(80, "GET / HTTP/1.1\r\n", true);
    await client.send("DELETE", `${pods}/${name}?gracePeriodSeconds=0`);
    assert.equal((await open.outcome).how, "reset");
    assert.match((await tunnelTo.connect(80, request("/")).outcome).error, /connection refused/);
    tunnelTo.socket.close();
  });

  it("holds a sender back while nobody reads, and loses nothing", async function () {
    this.timeout(10_000);
    await client.send("POST", "/apis/apps/v1/namespaces/ml/deployments", deployment("bulk", 1));
    const tunnelTo = await Tunnel.open(client, await readyPod("bulk"));
    const size = 48 * 1024 * 1024;
    const before = process.memoryUsage().rss;
    tunnelTo.socket.pause();
    let received = 0;
    const done = new Promise<void>((resolve) => {
      const listener = {
        data: (bytes: Uint8Array) => {
          received += bytes.length;
        },
        ended: resolve,
        reset: resolve,
      };
      const stream = tunnelTo.session.open({ streamtype: "data", port: "80", requestid: "b" }, listener);
      stream.write(Buffer.from(request(`/bytes/${size}`)));
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 24 * 1024 * 1024, `${grown} bytes more while nobody reads`);
    tunnelTo.socket.resume();
    await done;
    assert.ok(received > size, `${received} with the headers`);
    tunnelTo.socket.close();
  });

  it("takes an upload of any size", async () => {
    const tunnelTo = await Tunnel.open(client, await readyPod("bulk"));
    const body = "x".repeat(8 * 1024 * 1024);
    const head = `POST / HTTP/1.1\r\nHost: pod\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    const { data } = await tunnelTo.connect(80, head + body).outcome;
    assert.match(data, /8388608 bytes/);
    tunnelTo.socket.close();
  });

  it("reads no more from a client whose pod reads nothing", async function () {
    this.timeout(10_000);
    const tunnelTo = await Tunnel.open(client, await readyPod("bulk"));
    const size = 48 * 1024 * 1024;
    const head = `POST /stall HTTP/1.1\r\nHost: pod\r\nContent-Length: ${size}\r\n\r\n`;
    tunnelTo.connect(80, head + "x".repeat(size), true);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    assert.ok(tunnelTo.socket.waiting > size / 2, `${tunnelTo.socket.waiting} bytes wait at the client`);
    client.sandbox.faults.reset("forward");
    await tunnelTo.socket.closed();
  });

  it("refuses a pod that does not run, before the handshake", async () => {
    const list = await client.get(`${pods}?labelSelector=app%3Dpretrain-70b`);
    await assert.rejects(Tunnel.open(client, list.body.text("items.0.metadata.name")), /refused/);
    const plain = await client.get(`${pods}/${server}/portforward`);
    assert.deepEqual([plain.status, plain.body.text("message")], [400, "Upgrade request required"]);
  });

  it("closes the tunnel on bytes that are no SPDY", async () => {
    const { socket } = await opened();
    socket.send(Uint8Array.from([0x80, 7, 0, 0, 0, 0, 0, 0]));
    assert.equal(await socket.closed(), 1000);
  });

  it("speaks the older channels: each begins with its port", async () => {
    const url = `${client.sandbox.url}${pods}/${server}/portforward?ports=8000`;
    const socket = await TestSocket.open(url, ["v4.channel.k8s.io"]);
    assert.deepEqual(Array.from((await socket.message()) ?? []), [0, 0x40, 0x1f]);
    assert.deepEqual(Array.from((await socket.message()) ?? []), [1, 0x40, 0x1f]);
    socket.send(Buffer.from(`\0${request("/version")}`));
    let answer = "";
    for (let message = await socket.message(); message; message = await socket.message()) {
      assert.equal(message[0], 0);
      answer += Buffer.from(message.subarray(1)).toString();
    }
    assert.match(answer, /200 OK.*\{"version":"/s);
  });

  async function opened() {
    const one = await Tunnel.open(client, server);
    return { socket: one.socket, connect: one.connect.bind(one) };
  }

  async function readyPod(app: string): Promise<string> {
    for (;;) {
      const { body } = await client.get(`${pods}?labelSelector=app%3D${app}`);
      if (body.at("items.0.status.containerStatuses.0.ready") === true)
        return body.text("items.0.metadata.name");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
