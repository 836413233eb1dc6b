// How a development environment looks as a row: what it is, its state and why, and where its Jupyter is.
import { count } from "../../../base/words.ts";
import type { Environment } from "../../../app/stores/environments.ts";
import type { GpuCheck } from "../../../app/stores/containers.ts";
import type { Row } from "../../view.ts";

interface Face {
  text: string;
  icon: { id: string; color?: string };
  /** More for the tooltip. */
  detail?: string;
  words: string[];
}

const warning = { id: "warning", color: "list.warningForeground" };

/** What is known of an environment besides itself. */
export interface EnvironmentFacts {
  canAttach: boolean;
  /** What nvidia-smi said in its container; undefined when it was not asked. */
  gpus: GpuCheck | undefined;
}

export function environmentRow(environment: Environment, facts: EnvironmentFacts): Row {
  const { id, label, kind, container } = environment;
  const now = faceOf(environment, gpuText(facts.gpus));
  const face = environment.isStale ? asLastSeen(now) : now;
  const what = whatOf(environment);
  const running = container?.state === "running";
  return {
    id,
    label,
    description: face.text,
    icon: face.icon,
    collapsible: "none",
    words: [
      "environment",
      kind,
      ...(environment.busy === undefined ? face.words : ["busy"]),
      ...(running && facts.canAttach && !environment.isStale ? ["attachable"] : []),
    ],
    tooltip: [
      what,
      ...(kind === "devcontainer" ? [`File: ${environment.configFile}`] : []),
      ...(container ? [`Container: ${container.name}, ${container.status || container.state}`] : []),
      `State: ${face.text}`,
      ...(face.detail === undefined ? [] : [face.detail]),
    ].join("\n"),
    accessibleLabel: `${label}, ${what}, ${face.text}`,
  };
}

function whatOf(environment: Environment): string {
  switch (environment.kind) {
    case "devcontainer":
      return `Dev container of ${environment.folder}`;
    case "container":
      return `Container of ${environment.container.image}`;
    case "pod": {
      const { kind, namespace, context } = environment.place;
      return `${kind} in namespace ${namespace} of context ${context}`;
    }
  }
}

/** Nothing can be done with it before the engine answers again. */
function asLastSeen(face: Face): Face {
  return { ...face, text: `as last seen: ${face.text}`, icon: { id: "vm-outline" }, words: [] };
}

/** Only what was seen inside counts, never what was asked for. */
function gpuText(check: GpuCheck | undefined): string | undefined {
  if (check === undefined) return undefined;
  if (check.kind === "none") return "no GPU seen";
  return count(check.gpus.length, "GPU");
}

function faceOf(environment: Environment, gpus: string | undefined): Face {
  const { busy, container, kind } = environment;
  if (busy !== undefined) {
    return { text: busy, icon: { id: "loading~spin", color: "charts.blue" }, words: [] };
  }
  if (kind === "pod") return podFace(environment);
  if (!container) {
    return { text: "not launched", icon: { id: "circle-outline" }, words: ["absent"] };
  }
  switch (container.state) {
    case "running":
      return runningFace(environment, gpus === undefined ? "" : ` · ${gpus}`);
    case "paused":
      return { text: "paused", icon: { id: "debug-pause" }, words: ["paused", "present"] };
    case "restarting":
      return { text: "restarting", icon: { ...warning, id: "sync" }, words: ["running", "present"] };
    case "removing":
      return { text: "being removed", icon: { id: "vm-outline" }, words: [] };
    case "created":
    case "exited":
    case "dead": {
      const why = environment.ended;
      const never = container.state === "created" && kind === "devcontainer";
      return {
        text: why === undefined ? (never ? "was never started" : "stopped") : `stopped: ${why}`,
        icon: why === undefined ? { id: "vm-outline" } : { id: "error", color: "list.errorForeground" },
        words: ["stopped", "present"],
      };
    }
  }
}

function podFace(environment: Extract<Environment, { kind: "pod" }>): Face {
  const { place, status, jupyter } = environment;
  const where = `${place.namespace} · ${place.context}`;
  if (jupyter.kind !== "ready") {
    const text = [status, where, "not attached"].filter((part) => part !== undefined).join(" · ");
    return { text, icon: { id: "server-environment" }, words: ["detached"] };
  }
  const face = runningFace(environment, "");
  return { ...face, text: `${face.text} · ${where}`, words: ["attached", "ready"] };
}

function runningFace({ jupyter, ended }: Environment, gpus: string): Face {
  const words = ["running", "present"];
  switch (jupyter.kind) {
    case "unknown":
      return { text: `running${gpus} · looking for Jupyter`, icon: { id: "vm-running" }, words };
    case "off":
      return {
        text: `running${gpus} · no Jupyter server${ended === undefined ? "" : `: something was ${ended}`}`,
        icon: ended === undefined ? { id: "vm-running", color: "testing.iconPassed" } : warning,
        words: [...words, "quiet"],
      };
    case "ready": {
      const names = jupyter.kernels.map((kernel) => kernel.displayName);
      const place = jupyter.url.replace(/^https?:\/\//, "").replace(/\/$/, "");
      return {
        text:
          names.length === 0
            ? `Jupyter at ${place} has no kernels`
            : `Jupyter ready${gpus} · ${place} · ${names[0]}${names.length > 1 ? ` and ${names.length - 1} more` : ""}`,
        icon: names.length === 0 ? warning : { id: "notebook", color: "testing.iconPassed" },
        detail: [
          `Jupyter Server ${jupyter.version}, from this machine only`,
          ...names.map((one) => `Kernel: ${one}`),
        ].join("\n"),
        words: [...words, "ready"],
      };
    }
    case "wrong-token":
      return {
        text: `running${gpus} · Jupyter does not take the token`,
        icon: warning,
        detail: jupyter.why,
        words: [...words, "locked"],
      };
    case "unreachable":
      return {
        text: `running${gpus} · Jupyter can't be reached`,
        icon: warning,
        detail: jupyter.why,
        words: [...words, "unreachable"],
      };
  }
}
