// The question before something in a cluster is changed for good, with more care where a context wants it.
import type { App } from "../../../app/app.ts";
import { kindWord } from "../../../core/kube/kind.ts";
import { readOnlyTrouble } from "../../../core/kube/contextGuard.ts";
import type { Ui } from "../../ui.ts";
import type { ObjectTarget } from "./choose.ts";

export interface Change {
  context: string;
  /** `Delete Pod train?` */
  question: string;
  /** All that it concerns, by name. */
  detail: string;
  /** What the button says. */
  action: string;
  /** What has to be typed where the context is protected: the name of what is changed. */
  name: string;
}

/** @throws Trouble where the context is only read: said before anybody is asked anything. */
export function mayChange(app: App, context: string): void {
  if (app.clusters.guard(context) === "readOnly") throw readOnlyTrouble(context);
}

/** True in a context like any other; in a protected one when the person is sure. @throws Trouble as `confirmChange` */
export async function confirmWhereProtected(app: App, ui: Ui, change: Change): Promise<boolean> {
  mayChange(app, change.context);
  return app.clusters.guard(change.context) !== "protected" || confirmChange(app, ui, change);
}

/** What a question is about, line by line. */
export function whereLines({ context, namespace, kind, name }: ObjectTarget): string[] {
  return [
    `Context: ${context}`,
    ...(namespace === undefined ? [] : [`Namespace: ${namespace}`]),
    `Kind: ${kindWord(kind)}`,
    `Name: ${name}`,
  ];
}

/** True when the person is sure. @throws Trouble where the context is only read. */
export async function confirmChange(app: App, ui: Ui, change: Change): Promise<boolean> {
  const { context, question, detail, action, name } = change;
  mayChange(app, context);
  if (app.clusters.guard(context) !== "protected") return ui.confirm(question, detail, action);
  const told = `${detail}\n\nThis context is protected: you will be asked to type ${name}.`;
  if (!(await ui.confirm(question, told, `${action}…`))) return false;
  const typed = await ui.input({
    title: question,
    prompt: `Context ${context} is protected. Type ${name} to go on.`,
    placeholder: name,
    check: (text) => (text === name ? undefined : `Type ${name}, or press Escape to leave it.`),
  });
  return typed === name;
}
