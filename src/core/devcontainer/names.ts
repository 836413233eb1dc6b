// Where devcontainers lie, what they are called, and how one is known again. Small: it is loaded at activation.

/** The port that Jupyter images and our own dev containers use. */
export const jupyterPort = 8888;

/**
 * The folder that a devcontainer.json is for: it lies in `.devcontainer`, in a folder below that, or is
 * `.devcontainer.json` beside the code. Undefined for any other path.
 */
export function folderOfConfig(path: string): string | undefined {
  const match =
    /^(.*?)[\\/]\.devcontainer[\\/](?:[^\\/]+[\\/])?devcontainer\.json$/.exec(path) ??
    /^(.*)[\\/]\.devcontainer\.json$/.exec(path);
  return match?.[1];
}

/**
 * Names a devcontainer for good: by its folder and its file, so that a container that is made anew is still the
 * same one. Windows' drive letters are written both ways.
 */
export function devcontainerId(folder: string, configFile: string): string {
  const plain = (path: string) =>
    path
      .replaceAll("\\", "/")
      .replace(/\/$/, "")
      .replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  return `devcontainer:${plain(folder)}:${plain(configFile)}`;
}

/** What a person calls it: its own name, else its folder's. */
export function devcontainerLabel(folder: string, name: string | undefined): string {
  return name ?? folder.split(/[\\/]/).findLast((part) => part !== "") ?? folder;
}
