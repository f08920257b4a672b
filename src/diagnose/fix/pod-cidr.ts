import { type Words, words } from "../../base/words.ts";
import { type Cidr, cidrCovers, cidrHas, cidrOf, parseCidr, prefixLength, printCidr } from "../../model/net/cidr.ts";
import { bitsOf, type Family, familyOf, type Ip, parseIp } from "../../model/net/ip.ts";
import { coversServices, podSubnets } from "../flows.ts";
import type { Case } from "../rules/rule.ts";
import type { Side } from "../side.ts";

/** The pod range to put into --cluster-cidr: known from this cluster's own evidence, or a placeholder. */
export interface PodCidr {
  /** As it stands in commands: `10.244.0.0/16` or `POD_CIDR`. */
  readonly text: string;
  readonly known: boolean;
  /** A range to put into the model: the known one, or one that stands for any that holds no service. */
  readonly model: Cidr;
  /** Where it comes from, or how to get it. */
  readonly says: Words;
  /** Commands that print it; empty if it is known. */
  readonly ask: readonly string[];
}

/**
 * Only this cluster's own word counts: its configuration, or the rule of a node that is shown to be of the same
 * cluster. A range that holds a service is never taken.
 */
export function podCidr(subject: Case, family: Family): PodCidr {
  const { side, other, clusters } = subject;
  const fits = (cidr: Cidr): boolean => cidr.family === family && cidr.mask !== 0n && !coversServices(side, cidr);
  const configured = side.snapshot.kubeProxy?.clusterCidr?.value.find((cidr) => fits(cidr) && holdsPods(cidr, side));
  if (configured)
    return known(configured, words("from kube-proxy's configuration as pasted", "取自粘贴的 kube-proxy 配置"));
  const ranges = [
    ...side.snapshot.cluster.podRanges,
    ...(clusters.same === "yes" ? (other?.snapshot.cluster.podRanges ?? []) : []),
  ];
  const told = ranges.find((range) => fits(range.cidr) && holdsPods(range.cidr, side));
  if (told) return known(told.cidr, words(`from ${told.from}, as pasted`, `取自粘贴的 ${told.from}`));
  const detector = other?.detectors.get(family);
  if (
    other &&
    clusters.same === "yes" &&
    detector?.kind === "cidr" &&
    fits(detector.cidr) &&
    !coversServices(other, detector.cidr)
  ) {
    const subnets = podSubnets(side, family);
    if (subnets.every((s) => cidrCovers(detector.cidr, s)))
      return known(
        detector.cidr,
        words(
          `from the rule of the ${other.name} node, which serves the same services and endpoints`,
          `取自${other.name === "healthy" ? "正常" : "另一"}节点的规则，它与本节点的 Service 和 endpoint 相同`,
        ),
      );
  }
  return {
    text: "POD_CIDR",
    known: false,
    model: standIn(side, family),
    says: words(
      "POD_CIDR is the range of this cluster's pods; the dumps do not give it",
      "POD_CIDR 是本集群的 Pod 网段，输出中没有给出",
    ),
    ask: [
      "kubectl get nodes -o jsonpath='{range .items[*]}{.spec.podCIDR}{\"\\n\"}{end}'",
      "kubectl cluster-info dump | grep -m1 -- --cluster-cidr",
    ],
  };
}

/** Where pods really are; with some network plugins that is not the range the control plane was told. */
function holdsPods(cidr: Cidr, side: Side): boolean {
  const own = side.snapshot.cluster.pods.filter((p) => p.hostNetwork === false).flatMap((p) => p.podIps);
  return (
    own.every((ip) => familyOf(ip) !== cidr.family || cidrHas(cidr, ip)) &&
    podSubnets(side, cidr.family).every((subnet) => cidrCovers(cidr, subnet))
  );
}

const known = (cidr: Cidr, says: Words): PodCidr => ({
  text: printCidr(cidr),
  known: true,
  model: cidr,
  says,
  ask: [],
});

/** Ranges kept for documentation and benchmarks: no cluster uses them, so they stand for "some range without a service". */
const unused: Readonly<Record<Family, readonly string[]>> = {
  4: ["198.18.0.0/15", "192.0.2.0/24", "203.0.113.0/24"],
  6: ["2001:db8:ffff::/48", "100::/64"],
};

function standIn(side: Side, family: Family): Cidr {
  const [subnet] = podSubnets(side, family);
  if (subnet && !coversServices(side, subnet)) return subnet;
  const ranges = unused[family].map((text) => parseCidr(text)).filter((c): c is Cidr => c !== undefined);
  const [first] = ranges;
  if (!first) throw new Error("natlens bug: no stand-in range");
  return ranges.find((c) => !coversServices(side, c)) ?? first;
}

/**
 * The Service range that the control plane was told; else as people would guess it: the shortest usual prefix that holds
 * every known cluster IP.
 */
export function serviceRange(side: Side, family: Family, address: Ip): Cidr {
  const told = side.snapshot.cluster.serviceRanges.find((r) => r.cidr.family === family && cidrHas(r.cidr, address));
  if (told) return told.cidr;
  const all = side.services
    .filter((s) => s.kind === "cluster-ip" && familyOf(s.address) === family)
    .map((s) => s.address);
  const bits = bitsOf(family);
  const lengths = family === 4 ? [16, 14, 12, 8] : [112, 108, 64];
  for (const length of lengths) {
    const range = cidrOf(address, length);
    if (all.every((ip) => cidrHas(range, ip))) return range;
  }
  return cidrOf(address, bits === 32 ? 8 : 48);
}

export const rangeWords = (cidr: Cidr): string => (prefixLength(cidr) === undefined ? "" : printCidr(cidr));
export const ipText = (text: string): Ip | undefined => parseIp(text);
