import { type Damage, inFile, services6 } from "../damage.ts";

const peers = ["10.244.3.0/24 via 192.168.10.13 dev eth0", "10.244.4.0/24 via 192.168.10.14 dev eth0"];
const noPeer = inFile("ip-route", "10.244.2.0/24 via 192.168.10.12 dev eth0\n", "");

/** flannel's vxlan: the next hop is the other end of the tunnel. */
const tunnels = (node: number): string => `10.244.${node}.0/24 via 10.244.${node}.0 dev flannel.1 onlink`;

const nodeAt = (address: string): string[] => [
  "$ kubectl get nodes -o json",
  JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: "b" },
        spec: { podCIDR: "10.244.2.0/24", podCIDRs: ["10.244.2.0/24"] },
        status: { addresses: [{ type: "InternalIP", address }] },
      },
    ],
  }),
];

export const endpointRouteMissing: readonly Damage[] = [
  {
    what: "one node's pods have no route, others' have",
    modes: ["iptables", "ipvs"],
    node: { more: { "ip-route": peers } },
    edit: noPeer,
    nearMisses: [
      {
        what: "a cloud routes pods, so that no pods but the node's own have routes",
        edit: noPeer,
      },
      {
        what: "the other subnets go by the default gateway as well",
        node: { more: { "ip-route": peers.map((line) => line.replace(/via \S+/, "via 192.168.10.1")) } },
        edit: noPeer,
      },
      { what: "the pods without a route serve nothing", node: { more: { "ip-route": peers } }, edit: (_f, t) => t },
      {
        what: "the routing table was cut off",
        node: { more: { "ip-route": peers } },
        edit: inFile(
          "ip-route",
          /[\s\S]*/,
          "$ ip route show table all | head -2\ndefault via 192.168.10.1 dev eth0\n10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1\n",
        ),
      },
      {
        what: "a policy rule sends pods to a table of its own",
        node: { more: { "ip-route": [...peers, "10.244.0.0/16 via 192.168.10.12 dev eth0 table 100"] } },
        edit: (f, t) => (f === "ip-rule" ? `${t}100:\tfrom all to 10.244.0.0/16 lookup 100\n` : noPeer(f, t)),
      },
    ],
  },
  {
    what: "one tunnel of flannel is gone",
    modes: ["iptables"],
    node: { more: { "ip-route": [tunnels(3), tunnels(4)] } },
    edit: noPeer,
  },
  {
    what: "of two tunnels one is gone",
    modes: ["iptables", "ipvs"],
    node: { more: { "ip-route": [tunnels(3)] } },
    edit: noPeer,
  },
  {
    what: "kubectl says whose pods they are",
    modes: ["ipvs"],
    node: { more: { "ip-route": peers.slice(0, 1), nodes: nodeAt("192.168.10.12") } },
    edit: noPeer,
    nearMisses: [
      {
        what: "routers bring the pods of a node in another subnet",
        node: { more: { "ip-route": peers, nodes: nodeAt("192.168.77.12") } },
        edit: noPeer,
      },
    ],
  },
  {
    what: "the route of the pods of this very node is gone",
    modes: ["iptables", "ipvs"],
    edit: inFile("ip-route", "10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1\n", ""),
  },
  {
    what: "there is no default route, and none to the pods",
    modes: ["iptables"],
    edit: inFile("ip-route", /default .*\n|10\.244\.2\.0.*\n/g, ""),
  },
  {
    what: "a route discards what goes to the pods",
    modes: ["iptables", "ipvs"],
    edit: inFile("ip-route", "10.244.2.0/24 via 192.168.10.12 dev eth0", "blackhole 10.244.2.0/24 proto bird"),
  },
  {
    what: "no pods of others have routes, while the other node has them",
    modes: ["ipvs"],
    edit: noPeer,
    needsPair: true,
  },
  {
    what: "one node's pods have no route, in IPv6",
    modes: ["iptables", "ipvs"],
    versions: ["1.19", "1.34"],
    node: {
      family: 6,
      detector: "fd00:10:244::/56",
      services: services6,
      more: {
        "ip-route": [13, 14].map(
          (n) => `fd00:10:244:${n - 10}::/64 via fd00:192:168:10::${n} dev eth0 metric 1024 pref medium`,
        ),
      },
    },
    edit: inFile("ip-route", /fd00:10:244:2::\/64 via .*\n/, ""),
  },
];
