import { ip } from "../../../simulate/testing/node.ts";
import { nodeAddress } from "../../../simulate/testing/written-node.ts";
import { type Damage, flowTo, type Mode, none, service, services } from "../damage.ts";

const elsewhere = service(4, ["10.244.2.40:8080"], {
  nodePort: 30090,
  externalLocal: true,
  healthCheckNodePort: 30999,
});
const here = { ...elsewhere, endpoints: service(4, ["10.244.1.40:8080", "10.244.2.40:8080"]).endpoints };
const written = { services: [...services, elsewhere] };
const balanced = service(5, ["10.244.2.50:8080"], {
  nodePort: 30091,
  externalLocal: true,
  loadBalancerIps: [ip("198.51.100.5")],
});
const agent = service(6, ["10.244.2.60:8080"], { internalLocal: true });

// 1.9 serves the cluster IP, too, by the node's own pods only: a defect of its own
const fine = (mode: Mode, version: string): boolean => mode === "ipvs" && version === "1.9.7";

export const noLocalEndpoints: readonly Damage[] = [
  {
    what: "a node port with Local policy, of which nobody complains",
    modes: ["iptables", "ipvs"],
    edit: none,
    written,
    beside: { services: [...services, here] },
    fine,
    unproven: true,
    certainty: "possible",
  },
  {
    what: "a node port with Local policy that an outside client cannot reach",
    modes: ["iptables", "ipvs"],
    edit: none,
    written,
    fine,
    unproven: true,
    wanted: flowTo("external", nodeAddress, 30090),
    nearMisses: [
      {
        what: "a pod runs on this node",
        versions: ["1.12", "1.19", "1.24", "1.34"],
        edit: none,
        node: { services: [...services, here] },
        beside: written,
        wanted: flowTo("external", nodeAddress, 30090),
      },
    ],
  },
  {
    what: "a load balancer's address with Local policy",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: { services: [...services, balanced] },
    unproven: true,
    wanted: flowTo("external", "198.51.100.5", 80),
    fine,
  },
  {
    what: "an internal traffic policy Local",
    modes: ["iptables"],
    versions: ["1.24", "1.28", "1.34"],
    edit: none,
    written: { services: [...services, agent] },
    beside: { services: [...services, { ...agent, internalLocal: false }] },
    unproven: true,
    wanted: flowTo("pod", "10.96.10.6", 80),
  },
];
