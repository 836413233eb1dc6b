// A stand-in `nvidia-smi`: a shell script that prints what the real one prints on an H100 machine (driver 590).
//
// In a container it shows the GPUs whose device nodes are there, as the real one does; without any device node,
// as in the pods of the test cluster, those that NVIDIA_VISIBLE_DEVICES names.

const product = "NVIDIA H100 80GB HBM3";
const driver = "590.48.01";

export type StandInGpu = {
  index: number;
  uuid: string;
  memoryTotalMiB: number;
  memoryUsedMiB: number;
  utilizationPercent: number;
  temperatureCelsius: number;
  powerWatts: number;
};

/** The GPUs that a stand-in machine with so many has; the first is busy, the others idle. */
export function standInGpus(count: number): StandInGpu[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    uuid: `GPU-5bb5d3a1-0000-4000-8000-${String(index + 1).padStart(12, "0")}`,
    memoryTotalMiB: 81_559,
    memoryUsedMiB: index === 0 ? 11_125 : 0,
    utilizationPercent: index === 0 ? 97 : 0,
    temperatureCelsius: index === 0 ? 53 : 28,
    powerWatts: index === 0 ? 433.78 : 71.22,
  }));
}

/** The script, for a machine with so many GPUs. */
export function nvidiaSmiScript(count: number): string {
  const gpus = standInGpus(count);
  const known = gpus.map((gpu) => gpu.index).join(" ");
  return `#!/bin/sh
# A stand-in for nvidia-smi: prints recorded output.
visible=
for index in ${known}; do [ -e "/dev/nvidia$index" ] && visible="$visible $index"; done
if [ -z "$visible" ]; then
  case "\${NVIDIA_VISIBLE_DEVICES:-void}" in
    all) visible="${known}" ;;
    void|none) ;;
    *) for index in $(echo "$NVIDIA_VISIBLE_DEVICES" | tr ',' ' '); do
         case " ${known} " in *" $index "*) visible="$visible $index" ;; esac
       done ;;
  esac
fi
if [ -z "$visible" ]; then echo "No devices were found"; exit 6; fi

query=
format=
for word in "$@"; do
  case "$word" in
    -L|--list-gpus) query=list ;;
    --query-gpu=*) query=\${word#--query-gpu=} ;;
    --format=*) format=\${word#--format=} ;;
    --version) echo "NVIDIA-SMI version  : ${driver}"; echo "NVML version        : 590.48";
               echo "DRIVER version      : ${driver}"; echo "CUDA Version        : 13.1"; exit 0 ;;
    *) echo "Invalid argument: $word" >&2; exit 2 ;;
  esac
done

describe() {
  uuid= used= use= heat= power=
  case "$1" in
${gpus.map(describeCase).join("\n")}
  esac
}
field() {
  case "$1" in
    index) echo "$index" ;;
    name|gpu_name) echo "${product}" ;;
    uuid|gpu_uuid) echo "$uuid" ;;
    driver_version) echo "${driver}" ;;
    count) echo "$visible" | wc -w ;;
    memory.total) measured 81559 MiB ;;
    memory.used) measured "$used" MiB ;;
    memory.free) measured "$((81081 - used))" MiB ;;
    utilization.gpu|utilization.memory) measured "$use" % ;;
    temperature.gpu) echo "$heat" ;;
    power.draw|power.draw.average|power.draw.instant) measured "$power" W ;;
    power.limit|enforced.power.limit) measured 700.00 W ;;
    pstate) echo P0 ;;
    compute_cap) echo 9.0 ;;
    mig.mode.current|mig.mode.pending) echo Disabled ;;
    persistence_mode) echo Enabled ;;
    pci.bus_id|gpu_bus_id) echo "00000000:0$index:00.0" ;;
    *) return 1 ;;
  esac
}
measured() { case "$format" in *nounits*) echo "$1" ;; *) echo "$1 $2" ;; esac; }

if [ "$query" = list ]; then
  for index in $visible; do describe "$index"; echo "GPU $index: ${product} (UUID: $uuid)"; done
  exit 0
fi
if [ -n "$query" ]; then
  names=$(echo "$query" | tr ',' ' ')
  for name in $names; do
    index=0; field "$name" >/dev/null || { echo "Field \\"$name\\" is not a valid field to query."; exit 2; }
  done
  case "$format" in *noheader*) ;; *) echo "$query" | sed 's/,/, /g' ;; esac
  for index in $visible; do
    describe "$index"; row=
    for name in $names; do row="$row, $(field "$name")"; done
    echo "\${row#, }"
  done
  exit 0
fi
line="+-----------------------------------------------------------------------------------------+"
echo "Tue Nov 24 09:00:44 2026"
echo "$line"
printf '| NVIDIA-SMI %-22s Driver Version: %-14s CUDA Version: %-8s |\\n' ${driver} ${driver} 13.1
echo "|-----------------------------------------+------------------------+----------------------+"
echo "| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |"
echo "| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |"
echo "|                                         |                        |               MIG M. |"
echo "|=========================================+========================+======================|"
for index in $visible; do
  describe "$index"
  printf '|%4s  %-25s%8s  |   00000000:0%s:00.0 Off |                    0 |\\n' "$index" "${product}" On "$index"
  printf '| N/A  %3sC    P0   %12.0fW /  700W |%8sMiB /  81559MiB |%7s%%      Default |\\n' "$heat" "$power" "$used" "$use"
  echo "|                                         |                        |             Disabled |"
  echo "+-----------------------------------------+------------------------+----------------------+"
done
echo
echo "$line"
echo "| Processes:                                                                              |"
echo "|  GPU   GI   CI              PID   Type   Process name                        GPU Memory |"
echo "|        ID   ID                                                               Usage      |"
echo "|=========================================================================================|"
echo "|  No running processes found                                                             |"
echo "$line"
`;
}

function describeCase(gpu: StandInGpu): string {
  const values = `used=${gpu.memoryUsedMiB} use=${gpu.utilizationPercent} heat=${gpu.temperatureCelsius}`;
  return `    ${gpu.index}) uuid=${gpu.uuid} ${values} power=${gpu.powerWatts.toFixed(2)} ;;`;
}
