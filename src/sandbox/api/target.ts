// Which object, list or subresource a path of the API names.
import { findResource, type Resource } from "./resources.ts";

export interface Target {
  resource: Resource;
  namespace?: string;
  name?: string;
  subresource?: string;
  /** What follows `…/proxy`, with its slash. */
  rest: string;
}

/** undefined for a path that names no resource of the table. */
export function targetOf(path: string): Target | undefined {
  const segments = decodeSegments(path);
  if (!segments) return undefined;
  const grouped = segments[0] === "apis";
  if (!grouped && segments[0] !== "api") return undefined;
  const group = grouped ? (segments[1] ?? "") : "";
  const version = segments[grouped ? 2 : 1];
  let place = segments.slice(grouped ? 3 : 2);
  if (version === undefined || place.length === 0) return undefined;
  let namespace: string | undefined;
  // `/namespaces/x` is the object itself, `/namespaces/x/pods` a place; its subresources are known words.
  if (place[0] === "namespaces" && place[2] !== undefined && !["status", "finalize"].includes(place[2])) {
    namespace = place[1];
    place = place.slice(2);
  }
  const [plural = "", name, subresource, ...rest] = place;
  const resource = findResource(group, version, plural);
  if (!resource || (namespace !== undefined && !resource.namespaced)) return undefined;
  return {
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
    rest: subresource === "proxy" ? `/${rest.join("/")}` : "",
  };
}

function decodeSegments(path: string): string[] | undefined {
  try {
    return path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
