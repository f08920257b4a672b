import { ip } from "../../../simulate/testing/node.ts";
import { type Damage, inFile, none, service, services } from "../damage.ts";

const outside = (address: string) => ({
  services: [...services, service(9, ["10.244.2.22:8080"], { externalIps: [ip(address)] })],
});

export const nodeAddressOnIpvsDevice: readonly Damage[] = [
  {
    what: "a Service's external IP is the API server's own address",
    modes: ["ipvs"],
    versions: ["1.12", "1.19", "1.24", "1.28", "1.34"],
    node: outside("192.0.2.9"),
    written: outside("192.168.10.40"),
    edit: none,
    nearMisses: [
      {
        what: "the mode is iptables, which binds nothing",
        modes: ["iptables"],
        node: outside("192.168.10.40"),
        edit: none,
      },
    ],
  },
  {
    what: "a Service's external IP is the next node's address",
    modes: ["ipvs"],
    versions: ["1.12", "1.24", "1.34"],
    node: outside("192.0.2.9"),
    written: outside("192.168.10.12"),
    edit: none,
  },
  {
    what: "a Service's external IP is this node's own address",
    modes: ["ipvs"],
    versions: ["1.12", "1.24"],
    node: outside("192.0.2.9"),
    written: outside("192.168.10.11"),
    edit: none,
    kind: "risk",
  },
  {
    what: "kube-proxy of 1.26 and later keeps other ports off the node's own address",
    modes: ["ipvs"],
    versions: ["1.28", "1.34"],
    node: outside("192.0.2.9"),
    written: outside("192.168.10.11"),
    edit: none,
  },
  {
    what: "the rules were not pasted",
    modes: ["ipvs"],
    versions: ["1.19"],
    written: outside("192.168.10.40"),
    edit: inFile("iptables-save", /[\s\S]*/, ""),
    unproven: true,
    certainty: "possible",
  },
];
