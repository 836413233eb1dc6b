// Logs and exec in the sandbox, as a client sees them on the wire.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { type Client, LineStream, openSandbox, pod } from "./support.ts";
import { TestSocket } from "./webSocketClient.ts";

const pods = "/api/v1/namespaces/ml/pods";

describe("the sandbox's streams", () => {
  let client: Client;
  let trainer = "";
  before(async () => {
    client = await openSandbox();
    const found = await client.get(`${pods}?labelSelector=app%3Dllama-finetune`);
    trainer = found.body.text("items.0.metadata.name");
  });
  after(() => client.sandbox.stop());

  describe("logs", () => {
    it("give the last lines, those since a time, with timestamps", async () => {
      const lines = async (query: string) =>
        (await client.get(`${pods}/${trainer}/log?${query}`)).text.trim().split("\n");
      assert.equal((await lines("tailLines=3")).length, 3);
      const [stamped = ""] = await lines("tailLines=1&timestamps=true");
      const [time = "", ...rest] = stamped.split(" ");
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      assert.match(rest.join(" "), /^\[rank0\] step/);
      const minute = await lines("sinceSeconds=60");
      assert.ok(minute.length >= 10 && minute.length <= 13, `${minute.length} lines of a minute`);
    });

    it("follow a container to its end", async () => {
      await client.send("POST", pods, pod("follow", ["sh", "-c", "echo one; sleep 0.3; echo two"]));
      const watch = await LineStream.open(
        `${client.sandbox.url}${pods}?watch=1&fieldSelector=metadata.name%3Dfollow`,
      );
      await watch.until(({ object }) => object.at("status.phase") === "Running");
      watch.close();
      const log = await LineStream.open(`${client.sandbox.url}${pods}/follow/log?follow=true`);
      assert.deepEqual([await log.line(), await log.line(), await log.line()], ["one", "two", undefined]);
    });

    it("are refused without a container's name when there are several, and before there is a node", async () => {
      const containers = ["a", "b"].map((name) => ({ name, image: "x" }));
      await client.send("POST", pods, { metadata: { name: "several" }, spec: { containers } });
      const several = await client.get(`${pods}/several/log`);
      assert.equal(several.status, 400);
      assert.match(
        several.body.text("message"),
        /a container name must be specified for pod several, choose one of: \[a b\]/,
      );
      const list = await client.get(`${pods}?labelSelector=app%3Dpretrain-70b`);
      const pending = await client.get(`${pods}/${list.body.text("items.0.metadata.name")}/log`);
      assert.match(pending.body.text("message"), /does not have a host assigned/);
    });
  });

  describe("exec", () => {
    const exec = (command: string[], query = "", protocol = "v5.channel.k8s.io") => {
      const words = command.map((word) => `command=${encodeURIComponent(word)}`).join("&");
      return TestSocket.open(
        `${client.sandbox.url}${pods}/${trainer}/exec?${words}&stdout=true&stderr=true${query}`,
        [protocol],
      );
    };
    /** Everything by channel, to the end. */
    const drain = async (socket: TestSocket) => {
      const channels: Record<number, string> = {};
      for (let message = await socket.message(); message; message = await socket.message()) {
        const [channel = 255] = message;
        channels[channel] = (channels[channel] ?? "") + Buffer.from(message.subarray(1)).toString();
      }
      return channels;
    };

    it("carries output, errors and the exit code", async () => {
      const socket = await exec(["sh", "-c", "echo to out; cat /missing; exit 3"]);
      assert.equal(socket.protocol, "v5.channel.k8s.io");
      const channels = await drain(socket);
      assert.equal(channels[1], "to out\n");
      assert.equal(channels[2], "cat: /missing: No such file or directory\n");
      assert.match(channels[3] ?? "", /"reason":"NonZeroExitCode".*"reason":"ExitCode","message":"3"/);
      assert.equal(await socket.closed(), 1000);
    });

    it("speaks v4 too, and refuses what it does not speak", async () => {
      const socket = await exec(["true"], "", "v4.channel.k8s.io");
      assert.match((await drain(socket))[3] ?? "", /"status":"Success"/);
      await assert.rejects(exec(["true"], "", "v9.channel.k8s.io"), /refused/);
    });

    it("reads input to its end", async () => {
      const socket = await exec(["cat"], "&stdin=true");
      socket.send(Buffer.from("\0first\nsec"));
      socket.send(Buffer.from("\0ond"));
      socket.send(Uint8Array.from([255, 0]));
      assert.equal((await drain(socket))[1], "first\nsecond\n");
    });

    it("is a shell with a prompt, echo and Ctrl-C for a person", async () => {
      const socket = await exec(["bash"], "&stdin=true&tty=true");
      socket.send(Buffer.from("\0echp\u007fo $HOSTNAME\r"));
      socket.send(Buffer.from("\0sleep infinity\r"));
      socket.send(Buffer.from("\0\u0003"));
      socket.send(Buffer.from("\0exit 5\r"));
      const channels = await drain(socket);
      const prompt = `root@${trainer}:/workspace# `;
      assert.equal(
        channels[1],
        `${prompt}echp\b \bo $HOSTNAME\r\n${trainer}\r\n${prompt}sleep infinity\r\n^C\r\n${prompt}exit 5\r\n`,
      );
      assert.match(channels[3] ?? "", /"message":"5"/);
    });

    it("knows the GPUs that the pod was given", async () => {
      const query = "--query-gpu=index,name,memory.total,mig.mode.current";
      const channels = await drain(await exec(["nvidia-smi", query, "--format=csv,noheader,nounits"]));
      assert.equal(
        channels[1],
        [0, 1, 2, 3].map((index) => `${index}, NVIDIA H100 80GB HBM3, 81559, Disabled\n`).join(""),
      );
      const wrong = await drain(await exec(["nvidia-smi", "--query-gpu=colour", "--format=csv"]));
      assert.match(wrong[3] ?? "", /"message":"2"/);
    });

    it("says what can't be started, and is cut when the container ends", async () => {
      const missing = await drain(await exec(["no-such-program"]));
      assert.match(missing[3] ?? "", /executable file not found in \$PATH/);
      await client.send("POST", pods, pod("brief", ["sh", "-c", "sleep 0.5"]));
      const watch = await LineStream.open(
        `${client.sandbox.url}${pods}?watch=1&fieldSelector=metadata.name%3Dbrief`,
      );
      await watch.until(({ object }) => object.at("status.phase") === "Running");
      watch.close();
      const socket = await TestSocket.open(
        `${client.sandbox.url}${pods}/brief/exec?command=sleep&command=infinity`,
        ["v5.channel.k8s.io"],
      );
      assert.match((await drain(socket))[3] ?? "", /"message":"137"/);
    });
  });
});
