import type { Hook, TableName } from "../../../model/netfilter/hook.ts";
import { bare, familyOfText, nets, nodeAddresses, ports } from "../places.ts";
import type { Random } from "../random.ts";
import { addressesOf, type GeneratedSet } from "./sets.ts";

/** Where a rule stands: what may be said in it depends on all hooks that lead there. */
export interface Spot {
  readonly family: 4 | 6;
  readonly table: TableName;
  readonly hooks: readonly Hook[];
  readonly sets: readonly GeneratedSet[];
}

export const anyAddress = (random: Random, family: 4 | 6): string =>
  random.chance(0.25)
    ? random.one(nodeAddresses.map(([, a]) => bare(a)).filter((a) => familyOfText(a) === family))
    : random.one(addressesOf(family));

const not = (random: Random): string => (random.chance(0.25) ? "! " : "");
const masks = ["0x4000/0x4000", "0x8000/0x8000", "0x1", "0x2/0xff", "0x0/0xf", "0x10/0x10"];

/** What comes before `-m`: `-s`, `-d`, `-i`, `-o`, `-p` with ports. The protocol is told apart, for targets that need one. */
export function header(random: Random, spot: Spot, proto: "tcp" | "udp" | undefined): string[] {
  const { family, hooks } = spot;
  const only = (...which: Hook[]): boolean => hooks.every((hook) => which.includes(hook));
  const where = (): string => (random.chance(0.6) ? anyAddress(random, family) : random.one(nets[family]));
  const device = (): string =>
    random.one(["eth0", "eth1", "cni0", "lo", "svc0", "cali0a1b2c3d4e5", "cali+", "eth+", "cni+"]);
  const parts: string[] = [];
  if (random.chance(0.2)) parts.push(`${not(random)}-s ${where()}`);
  if (random.chance(0.3)) parts.push(`${not(random)}-d ${where()}`);
  if (random.chance(0.15) && only("PREROUTING", "INPUT", "FORWARD")) parts.push(`${not(random)}-i ${device()}`);
  if (random.chance(0.15) && only("FORWARD", "OUTPUT", "POSTROUTING")) parts.push(`${not(random)}-o ${device()}`);
  if (proto === undefined && random.chance(0.1)) parts.push(random.one(["! -p udp", "! -p tcp", "-p icmp"]));
  if (proto) parts.push(`-p ${proto}`, ...portConditions(random, proto));
  return parts;
}

function portConditions(random: Random, proto: "tcp" | "udp"): string[] {
  const port = (): number => random.one(ports);
  return random.weighted<() => string[]>([
    [4, () => []],
    [4, () => ["-m", proto, ...(random.chance(0.2) ? ["!"] : []), "--dport", String(port())]],
    [1, () => ["-m", proto, "--dport", `${random.below(500)}:${500 + random.below(9000)}`]],
    [1, () => ["-m", proto, "--sport", random.one(["1024:65535", "0:1023", "32768:60999"])]],
    [2, () => ["-m", "multiport", ...(random.chance(0.2) ? ["!"] : []), "--dports", `${port()},${port()},1000:2000`]],
    [1, () => ["-m", "multiport", "--ports", `${port()},${port()}`]],
    [1, () => (proto === "tcp" ? ["-m", "tcp", ...(random.chance(0.3) ? ["!"] : []), "--syn"] : [])],
    [
      1,
      () =>
        proto === "tcp" ? ["-m", "tcp", "--tcp-flags", "SYN,ACK,FIN,RST", random.one(["SYN", "SYN,ACK", "ACK"])] : [],
    ],
  ])();
}

/** Zero to two `-m` conditions. */
export function conditions(random: Random, spot: Spot, proto: "tcp" | "udp" | undefined): string[] {
  const count = random.weighted([
    [5, 0],
    [4, 1],
    [1, 2],
  ] as const);
  return Array.from({ length: count }, () => condition(random, spot, proto)).filter((text) => text !== "");
}

