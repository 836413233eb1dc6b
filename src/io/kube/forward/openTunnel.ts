// Opens a way into a pod: the multiplexed one where the server has it, else the older one.
import type { Clock } from "../../../base/clock.ts";
import type { Signal } from "../../../base/signal.ts";
import type { Transport } from "../transport.ts";
import { ChannelTunnel } from "./channelTunnel.ts";
import { SpdyTunnel } from "./spdyTunnel.ts";
import type { PodPort, Tunnel } from "./tunnel.ts";
import { WebSocketClient } from "./webSocket.ts";

/** KEP-4006: all connections over one WebSocket, each with its half-close. On by default since Kubernetes 1.31. */
const TUNNEL = "SPDY/3.1+portforward.k8s.io";
/** The older way: a WebSocket for each connection, which can't say that one side is done. */
const CHANNELS = "v4.channel.k8s.io";

/** @throws ApiFailure when the server refuses, another Error when it can't be reached. */
export async function openTunnel(
  transport: Transport,
  clock: Clock,
  target: PodPort,
  signal: Signal,
): Promise<Tunnel> {
  const { namespace, pod, port } = target;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`;
  const open = (protocols: readonly string[]) =>
    WebSocketClient.open(transport, clock, path, protocols, signal);
  const socket = await open([TUNNEL, CHANNELS]);
  if (socket.protocol === TUNNEL) return new SpdyTunnel(socket, port);
  return new ChannelTunnel(socket);
}
