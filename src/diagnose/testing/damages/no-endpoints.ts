import { type Damage, flowTo, none, rules, service, services } from "../damage.ts";
import { kubectl } from "../kubectl.ts";

const empty = service(4, [], { nodePort: 30090 });
const withEmpty = [...services, empty];
const served = [...services, service(4, ["10.244.2.40:8080"], { nodePort: 30090 })];

export const noEndpoints: readonly Damage[] = [
  {
    what: "a Service without endpoints, of which nobody complains",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: { services: withEmpty },
    beside: { services: withEmpty },
    unproven: true,
    certainty: "possible",
  },
  {
    what: "a Service without endpoints, which somebody cannot reach",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: { services: withEmpty },
    beside: { services: withEmpty },
    unproven: true,
    wanted: flowTo("pod", "10.96.10.4", 80),
  },
  {
    what: "kubectl lists the Services of a namespace, and none for this one",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: { services: withEmpty, more: { kubectl: kubectl([empty, ...services]) } },
    beside: { services: withEmpty },
    unproven: true,
  },
  {
    what: "kubectl lists all of the cluster, where some Services are always empty",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: { services: withEmpty, more: { kubectl: kubectl(withEmpty, true) } },
    beside: { services: withEmpty },
    unproven: true,
    certainty: "possible",
  },
  {
    what: "only this node says so",
    modes: ["iptables"],
    edit: none,
    written: { services: withEmpty },
    beside: { services: served },
    needsPair: true,
  },
  {
    what: "this node says so, kubectl lists some",
    modes: ["iptables"],
    edit: none,
    written: { services: withEmpty, more: { kubectl: kubectl(served, true) } },
    beside: { services: served },
    nearMisses: [
      {
        what: "somebody rejects another Service",
        edit: rules(
          /^-A FORWARD /m,
          '-A FORWARD -d 203.0.113.7/32 -m comment --comment "old/web has no endpoints" -j REJECT\n-A FORWARD ',
        ),
      },
    ],
  },
];
