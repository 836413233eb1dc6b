// A workload in words: how many of its pods are ready, and what they are made of.
import { acceleratorText, podAccelerators } from "../accelerators.ts";
import { kindNamed } from "../kinds.ts";
import { field, type KubeObject, list, record, text } from "../object.ts";
import type { ObjectRow, ResourceRow } from "../row.ts";
import { block, entriesText, type Lines, pairs } from "./text.ts";

/** What a row says. */
export type RowStatus = Pick<ObjectRow, "status" | "message"> & Partial<Pick<ResourceRow, "columns">>;

/** @param status what its row says, where that is known already. */
export function describeWorkload(object: KubeObject, kind: string, status?: RowStatus): Lines {
  const row = status ?? kindNamed(kind)?.project(object);
  const template = record(object, "spec", kind === "CronJob" ? "jobTemplate" : "template");
  const podTemplate = kind === "CronJob" ? record(template, "spec", "template") : template;
  return [
    ...pairs([
      ["Status", row?.status],
      ["Reason", row?.message],
      ...(status?.columns ?? []),
      [
        "Strategy",
        text(object, "spec", "strategy", "type") ?? text(object, "spec", "updateStrategy", "type"),
      ],
      ["Schedule", text(object, "spec", "schedule")],
      ["Parallelism", number(object, "parallelism")],
      ["Completions", number(object, "completions")],
      ["Retries", number(object, "backoffLimit")],
      ["Selector", entriesText(record(object, "spec", "selector", "matchLabels")).join(", ")],
      ["GPUs per pod", acceleratorText(podAccelerators(podTemplate))],
    ]),
    ...block(
      "Containers",
      list(podTemplate, "spec", "containers").flatMap((container) => [
        text(container, "name") ?? "",
        ...pairs(
          [
            ["Image", text(container, "image")],
            ["Requests", entriesText(record(container, "resources", "requests")).join(", ")],
            ["Limits", entriesText(record(container, "resources", "limits")).join(", ")],
          ],
          2,
        ),
      ]),
    ),
  ];
}

function number(object: KubeObject, name: string): string | undefined {
  const value = field(object, "spec", name);
  return typeof value === "number" ? String(value) : undefined;
}
