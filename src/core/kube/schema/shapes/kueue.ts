// Quotas as ClusterQueues and Cohorts of Kueue have them.
import type { Shape } from "../ownKind.ts";

export const resourceGroups: Shape = [
  {
    "coveredResources!": ["text"],
    "flavors!": [
      {
        "name!": "text",
        "resources!": [
          {
            borrowingLimit: "quantity",
            lendingLimit: "quantity",
            "name!": "text",
            "nominalQuota!": "quantity",
          },
        ],
      },
    ],
  },
];

export const fairSharing: Shape = { weight: "quantity" };
