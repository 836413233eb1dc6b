// The fields of a pod's spec that name other objects.
// Source: the API types of Kubernetes 1.34.

export interface PodReference {
  readonly kind: string;
  /** `*` is every item of a list. */
  readonly path: string;
}

export const POD_REFERENCES: readonly PodReference[] = [
  { kind: "ConfigMap", path: "volumes.*.configMap.name" },
  { kind: "ConfigMap", path: "volumes.*.projected.sources.*.configMap.name" },
  { kind: "Secret", path: "volumes.*.secret.secretName" },
  { kind: "Secret", path: "volumes.*.projected.sources.*.secret.name" },
  { kind: "PersistentVolumeClaim", path: "volumes.*.persistentVolumeClaim.claimName" },
  { kind: "Secret", path: "imagePullSecrets.*.name" },
  { kind: "ServiceAccount", path: "serviceAccountName" },
  { kind: "ResourceClaim", path: "resourceClaims.*.resourceClaimName" },
  { kind: "ResourceClaimTemplate", path: "resourceClaims.*.resourceClaimTemplateName" },
  { kind: "PriorityClass", path: "priorityClassName" },
  { kind: "RuntimeClass", path: "runtimeClassName" },
  ...["containers", "initContainers"].flatMap((list) => [
    { kind: "ConfigMap", path: `${list}.*.envFrom.*.configMapRef.name` },
    { kind: "Secret", path: `${list}.*.envFrom.*.secretRef.name` },
    { kind: "ConfigMap", path: `${list}.*.env.*.valueFrom.configMapKeyRef.name` },
    { kind: "Secret", path: `${list}.*.env.*.valueFrom.secretKeyRef.name` },
  ]),
];
