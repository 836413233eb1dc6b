// What is remembered beyond the window: one value of the workspace's state.
import type * as vscode from "vscode";
import type { Memory } from "../app/stores/forwards.ts";

export function memory(state: vscode.Memento, key: string): Memory {
  return {
    read: () => state.get(key),
    write: (value) => void state.update(key, value),
  };
}
