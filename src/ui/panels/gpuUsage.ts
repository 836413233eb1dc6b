// The panel GPU Usage: what each pod does with its GPUs, live.
import type { Panel } from "../panel.ts";

export const gpuUsage: Panel = {
  id: "slipway.gpuUsage",
  name: "GPU Usage",
  icon: "pulse",
  page: "gpu",
  async create(app, post) {
    const { GpuUsageHost } = await import("../rows/gpu/host.ts");
    return new GpuUsageHost(app, post);
  },
};
