// What Katib's objects share: conditions of which the last that is True counts, and metrics.
// Source: https://github.com/kubeflow/katib pkg/apis/controller (v1beta1)
import { field, type KubeObject, list, text } from "./object.ts";

/** The last condition that is True, as Katib's own column shows it. */
export function lastState(
  object: KubeObject,
): { type: string; reason?: string; message?: string } | undefined {
  const last = list(object, "status", "conditions")
    .filter((entry) => text(entry, "status") === "True")
    .at(-1);
  const type = text(last, "type");
  if (type === undefined) return undefined;
  const [reason, message] = [text(last, "reason"), text(last, "message")];
  return {
    type,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

/** `accuracy 0.98, loss 0.1` */
export function metricsText(observation: unknown): string | undefined {
  const metrics = list(observation, "metrics").flatMap((metric) => {
    const name = text(metric, "name");
    const value = text(metric, "latest") ?? field(metric, "value");
    return name === undefined || value === undefined ? [] : [`${name} ${String(value as string | number)}`];
  });
  return metrics.length === 0 ? undefined : metrics.join(", ");
}
