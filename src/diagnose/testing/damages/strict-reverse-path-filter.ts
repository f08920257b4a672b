import { both, type Damage, inFile, service, services } from "../damage.ts";
import { secondCard } from "../second-card.ts";

const strict = { "net.ipv4.conf.eth1.rp_filter": "1" };
const loose = { "net.ipv4.conf.eth1.rp_filter": "2" };
const first = (value: string) => ({ "net.ipv4.conf.eth0.rp_filter": value });

/** A node port whose endpoint is a pod of this node. */
const withLocalPod = { services: [...services, service(4, ["10.244.1.21:8080"], { nodePort: 30081 })] };
/** The node's pods leave for the outside by a second card, as the AWS network plugin has it. */
const podsBySecondCard = both(
  secondCard,
  inFile(
    "ip-rule",
    "32766:",
    "512:\tfrom all to 10.244.0.0/16 lookup main\n512:\tfrom all to 192.168.10.0/24 lookup main\n1536:\tfrom 10.244.1.0/24 lookup 2\n32766:",
  ),
  inFile("ip-route", /^/, "default via 10.0.2.2 dev eth1 table 2\n"),
);
/** The same by the device that they come from. */
const podsByTheirDevice = both(
  secondCard,
  inFile("ip-rule", "32766:", "100:\tfrom all iif cni0 lookup 100\n32766:"),
  inFile("ip-route", /^/, "default via 10.0.2.2 dev eth1 table 100\n10.244.1.0/24 dev cni0 table 100 scope link\n"),
);

/*
 * What the kernel does with a node port at the second card, strict and loose, and with pods told apart by their device, was seen on
 * Linux 6.18: the way back is looked up as if the packet came in by the device that it leaves by.
 */
export const strictReversePathFilter: readonly Damage[] = [
  {
    what: "outside clients come in by the first card, and the pods' own way back leads by the second",
    modes: ["iptables"],
    node: withLocalPod,
    edit: podsBySecondCard,
    kernel: first("1"),
    nearMisses: [
      { what: "filtering is loose there", node: withLocalPod, edit: podsBySecondCard, kernel: first("2") },
      {
        what: "filtering is loose for all, which outweighs the card's own",
        node: withLocalPod,
        edit: podsBySecondCard,
        kernel: { ...first("1"), "net.ipv4.conf.all.rp_filter": "2" },
      },
      { what: "pods leave by the first card, too", node: withLocalPod, edit: secondCard, kernel: first("1") },
      {
        what: "pods are told apart by the device that they come from",
        node: { services: [service(1, ["192.168.10.40:6443"]), service(3, ["10.244.1.20:8080"])] },
        edit: podsByTheirDevice,
        kernel: strict,
      },
    ],
  },
  {
    what: "somebody afar may ask for a node port at a second card, while the default route leads out by the first",
    modes: ["iptables"],
    edit: secondCard,
    kernel: strict,
    certainty: "possible",
    nearMisses: [{ what: "filtering is loose there", edit: secondCard, kernel: loose }],
  },
];
