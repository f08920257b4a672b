import { describe, expect, it } from "vitest";
import { inIpv6, remapped } from "../analysis/testing/remap.ts";
import { randomFrom, withoutMeaning } from "../analysis/testing/rewrite.ts";
import { parseIp } from "../model/net/ip.ts";
import { ask } from "./testing/ask.ts";
import { type Damage, dumps, inMode, none, usualNode } from "./testing/damage.ts";
import { damages } from "./testing/damages/index.ts";

/** The same node told otherwise: other addresses, names, devices, headers, counters, orders, the other family. */
type Dumps = ReturnType<typeof dumps>;

const found = (broken: Dumps, healthy?: Dumps, wanted?: Damage["wanted"]): string[] =>
  ask({ broken, ...(healthy ? { healthy } : {}) }, wanted).view.diagnosis.findings.map(
    (f) => `${f.side} ${f.id} ${f.kind} ${f.certainty} ${f.proven}`,
  );

/** Damages that IPv6 does not know, and why. */
const ipv4Only: Readonly<Record<string, string>> = {
  "aws-external-snat-mismatch": "the plugin translates IPv4 only",
  "localhost-node-port-off": "kube-proxy serves no node port on ::1",
  "masquerade-agent-ranges-wrong": "half of IPv4's addresses are no half of IPv6's",
  "strict-reverse-path-filter": "IPv6 has no rp_filter",
  "split-iptables-backends": "its second dump of rules is of IPv4",
  "strict-arp-off": "IPv6 asks for neighbours without ARP",
};

/** Causes that show in the names of chains, which are hashes of the very addresses and names that are told otherwise. */
const byHash = new Set(["service-chain-edited"]);

const all = Object.entries(damages).flatMap(([id, list]) =>
  list.flatMap((d) => d.modes.flatMap((mode) => inMode(id, d, mode))),
);

describe.each(all)("$id: $what, $mode", ({ id, mode, version, ...d }) => {
  const kernel = d.kernel ? { kernel: d.kernel } : {};
  const broken = dumps(usualNode(mode, version, { ...d.node, ...d.written, ...kernel }), d.edit);
  const healthy = d.needsPair ? dumps(usualNode(mode, version, d.beside ?? d.node ?? {}), none) : [];
  const cut = broken.length;
  const end = cut + healthy.length;
  const plain = found(broken, d.needsPair && healthy, d.wanted);
  const told = (rewrite: (all: Dumps) => Dumps): string[] => {
    const flow = d.wanted ? [{ name: "wanted", content: `${d.wanted.to} ${d.wanted.source ?? ""}` }] : [];
    const both = rewrite([...broken, ...healthy, ...flow]);
    const [to, source] = both[end]?.content.split(" ").map((a) => parseIp(a)) ?? [];
    const wanted = d.wanted && to && { ...d.wanted, to, ...(source ? { source } : {}) };
    return found(both.slice(0, cut), d.needsPair && both.slice(cut, end), wanted);
  };

  if (!byHash.has(id))
    it("with other addresses and names", () => {
      const seed = [...`${id}${d.what}`].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 2 ** 31, 7);
      expect(told((list) => remapped(list, randomFrom(seed)))).toEqual(plain);
    });
  it("with other counters and orders", () => {
    expect(
      found(withoutMeaning(broken, randomFrom(11)), d.needsPair && withoutMeaning(healthy, randomFrom(12)), d.wanted),
    ).toEqual(plain);
  });
  if (
    d.node?.family === undefined &&
    ipv4Only[id] === undefined &&
    !byHash.has(id) &&
    Number(version.split(".")[1]) >= 18
  )
    it("in IPv6", () => {
      expect(told(inIpv6)).toEqual(plain);
    });
});
