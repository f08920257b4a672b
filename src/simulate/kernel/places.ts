/**
 * The network that every scenario uses, one namespace each: the node, `client` behind its eth0, `server` behind its eth1,
 * pods `poda` and `podb` on the bridge cni0, and `podc` on a routed veth of its own.
 */
export const peerNames = ["client", "server", "poda", "podb", "podc"] as const;
export type PeerName = (typeof peerNames)[number];
export type PlaceName = "node" | PeerName;

export interface Peer {
  readonly name: PeerName;
  /** The node's end of the link. */
  readonly dev: string;
  readonly nodeMac: string;
  readonly mac: string;
  /** First: on the link; the others behind it, on a device of their own. */
  readonly addresses: readonly string[];
  readonly lengths: { readonly 4: number; readonly 6: number };
  readonly behind: readonly string[];
  /** The node's own address on that link, through which the peer reaches everything else. */
  readonly gateways: readonly string[];
}

export const peers: readonly Peer[] = [
  {
    name: "client",
    dev: "eth0",
    nodeMac: "02:00:00:00:00:02",
    mac: "02:00:00:00:01:05",
    addresses: ["172.18.0.5", "172.18.0.6", "fd00:18::5", "fd00:18::6"],
    lengths: { 4: 16, 6: 64 },
    behind: ["203.0.113.5", "203.0.113.6", "fd00:113::5", "fd00:113::6"],
    gateways: ["172.18.0.2", "fd00:18::2"],
  },
  {
    name: "server",
    dev: "eth1",
    nodeMac: "02:00:00:00:00:03",
    mac: "02:00:00:00:01:09",
    addresses: ["10.20.0.9", "10.20.0.10", "fd00:20::9", "fd00:20::10"],
    lengths: { 4: 24, 6: 64 },
    behind: ["198.51.100.9", "198.51.100.10", "fd00:198::9", "fd00:198::10"],
    gateways: ["10.20.0.2", "fd00:20::2"],
  },
  ...(["poda", "podb"] as const).map(
    (name, i): Peer => ({
      name,
      dev: `veth${name[3]}`,
      nodeMac: `02:00:00:00:00:1${i}`,
      mac: `02:00:00:00:01:1${i}`,
      addresses: [`10.244.1.1${i}`, `fd00:244:1::1${i}`],
      lengths: { 4: 24, 6: 64 },
      behind: [],
      gateways: ["10.244.1.1", "fd00:244:1::1"],
    }),
  ),
  {
    name: "podc",
    dev: "cali0a1b2c3d4e5",
    nodeMac: "ee:ee:ee:ee:ee:ee",
    mac: "02:00:00:00:01:20",
    addresses: ["10.244.2.10", "fd00:244:2::10"],
    lengths: { 4: 32, 6: 128 },
    behind: [],
    gateways: ["169.254.1.1", "fd00:169::1"],
  },
];

export const peerNamed = (name: PeerName): Peer => {
  const found = peers.find((peer) => peer.name === name);
  if (!found) throw new Error(`natlens bug: no peer ${name}`);
  return found;
};

export const bridge = { dev: "cni0", mac: "02:00:00:00:00:c0" };
/** Holds addresses and nothing else: a dummy device, or a bridge without ports where the kernel has no dummy. */
export const holder = "svc0";

/** What the node always has. */
export const nodeAddresses: readonly (readonly [dev: string, address: string])[] = [
  ["eth0", "172.18.0.2/16"],
  ["eth1", "10.20.0.2/24"],
  ["cni0", "10.244.1.1/24"],
  ["eth0", "fd00:18::2/64"],
  ["eth1", "fd00:20::2/64"],
  ["cni0", "fd00:244:1::1/64"],
];
/** What a scenario may give it besides. */
export const moreNodeAddresses: readonly (readonly [dev: string, address: string])[] = [
  ["eth0", "172.18.0.3/16"],
  ["eth0", "172.18.0.4/32"],
  ["eth1", "10.20.0.3/24"],
  ["lo", "192.0.2.1/32"],
  ["svc0", "10.96.0.1/32"],
  ["svc0", "10.96.0.10/32"],
  ["eth0", "fd00:18::3/64"],
  ["eth1", "fd00:20::3/128"],
  ["lo", "fd00:192::1/128"],
  ["svc0", "fd00:96::1/128"],
  ["svc0", "fd00:96::10/128"],
];
export const serviceAddresses = ["10.96.0.1", "10.96.0.10", "10.96.0.20", "fd00:96::1", "fd00:96::10", "fd00:96::20"];
export const nets = {
  4: [
    "172.18.0.0/16",
    "10.20.0.0/24",
    "10.244.0.0/16",
    "10.244.1.0/24",
    "10.96.0.0/16",
    "203.0.113.0/24",
    "10.0.0.0/8",
  ],
  6: ["fd00:18::/64", "fd00:20::/64", "fd00:244::/32", "fd00:244:1::/64", "fd00:96::/64", "fd00:113::/64", "fd00::/16"],
} as const;

/** Every place serves these, by TCP and UDP, on all of its addresses. */
export const ports = [53, 80, 443, 6443, 8080, 30080] as const;

export const familyOfText = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);
export const bare = (address: string): string => address.replace(/\/\d+$/, "");
const allPeerAddresses = peers.flatMap((peer) => [...peer.addresses, ...peer.behind]);
export const peerAddresses = (family: 4 | 6): string[] => allPeerAddresses.filter((a) => familyOfText(a) === family);
export const podAddresses = (family: 4 | 6): string[] =>
  peers
    .filter((peer) => peer.name.startsWith("pod"))
    .flatMap((peer) => peer.addresses.filter((a) => familyOfText(a) === family));
export const exists = (address: string): boolean => allPeerAddresses.includes(address);
