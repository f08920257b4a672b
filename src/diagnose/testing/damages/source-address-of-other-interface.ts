import { both, type Damage, inFile } from "../damage.ts";

const second = "5: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000\n";
/** A second card, by which the default route leads out, as cloud and Vagrant machines have it: eth0 is the inner network. */
const twoCards = both(
  inFile("ip-addr", /^3: cni0/m, `${second}    inet 10.0.2.15/24 brd 10.0.2.255 scope global eth1\n3: cni0`),
  inFile("ip-route", "default via 192.168.10.1 dev eth0", "default via 10.0.2.2 dev eth1"),
  inFile(
    "ip-route",
    /^192\.168\.10\.0\/24/m,
    "10.0.2.0/24 dev eth1 proto kernel scope link src 10.0.2.15\nlocal 10.0.2.15 dev eth1 table local proto kernel scope host src 10.0.2.15\n192.168.10.0/24",
  ),
);

export const sourceAddressOfOtherInterface: readonly Damage[] = [
  {
    what: "the default route leads out by another card than the API server",
    modes: ["iptables"],
    written: { detector: "none" },
    edit: twoCards,
    certainty: "possible",
    nearMisses: [
      { what: "kube-proxy knows the pod range", edit: twoCards },
      {
        what: "the route to the cluster IPs leads by the right card",
        node: { detector: "none" },
        edit: both(twoCards, inFile("ip-route", "default via", "10.96.0.0/12 dev eth0 src 192.168.10.11\ndefault via")),
      },
    ],
  },
];
