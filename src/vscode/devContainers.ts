// Opens a window inside a container through the extension Dev Containers, which owns that kind of address.
import * as vscode from "vscode";
import type { Attachment } from "../app/stores/environments/ports.ts";
import { attachedAddress } from "../core/devcontainer/attach.ts";

export const devContainers: Attachment = {
  isAvailable: () => vscode.extensions.getExtension("ms-vscode-remote.remote-containers") !== undefined,
  async open(containerName, folder) {
    const address = vscode.Uri.from(attachedAddress(containerName, folder));
    await vscode.commands.executeCommand("vscode.openFolder", address, { forceNewWindow: true });
  },
};
