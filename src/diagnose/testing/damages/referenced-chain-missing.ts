import { serviceHash } from "../../../kube-proxy/writes/chain-names.ts";
import { both, type Damage, none, rules, service, services } from "../damage.ts";
import { kubectl } from "../kubectl.ts";

const added = [...services, service(4, ["10.244.2.40:8080", "10.244.1.40:8080"])];
const chain = `KUBE-SVC-${serviceHash("default/web2:http", "tcp")}`;
const withoutChain = both(
  rules(new RegExp(`^:${chain} .*\n`, "m"), ""),
  rules(new RegExp(`^-A ${chain} .*\n`, "gm"), ""),
);
const refused =
  'E1123 10:00:00.000000       1 proxier.go:1541] "Failed to execute iptables-restore" err="exit status 2 (iptables-restore v1.8.7 (nf_tables): Couldn\'t load target `KUBE-MARK-DROP\':No such file or directory)"';

export const referencedChainMissing: readonly Damage[] = [
  {
    what: "KUBE-MARK-MASQ is not there",
    modes: ["iptables", "ipvs"],
    edit: both(rules(/^:KUBE-MARK-MASQ .*\n/m, ""), rules(/^-A KUBE-MARK-MASQ .*\n/m, "")),
    nearMisses: [
      {
        what: "a chain is there and empty, and what leads to it harms nobody",
        edit: rules(/^(:KUBE-MARK-MASQ .*\n)/m, "$1:KUBE-MARK-OLD - [0:0]\n"),
      },
      {
        what: "a rule for other traffic leads to a chain that is not there",
        edit: rules(/^-A POSTROUTING /m, "-A POSTROUTING -s 203.0.113.0/24 -j KUBE-GONE\n-A POSTROUTING "),
      },
    ],
  },
  {
    what: "KUBE-POSTROUTING is not there",
    modes: ["iptables", "ipvs"],
    edit: both(rules(/^:KUBE-POSTROUTING .*\n/m, ""), rules(/^-A KUBE-POSTROUTING .*\n/gm, "")),
  },
  {
    what: "the chain of a Service is not there",
    modes: ["iptables"],
    edit: withoutChain,
    unproven: true,
    beside: { services: services.filter((s) => s !== services[1]) },
  },
  {
    what: "the chain of a Service is not there, and kubectl lists its endpoints",
    modes: ["iptables"],
    edit: withoutChain,
    node: { more: { kubectl: kubectl(services, true) } },
  },
  {
    what: "kube-proxy's log says that its rules were refused, and a Service is not among them",
    modes: ["iptables"],
    edit: none,
    written: { more: { kubectl: kubectl(added, true), "kube-proxy-log": [refused] } },
  },
];
