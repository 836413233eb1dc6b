// Chooses which namespaces of a context are shown.
import type { App } from "../../app/app.ts";
import { command } from "../command.ts";
import { contextOf, knownNamespaces, namespaceChoices } from "../rows/kube/namespaces.ts";
import type { Ui } from "../ui.ts";

export const chooseNamespaces = command({
  id: "slipway.chooseNamespaces",
  title: "Choose Namespaces…",
  icon: "checklist",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bcontext\\b/",
      group: "2_show@1",
    },
  ],
  async run(app, ui, target) {
    const context = await contextOf(app, ui, target, "Choose namespaces of which context?");
    if (context === undefined) return;
    const known = await knownNamespaces(app, ui, context);
    if (!known) return;
    const chosen = known.isDenied
      ? await written(app, ui, context)
      : await picked(app, ui, context, known.names);
    if (chosen) app.looks.showNamespaces(context, chosen);
  },
});

/** All of them are none in particular: those that come later are shown too. */
async function picked(
  app: App,
  ui: Ui,
  context: string,
  names: readonly string[],
): Promise<string[] | undefined> {
  const look = app.looks.of(context);
  const chosen = await ui.pickMany(
    `Show which namespaces of ${context}?`,
    namespaceChoices(names, look, (name) => look.namespaces?.includes(name) ?? false),
    "Without a choice all are shown",
  );
  return chosen?.length === names.length ? [] : chosen;
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Who may not list them may still know their names. */
async function written(app: App, ui: Ui, context: string): Promise<string[] | undefined> {
  const split = (text: string) => Array.from(new Set(text.split(/[\s,]+/).filter((name) => name !== "")));
  const text = await ui.input({
    title: `Show which namespaces of ${context}?`,
    prompt:
      "You may not list namespaces here: write their names. Empty shows the context's own and those of the setting slipway.kubernetes.namespaces.",
    placeholder: "team-a team-b",
    value: (app.looks.of(context).namespaces ?? []).join(" "),
    check(typed) {
      const wrong = split(typed).find((name) => !NAME.test(name));
      return wrong === undefined
        ? undefined
        : `${wrong} is no name of a namespace: lower case letters, digits and hyphens only.`;
    },
  });
  return text === undefined ? undefined : split(text);
}
