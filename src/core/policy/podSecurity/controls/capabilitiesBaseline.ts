// capabilities_baseline: a container may add back only capabilities that the runtime gives it anyway.
import type { Control } from "../control.ts";
import { addedCapabilities } from "../capabilities.ts";

const ALLOWED = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

export const capabilitiesBaseline: Control = {
  id: "capabilities_baseline",
  level: "baseline",
  remedy: "Take capabilities out that baseline forbids",
  variants: [
    {
      since: 0,
      check: ({ containers }) =>
        containers.flatMap((container) => addedCapabilities(container, ALLOWED, "baseline")),
    },
  ],
};
