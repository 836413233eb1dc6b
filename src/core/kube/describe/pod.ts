// A pod in words: what state it is in and why, its containers, what it asks for, where it may run.
import { acceleratorText, podAccelerators } from "../accelerators.ts";
import { ageText } from "../age.ts";
import { count, field, type KubeObject, list, record, text, timeMs } from "../object.ts";
import { podStatus } from "../podStatus.ts";
import { block, entriesText, type Lines, oneLine, pairs } from "./text.ts";

export function describePod(pod: KubeObject, nowMs: number): Lines {
  const status = podStatus(pod);
  const accelerators = acceleratorText(podAccelerators(pod));
  return [
    ...pairs([
      ["Status", status.status],
      ["Reason", oneLine(status.message)],
      ["Ready", `${status.ready}/${status.containers}`],
      ["Restarts", String(status.restarts)],
      ["GPUs", accelerators],
      ["Node", text(pod, "spec", "nodeName") ?? "none yet"],
      ["Pod IP", text(pod, "status", "podIP")],
      ["Quality of service", text(pod, "status", "qosClass")],
      ["Service account", text(pod, "spec", "serviceAccountName")],
      ["Priority class", text(pod, "spec", "priorityClassName")],
      ["Runtime class", text(pod, "spec", "runtimeClassName")],
    ]),
    ...containers("Init containers", pod, "initContainers", "initContainerStatuses", nowMs),
    ...containers("Containers", pod, "containers", "containerStatuses", nowMs),
    ...block("Volumes", list(pod, "spec", "volumes").map(volumeText)),
    ...block("Node selector", entriesText(record(pod, "spec", "nodeSelector"))),
    ...block("Tolerations", list(pod, "spec", "tolerations").map(tolerationText)),
  ];
}

function containers(heading: string, pod: KubeObject, specs: string, statuses: string, nowMs: number): Lines {
  const lines = list(pod, "spec", specs).flatMap((container) => {
    const name = text(container, "name") ?? "";
    const status = list(pod, "status", statuses).find((one) => text(one, "name") === name);
    return [
      `${name}`,
      ...pairs(
        [
          ["Image", text(container, "image")],
          ["State", stateText(field(status, "state"), nowMs)],
          ["Last state", stateText(field(status, "lastState"), nowMs)],
          ["Ready", status === undefined ? undefined : field(status, "ready") === true ? "yes" : "no"],
          ["Restarts", count(status, "restartCount") > 0 ? String(count(status, "restartCount")) : undefined],
          ["Command", commandText(container)],
          ["Ports", list(container, "ports").map(portText).join(", ")],
          ["Requests", entriesText(record(container, "resources", "requests")).join(", ")],
          ["Limits", entriesText(record(container, "resources", "limits")).join(", ")],
          ["Mounts", list(container, "volumeMounts").map(mountText).join(", ")],
        ],
        2,
      ),
    ];
  });
  return block(heading, lines);
}

/** `Waiting: ImagePullBackOff, …` and the like; undefined for no state. */
export function stateText(state: unknown, nowMs: number): string | undefined {
  const waiting = field(state, "waiting");
  if (waiting !== undefined) {
    const message = oneLine(text(waiting, "message"));
    return `Waiting: ${text(waiting, "reason") ?? ""}${message === undefined ? "" : `, ${message}`}`;
  }
  if (field(state, "running") !== undefined) {
    const started = timeMs(state, "running", "startedAt");
    return `Running${started === undefined ? "" : ` for ${ageText(nowMs - started)}`}`;
  }
  const terminated = field(state, "terminated");
  if (terminated === undefined) return undefined;
  const finished = timeMs(terminated, "finishedAt");
  const parts = [
    text(terminated, "reason") ?? "Terminated",
    `exit code ${count(terminated, "exitCode")}`,
    ...(finished === undefined ? [] : [`${ageText(nowMs - finished)} ago`]),
    ...(text(terminated, "message") === undefined ? [] : [oneLine(text(terminated, "message")) ?? ""]),
  ];
  return `Terminated: ${parts.join(", ")}`;
}

function commandText(container: unknown): string {
  const words = [...list(container, "command"), ...list(container, "args")].map((word) => String(word));
  return words.length === 0 ? "" : JSON.stringify(words);
}

function portText(port: unknown): string {
  const name = text(port, "name");
  return `${name === undefined ? "" : `${name} `}${count(port, "containerPort")}/${text(port, "protocol") ?? "TCP"}`;
}

function mountText(mount: unknown): string {
  const readOnly = field(mount, "readOnly") === true ? " (read only)" : "";
  return `${text(mount, "mountPath") ?? ""} from ${text(mount, "name") ?? ""}${readOnly}`;
}

function volumeText(volume: unknown): string {
  const name = text(volume, "name") ?? "";
  const claim = text(volume, "persistentVolumeClaim", "claimName");
  if (claim !== undefined) return `${name}: claim ${claim}`;
  const source = Object.keys(record(volume)).find((key) => key !== "name") ?? "";
  const detail =
    text(volume, source, "name") ??
    text(volume, source, "secretName") ??
    text(volume, source, "path") ??
    text(volume, source, "medium");
  const limit = text(volume, source, "sizeLimit");
  return `${name}: ${source}${detail === undefined ? "" : ` ${detail}`}${limit === undefined ? "" : `, at most ${limit}`}`;
}

function tolerationText(toleration: unknown): string {
  const value = text(toleration, "value");
  const seconds = field(toleration, "tolerationSeconds");
  return [
    text(toleration, "key") ?? "every taint",
    value === undefined ? "" : `=${value}`,
    text(toleration, "effect") === undefined ? "" : `:${text(toleration, "effect") ?? ""}`,
    typeof seconds === "number" ? ` for ${seconds} s` : "",
  ].join("");
}
