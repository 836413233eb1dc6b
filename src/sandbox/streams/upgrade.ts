// Requests that become a stream: exec and port-forward, over WebSocket or SPDY.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { ApiFailure, badRequest, notFoundPath, statusOf } from "../api/failure.ts";
import { targetOf } from "../api/target.ts";
import type { FaultScript } from "../faults.ts";
import type { Pod } from "../object.ts";
import type { World } from "../world.ts";
import type { Connection } from "./connection.ts";
import { execProtocols, serveExec } from "./exec.ts";
import { channelPorts, serveChannelForward, serveSpdyForward } from "./forward.ts";
import { containerOf } from "./logs.ts";
import type { PodPorts } from "./podPorts.ts";
import { acceptWebSocket, chooseProtocol } from "./webSocket.ts";

const forwardProtocol = "portforward.k8s.io";
const tunnel = `SPDY/3.1+${forwardProtocol}`;
const forwardChannels = ["v4.channel.k8s.io"];

export interface UpgradeWorld extends World {
  ports: PodPorts;
  faults: FaultScript;
}

interface Asked {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  query: URLSearchParams;
}

/** Takes the socket over, or answers why not and closes it. */
export function acceptUpgrade(
  world: UpgradeWorld,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on("error", () => socket.destroy());
  try {
    if (world.faults.takeUpgrade(request, socket)) return;
    const url = new URL(request.url ?? "/", "http://sandbox");
    const target = targetOf(url.pathname);
    if (target?.resource.kind !== "Pod" || target.name === undefined) throw notFoundPath();
    const pod = world.store.get(target.resource, target.namespace, target.name) as Pod;
    if (!pod.spec.nodeName) throw badRequest(`pod ${target.name} does not have a host assigned`);
    const asked = { request, socket, head, query: url.searchParams };
    switch (target.subresource) {
      case "exec":
        exec(world, asked, pod);
        break;
      case "portforward":
        forward(world, asked, pod);
        break;
      default:
        throw badRequest(`${target.subresource ?? "this"} can't be upgraded in the sandbox`);
    }
  } catch (error) {
    refuse(socket, error);
  }
}

function refuse(socket: Duplex, error: unknown): void {
  const failure =
    error instanceof ApiFailure
      ? error
      : new ApiFailure(500, "InternalError", error instanceof Error ? error.message : String(error));
  const body = JSON.stringify(statusOf(failure));
  const lines = [
    `HTTP/1.1 ${failure.code} ${failure.reason}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket";
}

function exec(world: UpgradeWorld, { request, socket, head, query }: Asked, pod: Pod): void {
  const command = query.getAll("command");
  if (command.length === 0) throw badRequest("you must specify at least 1 command for the container");
  const name = containerOf(pod, query.get("container"));
  const run = world.kubelet.find(pod)?.run(name);
  if (!run || run.over) {
    throw new ApiFailure(
      500,
      "InternalError",
      `unable to upgrade connection: container not found ("${name}")`,
    );
  }
  const protocol = isWebSocket(request) ? chooseProtocol(request, execProtocols) : undefined;
  if (protocol === undefined) {
    throw badRequest(`unable to upgrade: exec speaks WebSocket with one of ${execProtocols.join(", ")}`);
  }
  const terminal = query.get("tty") === "true" || query.get("tty") === "1";
  world.faults.used(socket, "exec");
  serveExec(world.clock, acceptWebSocket(request, socket, head, protocol), run, { command, terminal });
}

function forward(world: UpgradeWorld, asked: Asked, pod: Pod): void {
  const { request, socket, head, query } = asked;
  if (pod.status.phase !== "Running") {
    const { name } = pod.metadata;
    throw badRequest(
      `unable to forward port because pod ${name} is not running. Current status=${pod.status.phase}`,
    );
  }
  world.faults.used(socket, "forward");
  if (isWebSocket(request)) {
    const protocol = chooseProtocol(request, [tunnel, ...forwardChannels]);
    if (protocol === tunnel) {
      serveSpdyForward(acceptWebSocket(request, socket, head, protocol), world.ports, pod);
      return;
    }
    const wanted = channelPorts(query);
    serveChannelForward(acceptWebSocket(request, socket, head, protocol ?? ""), world.ports, pod, wanted);
    return;
  }
  if (request.headers.upgrade?.toLowerCase() !== "spdy/3.1")
    throw badRequest("unable to upgrade: missing upgrade headers in request");
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Connection: Upgrade",
    "Upgrade: SPDY/3.1",
    `X-Stream-Protocol-Version: ${forwardProtocol}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  serveSpdyForward(bareConnection(socket), world.ports, pod);
}

function bareConnection(socket: Duplex): Connection {
  return {
    onData: (listener) => void socket.on("data", listener),
    onClose: (listener) => void socket.on("close", listener),
    onDrain: (listener) => void socket.on("drain", listener),
    write: (bytes) => void socket.write(bytes),
    get waiting() {
      return socket.writableLength;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.end(),
  };
}