function condition(random: Random, spot: Spot, proto: "tcp" | "udp" | undefined): string {
  const { family, hooks, table } = spot;
  const only = (...which: Hook[]): boolean => hooks.every((hook) => which.includes(hook));
  const address = (): string => anyAddress(random, family);
  const ttl = random.one(["--ttl-gt 60", "--ttl-eq 63", "--ttl-eq 64", "--ttl-lt 30"]);
  return random.weighted<() => string>([
    [3, () => `-m mark ${not(random)}--mark ${random.one(masks)}`],
    [2, () => `-m connmark ${not(random)}--mark ${random.one(masks)}`],
    [3, () => `-m conntrack ${not(random)}--ctstate ${random.one(states)}`],
    [1, () => `-m state --state ${random.one(["NEW", "ESTABLISHED", "RELATED,ESTABLISHED", "INVALID", "UNTRACKED"])}`],
    [1, () => `-m conntrack ${not(random)}--ctorigdst ${address()}`],
    [1, () => `-m conntrack ${not(random)}--ctorigsrc ${random.one(nets[family])}`],
    [1, () => `-m conntrack ${not(random)}--ctreplsrc ${address()}`],
    [1, () => `-m conntrack --ctorigdstport ${random.one(ports)}`],
    [1, () => `-m conntrack --ctdir ${random.one(["ORIGINAL", "REPLY"])}`],
    [1, () => `-m conntrack ${not(random)}--ctstatus ${random.one(["NONE", "SEEN_REPLY", "CONFIRMED", "ASSURED"])}`],
    [3, () => `-m addrtype ${not(random)}--dst-type ${random.one(["LOCAL", "UNICAST"])}`],
    [2, () => `-m addrtype ${not(random)}--src-type ${random.one(["LOCAL", "UNICAST"])}`],
    [1, () => limited(random, only)],
    [4, () => setCondition(random, spot, proto)],
    [1, () => `-m iprange ${not(random)}--dst-range ${range(address())}`],
    [1, () => `-m iprange ${not(random)}--src-range ${range(address())}`],
    [1, () => `-m statistic --mode random --probability ${random.one(["0", "0.5", "1"])}`],
    [1, () => `-m comment --comment "${random.one(["a", "two words", "it's"])}"`],
    [1, () => (family === 4 ? `-m ttl ${ttl}` : `-m hl ${ttl.replaceAll("ttl", "hl")}`)],
    [1, () => `-m statistic --mode nth --every ${random.one([1, 2, 3])} --packet 0`],
    [1, () => "-m limit --limit 1000/sec --limit-burst 1000"],
    [1, () => (random.chance(0.5) ? "-m tos --tos 0x10/0x3f" : `-m dscp ${not(random)}--dscp 0x0a`)],
    [1, () => (proto === "tcp" ? `-m length ${not(random)}--length ${random.one(["60", "40:79", "80"])}` : "")],
    [1, () => `-m physdev ${not(random)}--physdev-is-in`],
    [1, () => (only("FORWARD", "POSTROUTING") ? `-m physdev ${not(random)}--physdev-is-bridged` : "")],
    [
      1,
      () => (only("PREROUTING", "INPUT", "FORWARD") ? `-m physdev --physdev-in ${random.one(["vetha", "vethb"])}` : ""),
    ],
    [
      1,
      () =>
        only("PREROUTING") && table !== "nat"
          ? `-m rpfilter${random.one(["", " --loose", " --invert", " --validmark"])}`
          : "",
    ],
    [1, () => "-m pkttype --pkt-type unicast"],
  ])();
}

const states = [
  "NEW",
  "ESTABLISHED",
  "RELATED,ESTABLISHED",
  "INVALID",
  "NEW,UNTRACKED",
  "UNTRACKED",
  "DNAT",
  "SNAT",
  "INVALID,NEW",
];

/** Kernel 6.18 takes it only where that device is known. */
function limited(random: Random, only: (...which: Hook[]) => boolean): string {
  const type = random.one(["LOCAL", "UNICAST"]);
  if (only("PREROUTING", "INPUT", "FORWARD")) return `-m addrtype --dst-type ${type} --limit-iface-in`;
  if (only("FORWARD", "OUTPUT", "POSTROUTING")) return `-m addrtype --src-type ${type} --limit-iface-out`;
  return "";
}

function setCondition(random: Random, spot: Spot, proto: "tcp" | "udp" | undefined): string {
  const usable = spot.sets.filter(
    (set) => (set.family === undefined || set.family === spot.family) && (!set.hasPort || proto !== undefined),
  );
  if (usable.length === 0) return "";
  const set = random.one(usable);
  return `-m set ${not(random)}--match-set ${set.name} ${random.one(set.flags)}`;
}

/** From an address to the end of the group it is in. */
const range = (address: string): string =>
  address.includes(":")
    ? `${address}-${address.replace(/[^:]*$/, "ffff")}`
    : `${address}-${address.replace(/\d+$/, "255")}`;
