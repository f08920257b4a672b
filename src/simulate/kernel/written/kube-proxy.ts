import { defaultMark } from "../../../kube-proxy/names.ts";
import { parseVersion } from "../../../kube-proxy/version.ts";
import type { Proxier, ServedPort } from "../../../kube-proxy/writes/cluster.ts";
import { printTables } from "../../../kube-proxy/writes/print.ts";
import { writtenBy } from "../../../kube-proxy/writes/writes.ts";
import type { Family, Ip } from "../../../model/net/ip.ts";
import { parseIp } from "../../../model/net/ip.ts";
import { familyOfText, podAddresses } from "../places.ts";
import type { Scenario } from "../scenario.ts";
import { everybodyAsks, plain } from "./everybody.ts";

const ip = (text: string): Ip => {
  const found = parseIp(text);
  if (found === undefined) throw new Error(`natlens bug: no address: ${text}`);
  return found;
};

const ranges = {
  4: {
    pods: "10.244.0.0/16",
    node: "172.18.0.2",
    services: ["10.96.0.1", "10.96.0.10", "10.96.0.20"],
    away: "10.20.0.9",
  },
  6: {
    pods: "fd00:244::/32",
    node: "fd00:18::2",
    services: ["fd00:96::1", "fd00:96::10", "fd00:96::20"],
    away: "fd00:20::9",
  },
} as const;

function proxier(version: string, family: Family, local: Proxier["local"]): Proxier {
  const parsed = parseVersion(version);
  if (!parsed) throw new Error(`natlens bug: no version: ${version}`);
  return {
    version: parsed,
    family,
    local,
    masqueradeAll: false,
    mark: defaultMark,
    randomFully: true,
    nodeAddresses: [ip(ranges[family].node)],
    nodePortsByAddress: false,
    localhostNodePorts: true,
    scheduler: "rr",
    beLiberal: false,
    kubelet: parsed,
  };
}

/** The API server beyond the node, an application on two pods of the node, one that only has far endpoints and one with none. */
function services(family: Family): ServedPort[] {
  const { services: addresses, away } = ranges[family];
  const [first = "", second = "", third = ""] = addresses;
  const pod = (address: string) => ({ address: ip(address), port: 8080, onNode: true });
  const [a = "", , c = ""] = podAddresses(family);
  const base = { namespace: "default", proto: "tcp" } as const;
  return [
    {
      ...base,
      name: "kubernetes",
      clusterIp: ip(first),
      port: 443,
      endpoints: [{ address: ip(away), port: 6443, onNode: false }],
    },
    { ...base, name: "web", clusterIp: ip(second), port: 80, nodePort: 30080, endpoints: [pod(a), pod(c)] },
    // without affinity: what -m recent remembers of one attempt would tell on the next
    { ...base, name: "dns", proto: "udp", clusterIp: ip(second), port: 53, endpoints: [pod(a)] },
    { ...base, name: "none", clusterIp: ip(third), port: 80, endpoints: [] },
  ];
}

const asked = (family: Family): string[] => {
  const { services: addresses, node } = ranges[family];
  const [first = "", second = "", third = ""] = addresses;
  const ports = [`${first} 443`, `${second} 80`, `${second} 53 udp`, `${second} 443`, `${third} 80`, `${node} 30080`];
  return family === 4 ? [...ports, "127.0.0.1 30080"] : ports;
};

/** Nodes whose rules kube-proxy wrote, in iptables mode, one of each time that wrote them differently. */
export function kubeProxyScenarios(): Scenario[] {
  const locals: readonly (readonly [string, Proxier["local"] | undefined])[] = [
    ["1.16", undefined],
    ["1.19", undefined],
    ["1.24", { kind: "interface", pattern: "cni0" }],
    ["1.27", { kind: "none" }],
    ["1.30", undefined],
    ["1.33", { kind: "interface", pattern: "cali+" }],
  ];
  return locals.map(([version, local]): Scenario => {
    const text = (family: Family): string => {
      const bySource = { kind: "source", cidr: ranges[family].pods } as const;
      const written = writtenBy("iptables", proxier(version, family, local ?? bySource), services(family));
      return `${printTables(written).join("\n")}\n`;
    };
    const setup = {
      ...plain,
      name: `kube-proxy ${version}`,
      sysctls: { "net.ipv4.conf.all.route_localnet": "1" },
      hairpin: ["vetha", "vethb"],
      routesServices: true,
      iptables: text(4),
      ip6tables: text(6),
    };
    const attempts = [4, 6].flatMap((family) =>
      everybodyAsks(
        asked(family as Family),
        ["172.18.0.2", "10.244.1.1", "fd00:20::2"].filter((a) => familyOfText(a) === family),
      ),
    );
    return { setup, attempts };
  });
}
