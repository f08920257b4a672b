import { describe, expect, it } from "vitest";
import { ip } from "../simulate/testing/node.ts";
import { dumpsOf, endpoint, snapshotOf, type WrittenNode } from "../simulate/testing/written-node.ts";
import type { OddChain } from "./odd-chain.ts";
import { oddChains } from "./odd-chains.ts";
import { nodeFrom } from "./testing/node.ts";
import { endpointHash, serviceHash } from "./writes/chain-names.ts";
import type { ServedPort } from "./writes/cluster.ts";

const web: ServedPort = {
  namespace: "default",
  name: "web",
  portName: "http",
  proto: "tcp",
  clusterIp: ip("10.96.10.1"),
  port: 80,
  nodePort: 30080,
  externalIps: [ip("192.0.2.1")],
  loadBalancerIps: [ip("203.0.113.1")],
  sourceRanges: ["198.51.100.0/24"],
  endpoints: ["10.244.1.20:8080", "10.244.2.20:8080", "10.244.2.21:8080"].map(endpoint),
};
const { portName: _, nodePort: __, ...portless } = web;
const services: readonly ServedPort[] = [
  web,
  { ...portless, name: "nameless", clusterIp: ip("10.96.10.2"), nodePort: 30081, loadBalancerIps: [], externalIps: [] },
  {
    ...web,
    name: "sticky",
    proto: "udp",
    clusterIp: ip("10.96.10.3"),
    nodePort: 30082,
    affinity: 10800,
    externalLocal: true,
    sourceRanges: [],
    loadBalancerIps: [ip("203.0.113.2")],
  },
  { ...web, name: "inside", clusterIp: ip("10.96.10.4"), internalLocal: true },
  {
    ...portless,
    name: "only-inside",
    clusterIp: ip("10.96.10.7"),
    loadBalancerIps: [],
    externalIps: [],
    internalLocal: true,
  },
  {
    ...web,
    name: "elsewhere",
    clusterIp: ip("10.96.10.5"),
    externalLocal: true,
    endpoints: [endpoint("10.244.2.9:80")],
  },
  { ...web, name: "empty", clusterIp: ip("10.96.10.6"), endpoints: [] },
];
const services6 = services.map((s, i) => ({
  ...s,
  clusterIp: ip(`fd00:10:96:10::${i + 1}`),
  externalIps: [],
  loadBalancerIps: [],
  endpoints: s.endpoints.map((e) => ({ ...e, address: ip(`fd00:10:244:1::${e.address.split(".")[3]}`) })),
}));

describe("nothing stands out on a node as kube-proxy left it", () => {
  const minors = Array.from({ length: 28 }, (_, i) => i + 9);
  describe.each(["iptables", "ipvs"] as const)("in %s mode", (mode) => {
    it.each(minors)("1.%i", (minor) => {
      for (const detector of ["10.244.0.0/16", "none", "all"])
        expect(oddChains(snapshotOf({ mode, version: `1.${minor}`, detector, services }))).toEqual([]);
      const dual = { family: "dual", detector: "10.244.0.0/16,fd00:10:244::/56" } as const;
      expect(
        oddChains(snapshotOf({ mode, version: `1.${minor}`, ...dual, services: [...services, ...services6] })),
      ).toEqual([]);
    });
  });
});

const all = "-A";
const kubectl = (names: readonly string[]): string =>
  [
    `$ kubectl get svc ${all}`,
    "NAMESPACE   NAME   TYPE   CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE",
    ...names.map((name, i) => `default   ${name}   ClusterIP   10.96.10.${i + 1}   <none>   80/TCP   3d`),
    "",
  ].join("\n");
/** Three Services of three endpoints each. */
const three = ["web", "shop", "mail"].map((name, i) => ({
  ...portless,
  name,
  portName: "http",
  clusterIp: ip(`10.96.10.${i + 1}`),
  loadBalancerIps: [],
  externalIps: [],
  endpoints: [20, 21, 22].map((n) => endpoint(`10.244.${i + 1}.${n}:8080`)),
}));
const sep = (name: string, at: string): string => `KUBE-SEP-${endpointHash(name, "tcp", at)}`;
const svc = (name: string): string => `KUBE-SVC-${serviceHash(name, "tcp")}`;
const shopPod = sep("default/shop:http", "10.244.2.21:8080");

/** `kind service …` of each chain that stands out, once the dumps of a sound node were changed. */
function told(version: string, edit: (rules: string) => string, ...more: readonly string[]): string[] {
  const node: WrittenNode = { mode: "iptables", version, detector: "10.244.0.0/16", services: three };
  const dumps = [...dumpsOf(node)].map(([name, text]) => (name === "iptables-save" ? edit(text) : text));
  return oddChains(nodeFrom(...dumps.filter((text) => text !== ""), ...more)).map(words);
}
const words = (odd: OddChain): string => {
  if (odd.kind === "other-service") return `${odd.chain} leads what is for ${odd.service} to ${odd.owner}`;
  if (odd.kind === "other-endpoint")
    return `${odd.service} goes to ${odd.goes.address}:${odd.goes.port}${odd.stranger ? "!" : ""} instead of ${odd.named ? `${odd.named.address}:${odd.named.port}` : "?"}`;
  return odd.kind === "unused" ? `${odd.chain} is not used` : `${odd.service} is not listed`;
};
const target = (chain: string, to: string) => (rules: string) =>
  rules.replace(new RegExp(`(-A ${chain} .*--to-destination )\\S+`), `$1${to}`);
