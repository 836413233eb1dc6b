// All controls of the Pod Security Standards, as of Kubernetes 1.37.
import type { Control } from "./control.ts";
import { allowPrivilegeEscalation } from "./controls/allowPrivilegeEscalation.ts";
import { appArmorProfile } from "./controls/appArmorProfile.ts";
import { capabilitiesBaseline } from "./controls/capabilitiesBaseline.ts";
import { capabilitiesRestricted } from "./controls/capabilitiesRestricted.ts";
import { hostNamespaces } from "./controls/hostNamespaces.ts";
import { hostPathVolumes } from "./controls/hostPathVolumes.ts";
import { hostPorts } from "./controls/hostPorts.ts";
import { hostProbesAndHostLifecycle } from "./controls/hostProbesAndHostLifecycle.ts";
import { privileged } from "./controls/privileged.ts";
import { procMount } from "./controls/procMount.ts";
import { procMountRestricted } from "./controls/procMountRestricted.ts";
import { restrictedVolumes } from "./controls/restrictedVolumes.ts";
import { runAsNonRoot } from "./controls/runAsNonRoot.ts";
import { runAsUser } from "./controls/runAsUser.ts";
import { seccompProfileBaseline } from "./controls/seccompProfileBaseline.ts";
import { seccompProfileRestricted } from "./controls/seccompProfileRestricted.ts";
import { seLinuxOptions } from "./controls/seLinuxOptions.ts";
import { sysctls } from "./controls/sysctls.ts";
import { windowsHostProcess } from "./controls/windowsHostProcess.ts";

export const controls: readonly Control[] = [
  allowPrivilegeEscalation,
  appArmorProfile,
  capabilitiesBaseline,
  capabilitiesRestricted,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbesAndHostLifecycle,
  privileged,
  procMount,
  procMountRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompProfileBaseline,
  seccompProfileRestricted,
  seLinuxOptions,
  sysctls,
  windowsHostProcess,
];
