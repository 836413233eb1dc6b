// From the commands, views, settings and snippets of the code to the `contributes` of package.json.
import type { Command } from "../ui/command.ts";
import type { Panel } from "../ui/panel.ts";
import { settings } from "../ui/settings.ts";
import type { View } from "../ui/view.ts";

export interface Contributions {
  commands: readonly Command[];
  views: readonly View[];
  panels: readonly Panel[];
  snippets: readonly { language: string; path: string }[];
}

const category = "Slipway";
const container = "slipway";

/** The `contributes` object of package.json; the same input gives the same text. */
export function contributes({ commands, views, panels, snippets }: Contributions): Record<string, unknown> {
  return {
    commands: commands.map((command) => ({
      command: command.id,
      title: command.title,
      category,
      ...(command.icon ? { icon: `$(${command.icon})` } : {}),
    })),
    menus: menus(commands),
    viewsContainers: {
      activitybar: [{ id: container, title: "Slipway", icon: "media/slipway.svg" }],
      // Each panel has a tab of its own, as Problems and Output have.
      panel: panels.map(({ id, name, icon }) => ({ id: tabOf(id), title: name, icon: `$(${icon})` })),
    },
    views: {
      [container]: [...views]
        .sort((a, b) => a.order - b.order)
        .map((view) => ({
          id: view.id,
          name: view.name,
          icon: `$(${view.icon})`,
          ...(view.when ? { when: view.when } : {}),
          ...(view.isCollapsed ? { visibility: "collapsed" } : {}),
        })),
      ...Object.fromEntries(
        panels.map(({ id, name, icon }) => [tabOf(id), [{ id, name, type: "webview", icon: `$(${icon})` }]]),
      ),
    },
    viewsWelcome: views.flatMap((view) =>
      view.welcome.map((welcome) => ({
        view: view.id,
        contents: welcome.contents,
        ...(welcome.when ? { when: welcome.when } : {}),
      })),
    ),
    configuration: {
      title: "Slipway",
      properties: Object.fromEntries(
        Object.entries(settings).map(([key, row]) => [
          `slipway.${key}`,
          {
            type: row.type,
            default: row.default,
            markdownDescription: row.description,
            scope: row.scope,
            ...row.schema,
          },
        ]),
      ),
    },
    ...(snippets.length > 0 ? { snippets } : {}),
  };
}

/** Container ids have no dots. */
function tabOf(id: string): string {
  return `${id.replace(".", "-")}-tab`;
}

function menus(commands: readonly Command[]): Record<string, unknown[]> {
  const result: Record<string, unknown[]> = {};
  for (const command of commands) {
    for (const menu of command.menus ?? []) {
      (result[menu.place] ??= []).push({
        command: command.id,
        when: menu.when,
        ...(menu.group ? { group: menu.group } : {}),
      });
    }
  }
  const hidden = commands
    .filter((command) => command.palette !== undefined)
    .map((command) => ({ command: command.id, when: command.palette === false ? "false" : command.palette }));
  if (hidden.length > 0) result["commandPalette"] = hidden;
  return result;
}

/** What wakes the extension: views wake it by themselves, commands too; languages are for checking. */
export const activationEvents = [
  "onLanguage:yaml",
  "onLanguage:dockerfile",
  "onLanguage:jsonc",
  "onLanguage:dockercompose",
  "onLanguage:helm",
  "onNotebook:jupyter-notebook",
];