const source = (chain: string, from: string) => (rules: string) =>
  rules.replace(new RegExp(`-A ${chain} -s \\S+`), `-A ${chain} -s ${from}/32`);
/** A chain of table nat with one rule. */
const chain = (name: string, rule: string) => (rules: string) =>
  rules.replace("*nat\n", `*nat\n:${name} - [0:0]\n`).replace(/COMMIT\n(?=#)/, `-A ${name} ${rule}\nCOMMIT\n`);
const leads = (from: string, to: string) => (rules: string) =>
  rules.replace(new RegExp(`(-A KUBE-SERVICES .*)${from}`), `$1${to}`);
const same = (rules: string): string => rules;
const orphan = chain("KUBE-SEP-AAAAAAAAAAAAAAAA", "-p tcp -m tcp -j DNAT --to-destination 10.9.9.9:80");

describe.each(["1.10", "1.16", "1.18", "1.23", "1.28", "1.34"])("of %s", (version) => {
  const [web, mail] = [svc("default/web:http"), svc("default/mail:http")];
  it.each<[string, (rules: string) => string, string[], string[]?]>([
    [
      "a destination that was edited, whose name the rule before it tells",
      target(shopPod, "10.9.9.9:8080"),
      ["default/shop:http goes to 10.9.9.9:8080! instead of 10.244.2.21:8080"],
    ],
    [
      "a port that was edited, which the other endpoints tell",
      target(shopPod, "10.244.2.21:9"),
      ["default/shop:http goes to 10.244.2.21:9! instead of 10.244.2.21:8080"],
    ],
    [
      "one that leads to another endpoint of the same Service, which is no stranger",
      target(shopPod, "10.244.2.22:8080"),
      ["default/shop:http goes to 10.244.2.22:8080 instead of 10.244.2.21:8080"],
    ],
    [
      "a rule that leads into another Service's chain, and the chain that is left",
      leads(web, mail),
      ["KUBE-SERVICES leads what is for default/web:http to default/mail:http", `${web} is not used`],
    ],
    [
      "of a rule whose chain's owner nobody knows, the chain that is left",
      leads(web, "KUBE-SVC-AAAAAAAAAAAAAAAA"),
      [`${web} is not used`],
    ],
    ["a chain that nothing leads to", orphan, ["KUBE-SEP-AAAAAAAAAAAAAAAA is not used"]],
    ["a Service that kubectl does not list", same, ["default/mail is not listed"], [kubectl(["web", "shop"])]],
  ])("%s stands out", (_, edit, odd, more = []) => expect(told(version, edit, ...more)).toEqual(odd));
  it("an address that both rules of a chain had replaced is told, too", () => {
    const both = (rules: string): string => target(shopPod, "10.9.9.9:8080")(source(shopPod, "10.9.9.9")(rules));
    const instead = Number(version.slice(2)) >= 24 ? "10.244.2.21:8080" : "?";
    expect(told(version, both)).toEqual([`default/shop:http goes to 10.9.9.9:8080! instead of ${instead}`]);
  });

  it.each<[string, (rules: string) => string, string[]?]>([
    ["names of Services that were replaced", (rules) => rules.replace(/default\/(\w+)/g, "team-a/svc-$1")],
    ["one name that was replaced", (rules) => rules.replaceAll("default/shop", "default/store")],
    ["addresses that were replaced", (rules) => rules.replaceAll("10.244.", "100.64.")],
    ["chains of other owners", chain("KUBE-SVC-CUSTOM", "-j RETURN")],
    ["chains of another program", chain("KUBE-POD-FW-AAAAAAAAAAAAAAAA", "-j RETURN")],
    [
      "lines that grep left",
      (rules) =>
        orphan(rules)
          .split("\n")
          .filter((l) => /^-A KUBE-SEP|^-A KUBE-SVC/.test(l))
          .join("\n"),
    ],
    ["a dump that was cut", (rules) => orphan(rules).slice(0, -400)],
    ["a Service that was made anew under another name", same, [kubectl(["web", "shop", "post"])]],
    ["a list of another cluster's", same, [kubectl(["a", "b", "c"]).replaceAll("10.96.", "10.97.")]],
    ["a list of one namespace", same, [kubectl(["web"]).replace(" -A", " -n default")]],
  ])("%s are no reason to say anything", (_, edit, more = []) => expect(told(version, edit, ...more)).toEqual([]));
});

it("chains of a large cluster may be kept unused for a while since 1.25", () => {
  const many = Array.from({ length: 400 }, (_, i) => ({
    ...three[0],
    name: `web${i}`,
    clusterIp: ip(`10.96.${i >> 8}.${i & 255}`),
  })) as ServedPort[];
  const unused = (version: string): string[] =>
    oddChains(
      snapshotOf({ mode: "iptables", version, detector: "none", services: many }, (file, text) =>
        file === "iptables-save" ? orphan(text) : text,
      ),
    ).map(words);
  expect(unused("1.34")).toEqual([]);
  expect(unused("1.16")).toEqual(["KUBE-SEP-AAAAAAAAAAAAAAAA is not used"]);
});
