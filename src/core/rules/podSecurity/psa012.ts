// PSA012: the control restrictedVolumes of the Pod Security Standards.
import { restrictedVolumes } from "../../policy/podSecurity/controls/restrictedVolumes.ts";
import { RESTRICTED_PAGE, enforced, GOOD_RESTRICTED } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa012: Rule = {
  id: "PSA012",
  title: "Restricted: volumes must come from claims and objects",
  severity: "error",
  why: "Volumes that name a server or a folder of the node reach around the storage that the cluster hands out. The level restricted refuses them: a PersistentVolumeClaim can stand for the same NFS share.",
  source: RESTRICTED_PAGE,
  appliesTo: "podSecurity",
  control: restrictedVolumes,
  good: GOOD_RESTRICTED,
  bad: enforced(
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
    volumeMounts:
      - name: data
        mountPath: /data
volumes:
  - name: data
    «nfs»:
      server: storage.example
      path: /data
`,
  ),
};
