// How a forward looks as a row: where it leads, its state and why, and how much went through.
import type { Forward, ForwardState } from "../../../app/jobs/forward/forward.ts";
import type { ForwardSpec } from "../../../app/jobs/forward/spec.ts";
import type { Row } from "../../view.ts";

const ICON: Readonly<Record<ForwardState["kind"], { id: string; color?: string }>> = {
  stopped: { id: "circle-outline", color: "disabledForeground" },
  connecting: { id: "loading~spin", color: "charts.blue" },
  ready: { id: "plug", color: "charts.green" },
  reconnecting: { id: "sync~spin", color: "list.warningForeground" },
  failed: { id: "error", color: "list.errorForeground" },
};

/** `Service qwen-server`, or with the model server that was recognised: `vLLM qwen-server`. */
export function targetLabel(spec: ForwardSpec): string {
  return `${spec.server ?? spec.kind} ${spec.name}`;
}

export function forwardRow(forward: Forward): Row {
  const { spec, state, url, note, bytes, movedTo } = forward;
  const local = url?.replace(/^http:\/\//, "");
  const through = `${bytesText(bytes.received)} in, ${bytesText(bytes.sent)} out`;
  const why = "why" in state && state.why !== undefined ? state.why : note;
  const parts = [
    stateText(state),
    local === undefined ? undefined : `${local} → ${spec.port}`,
    state.kind === "ready" && bytes.sent + bytes.received > 0 ? through : undefined,
    why,
  ];
  const description = parts.filter((part) => part !== undefined).join(" · ");
  const moved =
    movedTo === undefined || local === undefined
      ? []
      : [`Local port ${spec.localPort} is taken: ${movedTo} is used instead.`];
  return {
    id: `forward/${forward.id}`,
    label: targetLabel(spec),
    description,
    icon:
      note === undefined || state.kind !== "ready"
        ? ICON[state.kind]
        : { id: "warning", color: "list.warningForeground" },
    collapsible: "none",
    words: [
      "endpoint",
      state.kind,
      ...(url === undefined ? [] : ["open"]),
      ...(state.kind === "stopped" || state.kind === "failed" ? [] : ["running"]),
    ],
    tooltip: [
      `${spec.kind} ${spec.namespace}/${spec.name}, port ${spec.portName ?? spec.port}`,
      `Context: ${spec.context}`,
      ...(state.kind === "ready" ? [`Pod: ${state.pod}`] : []),
      `State: ${stateText(state)}`,
      ...(url === undefined ? [] : [`Here: ${url}, from this machine only`]),
      ...moved,
      `${through} since it was started`,
      ...(why === undefined ? [] : [why]),
    ].join("\n"),
    accessibleLabel: `${targetLabel(spec)}, ${description}`,
  };
}

function stateText(state: ForwardState): string {
  return state.kind === "reconnecting" ? `reconnecting ${state.attempt}` : state.kind;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** With the decimal units that network tools use. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ""}`;
}
