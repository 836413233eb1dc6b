// What a command is: data for the manifest, and one function.
import type { App } from "../app/app.ts";
import type { Ui } from "./ui.ts";

/** Where a command appears besides the palette. `when` is a when-clause of VS Code. */
export interface Menu {
  place: "view/title" | "view/item/context" | "editor/title" | "editor/context" | "explorer/context";
  when: string;
  /** `inline`, or `group@order`. */
  group?: string;
}

export interface Command<T = unknown> {
  /** `slipway.` and a lower camel case name. */
  id: `slipway.${string}`;
  title: string;
  /** A codicon's name, without `$()`. */
  icon?: string;
  menus?: Menu[];
  /** When-clause for the palette; `false` keeps it out. Default: always there. */
  palette?: string | false;
  /** Runs something on the machine or cluster: refused in an untrusted workspace when true. */
  needsTrust?: boolean;
  /** Gets an array of paths where several files were chosen. */
  takesMany?: boolean;
  /**
   * @param target what was clicked, or undefined from the palette: then the command asks with a picker.
   */
  run(app: App, ui: Ui, target: T | undefined): Promise<void>;
}

/** What is known of a command before its code is loaded. */
export type CommandHeader = Readonly<Required<Pick<Command, "id" | "title" | "needsTrust">>>;

/** Keeps the type of the target while the registry holds `Command<unknown>`. */
export function command<T = unknown>(definition: Command<T>): Command {
  return definition as Command;
}
