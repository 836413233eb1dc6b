// Running an image: plainly, or with GPUs that are looked for before and verified after.
import type { App } from "../../../app/app.ts";
import type { GpuCheck } from "../../../app/stores/containers.ts";
import { never, type Signal } from "../../../base/signal.ts";
import {
  deviceRequests,
  type GpuRequest,
  type GpuSupport,
  parseGpuRequest,
  requestProblem,
} from "../../../core/image/gpuSupport.ts";
import { parseSize } from "../../../core/image/text.ts";
import type { Choice, Ui } from "../../ui.ts";

const showLogs = "Show Logs";

export async function runPlain(app: App, ui: Ui, image: string): Promise<void> {
  const started = await ui.progress(`Running ${image}`, (_progress, signal) =>
    app.containers.engine.run({ image, gpus: [] }, signal),
  );
  if (!started) return;
  const chosen = await ui.say("info", `Started ${started.name} from ${image}.`, showLogs);
  if (chosen === showLogs) await followLogs(app, ui, started);
}

export async function runWithGpusOn(app: App, ui: Ui, image: string): Promise<void> {
  const support = await app.containers.gpuSupport(never());
  if (support.kind === "none") {
    await offerWithout(app, ui, image, support);
    return;
  }
  const request = await askGpus(ui, support);
  if (!request) return;
  const shm = await ui.input({
    title: `Run ${image} with GPUs`,
    prompt: "Shared memory (/dev/shm). Data loaders with several workers need more than Docker's 64m.",
    value: "8g",
    check: (text) => (parseSize(text) === undefined ? "Write a size as 512m or 8g." : undefined),
  });
  const shmSizeBytes = shm === undefined ? undefined : parseSize(shm);
  if (shmSizeBytes === undefined) return;
  const result = await ui.progress(`Running ${image}`, async (progress, signal) => {
    progress.report("Starting the container");
    const started = await app.containers.engine.run(
      { image, gpus: deviceRequests(request, support), gpusAsked: requestText(request), shmSizeBytes },
      signal,
    );
    if (request.kind === "none") return { started, check: undefined };
    progress.report("Asking nvidia-smi in the container");
    return { started, check: await checkStarted(app, started.id, signal) };
  });
  if (!result) return;
  const { started, check } = result;
  const chosen = await ui.say(
    check !== undefined && check.kind !== "verified" ? "warning" : "info",
    startedText(started.name, image, check),
    showLogs,
  );
  if (chosen === showLogs) await followLogs(app, ui, started);
}

/** What nvidia-smi said, as one sentence. */
export function checkText(name: string, check: GpuCheck): string {
  if (check.kind === "none") return `${name} sees no GPU: ${check.reason}.`;
  const kinds = new Map<string, number>();
  for (const gpu of check.gpus) kinds.set(gpu.name, (kinds.get(gpu.name) ?? 0) + 1);
  return `${name} sees ${[...kinds].map(([kind, count]) => `${count} × ${kind}`).join(", ")}.`;
}

/** Follows a container's log in a terminal until it is closed or the container ends. */
export async function followLogs(app: App, ui: Ui, container: { id: string; name: string }): Promise<void> {
  const stream = await ui.stream(`Logs: ${container.name}`, "terminal");
  try {
    await app.containers.engine.logs(
      container.id,
      { tail: 1000, follow: true },
      (text) => stream.append(text),
      stream.closed,
    );
    stream.note("The container has ended");
  } catch (error) {
    if (stream.closed.aborted) return;
    stream.note(error instanceof Error ? error.message : String(error));
  }
}

async function offerWithout(
  app: App,
  ui: Ui,
  image: string,
  support: Extract<GpuSupport, { kind: "none" }>,
): Promise<void> {
  const [without, how] = ["Run without GPUs", "How To"] as const;
  const chosen = await ui.say("warning", `${support.text} ${support.remedy}`, without, how);
  if (chosen === without) await runPlain(app, ui, image);
  if (chosen === how) await ui.openUrl(support.url);
}

async function askGpus(ui: Ui, support: GpuSupport): Promise<GpuRequest | undefined> {
  const choices: Choice<"all" | "count" | "ids" | "none">[] = [
    { label: "All GPUs", description: support.text, icon: "chip", value: "all" },
    { label: "A number of GPUs…", icon: "symbol-number", value: "count" },
    { label: "Certain GPUs…", description: "by index or UUID", icon: "list-selection", value: "ids" },
    { label: "No GPU", icon: "circle-slash", value: "none" },
  ];
  const kind = await ui.pick("Which GPUs?", choices);
  if (kind === undefined || kind === "all" || kind === "none") return kind && { kind };
  const known =
    support.kind === "cdi" && support.ids.length > 0 ? `This engine has ${support.ids.join(", ")}.` : "";
  const text = await ui.input({
    title: kind === "count" ? "How many GPUs?" : "Which GPUs?",
    prompt: kind === "count" ? known : `Indexes or UUIDs, with commas between them. ${known}`,
    value: kind === "count" ? "1" : "0",
    check(answer) {
      const request = asked(kind, answer);
      return "problem" in request ? request.problem : requestProblem(request, support);
    },
  });
  if (text === undefined) return undefined;
  const request = asked(kind, text);
  return "problem" in request ? undefined : request;
}

function asked(kind: "count" | "ids", text: string): GpuRequest | { problem: string } {
  if (kind === "ids") return parseGpuRequest(`ids:${text}`);
  const request = parseGpuRequest(text);
  return "problem" in request || request.kind !== "count" ? { problem: "Write a number, as 2." } : request;
}

/** A container that has ended by now can't be asked; that is no failure of the run. */
async function checkStarted(app: App, id: string, signal: Signal): Promise<GpuCheck | undefined> {
  try {
    return await app.containers.checkGpu(id, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    return { kind: "none", reason };
  }
}

function startedText(name: string, image: string, check: GpuCheck | undefined): string {
  if (!check) return `Started ${name} from ${image}.`;
  return `Started ${name} from ${image}. ${checkText(name, check)}`;
}

function requestText(request: GpuRequest): string {
  if (request.kind === "ids") return request.ids.join(",");
  return request.kind === "count" ? String(request.count) : request.kind;
}
