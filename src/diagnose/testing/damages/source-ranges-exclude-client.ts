import { ip } from "../../../simulate/testing/node.ts";
import { type Damage, flowTo, type Mode, none, service, services } from "../damage.ts";

const balancer = "198.51.100.5";
const client = "172.20.5.5";
const written = {
  services: [
    ...services,
    service(5, ["10.244.2.50:8080"], {
      nodePort: 30091,
      loadBalancerIps: [ip(balancer)],
      sourceRanges: ["172.16.0.0/16", "192.168.10.0/24", "10.244.0.0/16"],
    }),
  ],
};
const wanted = flowTo("external", balancer, 80, { source: ip(client) });
/** 1.9 in IPVS mode writes the rules and never leads there; the packet is not for the node at all. */
const fine = (mode: Mode, version: string): boolean => mode === "ipvs" && version === "1.9.7";
const syn = (at: string, source: string): string =>
  `10:00:${at} IP ${source}.40000 > ${balancer}.80: Flags [S], seq 1, win 64240, options [mss 1460,nop,wscale 7], length 0`;

export const sourceRangesExcludeClient: readonly Damage[] = [
  {
    what: "a client in no range, of which nobody complains",
    modes: ["iptables", "ipvs"],
    edit: none,
    written,
    fine,
    certainty: "possible",
  },
  {
    what: "a client in no range cannot get in",
    modes: ["iptables", "ipvs"],
    edit: none,
    written,
    fine,
    wanted,
    nearMisses: [
      {
        what: "the client is in a range",
        versions: ["1.12", "1.19", "1.28", "1.34"],
        edit: none,
        node: {
          services: written.services.map((s) => ({
            ...s,
            ...(s.sourceRanges ? { sourceRanges: ["0.0.0.0/1", "128.0.0.0/1"] } : {}),
          })),
        },
        wanted,
      },
    ],
  },
  {
    what: "a capture shows a client in no range that tries again",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: {
      ...written,
      more: { tcpdump: ["# tcpdump -n -i eth0 host 198.51.100.5", syn("00.000001", client), syn("01.010001", client)] },
    },
    fine,
  },
  {
    what: "the node itself is in no range",
    modes: ["iptables", "ipvs"],
    versions: ["1.28", "1.34"],
    edit: none,
    written: {
      services: written.services.map((s) => ({ ...s, ...(s.sourceRanges ? { sourceRanges: ["172.16.0.0/16"] } : {}) })),
    },
    wanted: flowTo("host", balancer, 80),
    // in IPVS mode this came with 1.29
    fine: (mode, version) => mode === "ipvs" && version === "1.28",
  },
];
