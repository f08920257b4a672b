import { bare, familyOfText, moreNodeAddresses, nets, peerAddresses, ports, serviceAddresses } from "../places.ts";
import type { Random } from "../random.ts";

/** A set and the ways in which a rule may ask for it. */
export interface GeneratedSet {
  readonly name: string;
  readonly family: 4 | 6 | undefined;
  readonly flags: readonly string[];
  /** Rules that ask for a port must name a protocol that has one. */
  readonly hasPort: boolean;
  readonly text: string;
}

export function addressesOf(family: 4 | 6): string[] {
  const own = moreNodeAddresses.map(([, address]) => bare(address));
  return [...own, ...serviceAddresses, ...peerAddresses(family)].filter((a) => familyOfText(a) === family);
}

export function generateSets(random: Random, family: 4 | 6): GeneratedSet[] {
  const all = addressesOf(family);
  const address = (): string => random.one(all);
  const net = (): string => (random.chance(0.5) ? random.one(nets[family]) : `${address()}/${family === 4 ? 30 : 124}`);
  const port = (): string => `${random.one(["tcp", "udp"])}:${random.one(ports)}`;
  const device = (): string => random.one(["eth0", "eth1", "cni0", "lo"]);
  const kinds: readonly (readonly [type: string, element: () => string, flags: string[]])[] = [
    ["hash:ip", address, ["src", "dst"]],
    ["hash:net", () => `${net()}${random.chance(0.2) ? " nomatch" : ""}`, ["src", "dst"]],
    ["hash:ip,port", () => `${address()},${port()}`, ["dst,dst", "src,dst"]],
    ["hash:ip,port,ip", () => `${address()},${port()},${address()}`, ["dst,dst,src", "src,dst,dst"]],
    ["hash:ip,port,net", () => `${address()},${port()},${net()}`, ["dst,dst,src"]],
    ["hash:net,port", () => `${net()},${port()}`, ["dst,dst", "src,dst"]],
    ["hash:net,iface", () => `${net()},${device()}`, ["src,src", "dst,dst", "src,dst"]],
  ];
  const sets = Array.from({ length: 3 }, (_, i): GeneratedSet => {
    const [type, element, flags] = random.one(kinds);
    const name = `S${family}-${i}`;
    const elements = new Set(Array.from({ length: 3 + random.below(6) }, element));
    const lines = [...elements].map((e) => `add ${name} ${e} -exist`);
    const text = [`create ${name} ${type} family inet${family === 6 ? "6" : ""}`, ...lines].join("\n");
    return { name, family, flags, hasPort: type.includes("port"), text };
  });
  return sets;
}

/** Sets of either family: ports, and a list of the others. */
export function generateCommonSets(random: Random, others: readonly GeneratedSet[]): GeneratedSet[] {
  const held = random.some([...ports], 0.5);
  const portSet: GeneratedSet = {
    name: "PORTS",
    family: undefined,
    flags: ["dst", "src"],
    hasPort: true,
    text: [`create PORTS bitmap:port range 0-65535`, ...held.map((p) => `add PORTS ${p}`)].join("\n"),
  };
  const members = others.filter((set) => set.flags.includes("src")).slice(0, 2);
  if (members.length === 0) return [portSet];
  const list: GeneratedSet = {
    name: "LIST",
    family: members.length === 1 || members[0]?.family === members[1]?.family ? members[0]?.family : undefined,
    flags: ["src", "dst"],
    hasPort: false,
    text: ["create LIST list:set size 8", ...members.map((m) => `add LIST ${m.name}`)].join("\n"),
  };
  return [portSet, list];
}
