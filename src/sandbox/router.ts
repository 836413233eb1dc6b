// Which part answers a request.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Call, readJson, sendFailure, sendJson } from "./api/call.ts";
import { discoveryAnswer, openApiAnswer, versionAnswer } from "./api/discovery.ts";
import { ApiFailure, badRequest, notFoundPath } from "./api/failure.ts";
import { read } from "./api/read.ts";
import { resourceOf } from "./api/resources.ts";
import { isForeign } from "./api/foreign.ts";
import { answerReview } from "./api/reviews.ts";
import { type Target, targetOf } from "./api/target.ts";
import { create, patch, remove, scaleOf, update } from "./api/write.ts";
import { deletePod } from "./control/podMaker.ts";
import type { FaultScript } from "./faults.ts";
import { type Pod, timestamp, type Workload } from "./object.ts";
import { sendLogs } from "./streams/logs.ts";
import { proxy } from "./streams/proxy.ts";
import type { World } from "./world.ts";

export async function route(
  world: World,
  faults: FaultScript,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A reader that goes away is no failure of ours.
  response.on("error", () => {});
  try {
    if (isForeign(request)) throw new ApiFailure(403, "Forbidden", "the sandbox answers no web page");
    if (faults.take(request, response)) return;
    const url = new URL(request.url ?? "/", "http://sandbox");
    const call: Call = {
      request,
      response,
      method: request.method ?? "GET",
      path: url.pathname.replace(/(.)\/$/, "$1"),
      query: url.searchParams,
    };
    if (await answerPlain(call)) return;
    const target = targetOf(url.pathname);
    if (!target) throw notFoundPath();
    faults.used(request.socket, useOf(call, target));
    await answerTarget(world, call, target);
  } catch (error) {
    sendFailure(response, error);
  }
}

function useOf(call: Call, target: Target): "watch" | "log" | "other" {
  if (call.query.get("watch") === "true" || call.query.get("watch") === "1") return "watch";
  return target.subresource === "log" ? "log" : "other";
}

/** What is no resource. @returns whether it was answered. */
async function answerPlain(call: Call): Promise<boolean> {
  const { path, response } = call;
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) {
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
    response.end("ok");
    return true;
  }
  const accept = call.request.headers.accept;
  if (path === "/openapi/v2") {
    sendOldOpenApi(response, accept?.includes("protobuf") === true);
    return true;
  }
  const answer =
    path === "/version" ? versionAnswer() : (discoveryAnswer(path, accept) ?? openApiAnswer(path));
  if (answer && call.method === "GET") {
    const aggregated = "kind" in answer && answer.kind === "APIGroupDiscoveryList";
    const type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    sendJson(response, 200, answer, aggregated ? { "content-type": type } : {});
    return true;
  }
  return answerReview(call);
}

/** The older document, without a schema: kubectl asks for it before it applies a List, and then skips its check. */
function sendOldOpenApi(response: ServerResponse, protobuf: boolean): void {
  if (protobuf) {
    response.writeHead(200, { "content-type": "application/com.github.proto-openapi.spec.v2.v1.0+protobuf" });
    // Field 1, the text "2.0".
    response.end(Buffer.from([0x0a, 3, 0x32, 0x2e, 0x30]));
  } else
    sendJson(response, 200, { swagger: "2.0", info: { title: "Kubernetes", version: "sandbox" }, paths: {} });
}

async function answerTarget(world: World, call: Call, target: Target): Promise<void> {
  const { name, subresource, resource } = target;
  if (name !== undefined && subresource !== undefined && !["status", "finalize"].includes(subresource)) {
    if (!resource.subresources.includes(subresource)) throw notFoundPath();
    await answerSubresource(world, call, target, name, subresource);
    return;
  }
  switch (call.method) {
    case "GET":
    case "HEAD":
      read(world, call, target);
      return;
    case "POST":
      if (name !== undefined) break;
      await create(world, call, target);
      return;
    case "PUT":
      if (name === undefined) break;
      await update(world, call, target, name);
      return;
    case "PATCH":
      if (name === undefined) break;
      await patch(world, call, target, name);
      return;
    case "DELETE":
      await remove(world, call, target);
      return;
    default:
      break;
  }
  throw new ApiFailure(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  );
}

async function answerSubresource(
  world: World,
  call: Call,
  target: Target,
  name: string,
  subresource: string,
): Promise<void> {
  const { resource, namespace } = target;
  switch (subresource) {
    case "proxy":
      proxy(world, call, target);
      return;
    case "log":
      sendLogs(world, call, world.store.get(resource, namespace, name) as Pod);
      return;
    case "scale":
      if (call.method === "GET") {
        sendJson(call.response, 200, scaleOf(world.store.get(resource, namespace, name) as Workload));
      } else if (call.method === "PUT") await update(world, call, target, name);
      else await patch(world, call, target, name);
      return;
    case "eviction": {
      await readJson(call.request);
      const pod = world.store.get(resource, namespace, name) as Pod;
      deletePod(world.store, pod, timestamp(world.clock.now()));
      sendJson(call.response, 201, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" });
      return;
    }
    case "binding": {
      const binding = (await readJson(call.request)) as { target?: { name?: string } };
      const node = world.store.get(resourceOf("Node"), undefined, binding.target?.name ?? "");
      world.store.update<Pod>(resource, namespace, name, (draft) => {
        draft.spec.nodeName = node.metadata.name;
      });
      sendJson(call.response, 201, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" });
      return;
    }
    case "exec":
    case "attach":
    case "portforward":
      throw badRequest("Upgrade request required");
    default:
      throw notFoundPath();
  }
}
