import { both, type Damage, type Edit, inFile } from "../damage.ts";
import { hostPort } from "./host-ports.ts";

/** Calico: no bridge; each pod has a route of its own, and what is left of the block is discarded. */
const routed: Edit = both(
  inFile(
    "ip-route",
    /10\.244\.1\.0\/24 dev cni0 .*\n/,
    "10.244.1.20 dev cali20 scope link\nblackhole 10.244.1.0/26 proto bird\n",
  ),
  inFile("ip-addr", / {4}inet 10\.244\.1\.1\/24 .*\n/, ""),
);
const noRoute = inFile("ip-route", /blackhole .*\n/, "");

export const staleHostPort: readonly Damage[] = [
  {
    what: "the pod's route is gone and the rest of the block is discarded",
    modes: ["iptables", "ipvs"],
    edit: both(routed, hostPort(9100, ["10.244.1.9:9100"])),
    nearMisses: [{ what: "the pod has its route", edit: both(routed, hostPort(9100, ["10.244.1.20:9100"])) }],
  },
  {
    what: "the pod's route is gone, and the default route gets its packets",
    modes: ["ipvs"],
    edit: both(routed, noRoute, hostPort(9100, ["10.244.1.9:9100"])),
  },
  {
    what: "a later rule leads to a pod that an endpoint names",
    modes: ["iptables", "ipvs"],
    edit: hostPort(9100, ["10.244.1.9:9100", "10.244.1.20:9100"]),
    nearMisses: [
      {
        what: "the first of two is the pod that is known",
        edit: hostPort(9100, ["10.244.1.20:9100", "10.244.1.9:9100"]),
      },
      { what: "there is but one rule", edit: hostPort(9100, ["10.244.1.9:9100"]) },
    ],
  },
  {
    what: "two rules for one port, and nothing tells whose pod lives",
    modes: ["ipvs"],
    edit: hostPort(9100, ["10.244.1.9:9100", "10.244.1.10:9100"]),
    certainty: "possible",
  },
];
