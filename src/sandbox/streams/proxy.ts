// The API server's proxy to a pod or a service: the request goes to the program that listens there.
import type { Call } from "../api/call.ts";
import { ApiFailure, badRequest } from "../api/failure.ts";
import { resourceOf } from "../api/resources.ts";
import type { Target } from "../api/target.ts";
import { readyPodsOf, type Service, targetPortOf } from "../control/endpoints.ts";
import type { Pod } from "../object.ts";
import type { World } from "../world.ts";
import { listenerOf } from "./listener.ts";

/** `[scheme:]name[:port]`. @throws ApiFailure 400 for another form. */
function nameAndPort(text: string): { name: string; port: string | undefined } {
  const parts = text.split(":");
  const [first = "", second, third] = parts;
  if (parts.length === 3 && /^https?$|^$/.test(first))
    return { name: second ?? "", port: third || undefined };
  if (parts.length > 2) throw badRequest(`invalid proxy request ${JSON.stringify(text)}`);
  return { name: first, port: second };
}

/** @throws ApiFailure 404 for an unknown name, 503 where nothing answers. */
export function proxy(world: World, call: Call, target: Target): void {
  const { name, port } = nameAndPort(target.name ?? "");
  if (target.resource.kind === "Pod") {
    const pod = world.store.get(target.resource, target.namespace, name) as Pod;
    const number = port === undefined ? pod.spec.containers[0]?.ports?.[0]?.containerPort : Number(port);
    pass(world, call, target, pod, number ?? 80);
    return;
  }
  const service = world.store.get(resourceOf("Service"), target.namespace, name) as Service;
  const ports = service.spec.ports ?? [];
  const chosen =
    port === undefined ? ports[0] : ports.find((one) => one.name === port || String(one.port) === port);
  const [pod] = readyPodsOf(world.store, service);
  const number = pod && chosen ? targetPortOf(pod, chosen) : undefined;
  if (!pod || number === undefined) {
    const asked = port === undefined ? name : `${name}:${port}`;
    throw new ApiFailure(503, "ServiceUnavailable", `no endpoints available for service "${asked}"`);
  }
  pass(world, call, target, pod, number);
}

function pass(world: World, call: Call, target: Target, pod: Pod, port: number): void {
  const { listener, refused } = listenerOf(world, pod, port);
  if (!listener) {
    throw new ApiFailure(503, "ServiceUnavailable", `error trying to reach service: ${refused}`);
  }
  const query = call.query.toString();
  call.request.url = `${target.rest}${query ? `?${query}` : ""}`;
  listener(call.request, call.response);
}
