// A container's log over HTTP: tail, since, timestamps, previous, and following to its end.
import type { ServerResponse } from "node:http";
import { ApiFailure, badRequest } from "../api/failure.ts";
import type { Call } from "../api/call.ts";
import type { LogLine } from "../control/logRing.ts";
import type { Pod } from "../object.ts";
import type { World } from "../world.ts";

const bufferLimit = 8 * 1024 * 1024;

/** @throws ApiFailure 400 for a container without a log, in the kubelet's words. */
export function sendLogs(world: World, call: Call, pod: Pod): void {
  const { query, response } = call;
  const container = containerOf(pod, query.get("container"));
  const runtime = world.kubelet.find(pod);
  const previous = query.get("previous") === "true";
  const run = previous ? runtime?.previous(container) : runtime?.run(container);
  if (!run) throw badRequest(whyNoLog(pod, container, previous));
  const write = writer(response, query.get("timestamps") === "true", query.get("limitBytes"));
  response.writeHead(200, { "content-type": "text/plain", "cache-control": "no-cache, private" });
  response.flushHeaders();
  for (const line of selected(run.log.lines, query, world.clock.now())) write(line);
  if (query.get("follow") !== "true" || run.log.ended) {
    response.end();
    return;
  }
  const listener = run.log.news((line) => {
    if (line) write(line);
    else response.end();
  });
  response.once("close", () => listener.dispose());
}

/** @throws ApiFailure 400 when there are several and none is named. */
export function containerOf(pod: Pod, name: string | null): string {
  const names = pod.spec.containers.map((one) => one.name);
  if (name !== null && name !== "") {
    if (names.includes(name)) return name;
    throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
  }
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return only;
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(" ")}]`,
  );
}

function whyNoLog(pod: Pod, container: string, previous: boolean): string {
  const { name } = pod.metadata;
  if (previous) return `previous terminated container "${container}" in pod "${name}" not found`;
  const status = pod.status.containerStatuses?.find((one) => one.name === container);
  const reason = status?.state.waiting?.reason;
  if (reason === "ImagePullBackOff") {
    return `container "${container}" in pod "${name}" is waiting to start: trying and failing to pull image`;
  }
  if (reason) return `container "${container}" in pod "${name}" is waiting to start: ${reason}`;
  return `pod ${name} does not have a host assigned`;
}

function selected(lines: readonly LogLine[], query: URLSearchParams, now: number): readonly LogLine[] {
  const sinceTime = query.get("sinceTime");
  const sinceSeconds = query.get("sinceSeconds");
  const from = sinceTime ? Date.parse(sinceTime) : sinceSeconds ? now - Number(sinceSeconds) * 1_000 : 0;
  if (Number.isNaN(from)) throw new ApiFailure(400, "BadRequest", `sinceTime: Invalid value: "${sinceTime}"`);
  const since = lines.filter((line) => line.at >= from);
  const tail = query.get("tailLines");
  if (tail === null) return since;
  const wanted = Number(tail);
  return wanted === 0 ? [] : since.slice(-wanted);
}

function writer(
  response: ServerResponse,
  timestamps: boolean,
  limit: string | null,
): (line: LogLine) => void {
  let left = limit === null ? Number.POSITIVE_INFINITY : Number(limit);
  return (line) => {
    if (response.destroyed || response.writableEnded) return;
    // A reader that does not read is cut off instead of filling memory.
    if (response.writableLength > bufferLimit) {
      response.destroy();
      return;
    }
    const stamp = `${new Date(line.at).toISOString().slice(0, -1)}000000Z `;
    const bytes = Buffer.from(`${timestamps ? stamp : ""}${line.text}\n`);
    response.write(bytes.length > left ? bytes.subarray(0, left) : bytes);
    left -= bytes.length;
    if (left <= 0) response.end();
  };
}
