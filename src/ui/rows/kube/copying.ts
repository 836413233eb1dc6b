// What a copy to or from a pod says while it runs and when it is done.
import type { App } from "../../../app/app.ts";
import type { ContainerPlace, CopySums } from "../../../app/stores/cluster/port.ts";
import { count } from "../../../base/words.ts";
import { formatBytes } from "../../../core/image/text.ts";
import type { Progress } from "../../ui.ts";
import type { ObjectTarget } from "./choose.ts";

/** A notification is drawn no more often than this. */
const SHOWN_EACH_MS = 200;

export function containerPlace({ namespace, name }: ObjectTarget, container: string): ContainerPlace {
  return { namespace: namespace ?? "default", pod: name, container };
}

/** Reports what was copied so far. */
export function copied(app: App, progress: Progress): (sums: CopySums) => void {
  let shownMs = Number.NEGATIVE_INFINITY;
  return (sums) => {
    const nowMs = app.clock.now();
    if (nowMs - shownMs < SHOWN_EACH_MS) return;
    shownMs = nowMs;
    progress.report(sumsText(sums));
  };
}

/** `3 files, 12 MB`. */
export function sumsText({ files, bytes }: CopySums): string {
  return `${count(files, "file")}, ${formatBytes(bytes)}`;
}

/** What was left out, as a sentence; nothing when all came. */
export function leftOutText({ leftOut, leftOutCount }: CopySums): string {
  if (leftOutCount === 0) return "";
  const named = leftOut.slice(0, 3).map((name) => name.replace(/^\.\//, ""));
  const more = leftOutCount > named.length ? ` and ${leftOutCount - named.length} more` : "";
  return ` Left out, because they are no files, lead elsewhere, or can't have their names: ${named.join(", ")}${more}.`;
}
