// Extended resources: whatever a device plugin offers beside cpu, memory and storage.

/**
 * True for a name that the API server takes for an extended resource: with a domain that is not Kubernetes' own.
 * Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources
 */
export function isExtendedResource(name: string): boolean {
  const slash = name.indexOf("/");
  return slash > 0 && !/(?:^|\.)kubernetes\.io$/.test(name.slice(0, slash)) && !name.startsWith("requests.");
}
