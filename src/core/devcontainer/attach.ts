// The address of a folder in a running container, as the extension Dev Containers reads it.
// Source: its own links (`attached-container+<hex of a JSON description>`), seen in VS Code 1.137.

export interface AttachedAddress {
  scheme: "vscode-remote";
  authority: string;
  path: string;
}

/** @param folder absolute path in the container. */
export function attachedAddress(containerName: string, folder: string): AttachedAddress {
  const description = JSON.stringify({ containerName: `/${containerName}` });
  const hex = Array.from(new TextEncoder().encode(description), (byte) => byte.toString(16).padStart(2, "0"));
  return {
    scheme: "vscode-remote",
    authority: `attached-container+${hex.join("")}`,
    path: folder.startsWith("/") ? folder : `/${folder}`,
  };
}
