import { familyOfText, type PeerName, peerNamed } from "../places.ts";
import type { Attempt, NodeSetup } from "../scenario.ts";

const senders: readonly (readonly [PeerName, Attempt["vantage"]])[] = [
  ["poda", "pod"],
  ["podb", "pod"],
  ["podc", "pod"],
  ["client", "external"],
  ["server", "external"],
];

/** The node, each pod and each peer ask for every one of these, `10.96.0.1 80 tcp`. */
export function everybodyAsks(asked: readonly string[], boundTo: readonly string[] = []): Attempt[] {
  return asked.flatMap((text) => {
    const [to = "", port = "80", proto = "tcp"] = text.split(" ");
    const what = { to, port: Number(port), proto: proto === "udp" ? "udp" : "tcp" } as const;
    const own = boundTo.filter((a) => familyOfText(a) === familyOfText(to));
    return [
      { from: "node", vantage: "host", ...what } as const,
      ...own.map((source) => ({ from: "node", vantage: "host", source, ...what }) as const),
      ...senders.flatMap(([from, vantage]): Attempt[] => {
        const { addresses, behind } = peerNamed(from);
        const source = addresses.find((a) => familyOfText(a) === familyOfText(to)) ?? "";
        const isOwn = [...addresses, ...behind].includes(to) || to.startsWith("127.") || to === "::1";
        return !isOwn ? [{ from, vantage, source, ...what }] : [];
      }),
    ];
  });
}

export const plain: Omit<NodeSetup, "name"> = {
  backend: "legacy",
  addresses: [],
  commands: [],
  sysctls: {},
  hairpin: [],
  routesServices: false,
  ipset: "",
  iptables: "",
  ip6tables: "",
};
