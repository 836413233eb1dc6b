// Opens a window inside a container through the extension Dev Containers, which owns that kind of address.
import * as vscode from "vscode";
import type { Attachment } from "../app/stores/environments/ports.ts";

export const devContainers: Attachment = {
  isAvailable: () => vscode.extensions.getExtension("ms-vscode-remote.remote-containers") !== undefined,
  async open(containerName, folder) {
    await vscode.commands.executeCommand("vscode.openFolder", attachedUri(containerName, folder), {
      forceNewWindow: true,
    });
  },
};

/** The address of a folder in a running container, as Dev Containers reads it. */
function attachedUri(containerName: string, folder: string): vscode.Uri {
  const description = JSON.stringify({ containerName: `/${containerName}` });
  const hex = Array.from(new TextEncoder().encode(description), (byte) => byte.toString(16).padStart(2, "0"));
  return vscode.Uri.from({
    scheme: "vscode-remote",
    authority: `attached-container+${hex.join("")}`,
    path: folder.startsWith("/") ? folder : `/${folder}`,
  });
}
