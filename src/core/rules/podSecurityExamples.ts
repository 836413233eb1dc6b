// Examples of the Pod Security rules: a namespace that enforces a level, and a pod in it.

export const BASELINE_PAGE = "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline";
export const RESTRICTED_PAGE =
  "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted";

/** @param spec of the pod: lines of YAML, indented from column zero. */
export function enforced(level: "baseline" | "restricted", spec: string): string {
  const indented = spec.trim().replace(/^(?=.)/gm, "  ");
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ml
  labels:
    pod-security.kubernetes.io/enforce: ${level}
---
apiVersion: v1
kind: Pod
metadata:
  name: train
  namespace: ml
spec:
${indented}
`;
}

export const GOOD_BASELINE = enforced(
  "baseline",
  `
containers:
  - name: train
    image: registry.example/train:1
    resources:
      limits:
        nvidia.com/gpu: 1
`,
);

export const GOOD_RESTRICTED = enforced(
  "restricted",
  `
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      allowPrivilegeEscalation: false
      capabilities:
        drop: [ALL]
    resources:
      limits:
        nvidia.com/gpu: 1
`,
);
