// The parts of an image's name as it stands in a FROM, without judging it.

export interface ImageName {
  /** Without the ways to write Docker Hub: `ubuntu`, `nvidia/cuda`, `nvcr.io/nvidia/cuda`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export function imageName(text: string): ImageName {
  const at = text.indexOf("@");
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  return {
    repository: (tagged ? named.slice(0, colon) : named)
      .replace(/^(?:(?:index\.|registry-1\.)?docker\.io\/)?(?:library\/)?/, "")
      .toLowerCase(),
    tag: tagged ? named.slice(colon + 1) : undefined,
    digest: at === -1 ? undefined : text.slice(at + 1),
  };
}
