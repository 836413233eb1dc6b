// What is remembered beyond the window: values of the workspace's state, or of all windows'. VS Code keeps them in a
// database, whole or not at all.
import type * as vscode from "vscode";
import type { Memory } from "../app/stores/forwards.ts";
import { type IsSound, keptState } from "../app/stores/keptState.ts";
import type { Log } from "../base/log.ts";

export function memory(state: vscode.Memento, key: string, isSound: IsSound, log: Log): Memory {
  const values = {
    get: (name: string) => state.get<unknown>(name),
    set: (name: string, value: unknown) => void state.update(name, value),
  };
  return keptState(values, key, isSound, (backup) =>
    log.warn(
      `What was kept as ${key} can't be read as a whole; it is kept as ${backup}, and what can be is used.`,
    ),
  );
}
