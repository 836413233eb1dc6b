// Reads a setting by its row in the table.
import * as vscode from "vscode";
import { type ReadSetting, settings, type SettingValues } from "../ui/settings.ts";

export const readSetting: ReadSetting = <Key extends keyof SettingValues>(key: Key, path?: string) => {
  const scope = path ? vscode.Uri.file(path) : undefined;
  const value = vscode.workspace.getConfiguration("slipway", scope).get<SettingValues[Key]>(key);
  if (value === undefined) return settings[key].default;
  // VS Code gives objects as proxies, which can't be sent to a worker.
  return JSON.parse(JSON.stringify(value)) as SettingValues[Key];
};
