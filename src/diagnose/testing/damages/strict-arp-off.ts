import { ip } from "../../../simulate/testing/node.ts";
import { type Damage, none, service, services } from "../damage.ts";

const balanced = (address: string) => ({
  services: [...services, service(9, ["10.244.2.22:8080"], { nodePort: 30090, loadBalancerIps: [ip(address)] })],
});
const arp = (ignore: "0" | "1") => ({
  "net.ipv4.conf.all.arp_ignore": ignore,
  "net.ipv4.conf.all.arp_announce": ignore === "0" ? "0" : "2",
  "net.ipv4.conf.eth0.arp_ignore": "0",
});
const speaker = {
  pods: [
    "$ kubectl get pods -A -o wide",
    "NAMESPACE        NAME            READY   STATUS    RESTARTS   AGE   IP              NODE   NOMINATED NODE   READINESS GATES",
    "metallb-system   speaker-7xk2p   1/1     Running   0          9d    192.168.10.11   a      <none>           <none>",
  ],
};

export const strictArpOff: readonly Damage[] = [
  {
    what: "a load balancer's address is a neighbour's, and MetalLB announces it",
    modes: ["ipvs"],
    versions: ["1.12", "1.19", "1.24", "1.28", "1.34"],
    node: { ...balanced("192.168.10.200"), more: speaker, kernel: arp("1") },
    kernel: arp("0"),
    edit: none,
    kind: "risk",
    unproven: true,
    nearMisses: [
      {
        what: "the address is no neighbour's",
        versions: ["1.34"],
        node: balanced("203.0.113.9"),
        kernel: arp("0"),
        edit: none,
      },
      { what: "the dumps do not say", versions: ["1.34"], node: balanced("192.168.10.200"), edit: none },
      {
        what: "the mode is iptables, which binds nothing",
        modes: ["iptables"],
        node: balanced("192.168.10.200"),
        kernel: arp("0"),
        edit: none,
      },
      { what: "there is no load balancer", kernel: arp("0"), edit: none },
    ],
  },
  {
    what: "nothing tells who announces the address",
    modes: ["ipvs"],
    versions: ["1.12", "1.34"],
    node: { ...balanced("192.168.10.200"), kernel: arp("1") },
    kernel: arp("0"),
    edit: none,
    kind: "risk",
    unproven: true,
    certainty: "possible",
  },
];
