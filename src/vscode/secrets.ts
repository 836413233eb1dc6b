// Tokens, in VS Code's own secret storage.
import type * as vscode from "vscode";
import type { Secrets } from "../app/stores/environments/ports.ts";

export function secretsIn(storage: vscode.SecretStorage, prefix: string): Secrets {
  return {
    async get(key) {
      return storage.get(`${prefix}:${key}`);
    },
    async store(key, value) {
      await storage.store(`${prefix}:${key}`, value);
    },
    async delete(key) {
      await storage.delete(`${prefix}:${key}`);
    },
  };
}
