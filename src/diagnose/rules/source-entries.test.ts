import { describe, expect, it } from "vitest";
import type { ServedPort } from "../../kube-proxy/writes/cluster.ts";
import { ip } from "../../simulate/testing/node.ts";
import type { WrittenNode } from "../../simulate/testing/written-node.ts";
import { ask } from "../testing/ask.ts";
import { dumps, type Edit, inFile, none, service, services, usualNode } from "../testing/damage.ts";

/** A load balancer that only some may use. */
const balancer = (sourceRanges: readonly string[]): ServedPort =>
  service(6, ["10.244.2.32:8080"], { loadBalancerIps: [ip("198.51.100.6")], sourceRanges });
/** The node itself, 192.168.10.11, is in one of the ranges. */
const ranges = ["192.0.2.0/24", "192.168.10.0/24"];
const node = (version: string, sourceRanges = ranges, more: Partial<WrittenNode> = {}): WrittenNode =>
  usualNode("ipvs", version, { services: [...services, balancer(sourceRanges)], ...more });
const listing = {
  kubectl: [
    "$ kubectl get svc -A -o yaml",
    "apiVersion: v1",
    "kind: List",
    "items:",
    "- apiVersion: v1",
    "  kind: Service",
    "  metadata: {name: web6, namespace: default}",
    "  spec:",
    "    type: LoadBalancer",
    "    clusterIP: 10.96.10.6",
    `    loadBalancerSourceRanges: ${JSON.stringify(ranges)}`,
    "    ports: [{name: http, port: 80, protocol: TCP}]",
    "  status: {loadBalancer: {ingress: [{ip: 198.51.100.6}]}}",
  ],
};
const without = (set: string, range: string): Edit =>
  inFile("ipset-save", `add KUBE-LOAD-BALANCER-SOURCE-${set} 198.51.100.6,tcp:80,${range}\n`, "");
const noRange = without("CIDR", "192.0.2.0/24");
const noSelf = without("IP", "198.51.100.6");

type Dumps = ReturnType<typeof dumps>;
/** Findings but for what is always possible: that the ranges keep out somebody whom nobody named. */
const found = (broken: Dumps, healthy?: Dumps): string[] =>
  ask({ broken, ...(healthy ? { healthy } : {}) })
    .view.diagnosis.findings.filter((f) => f.id !== "source-ranges-exclude-client" || f.certainty !== "possible")
    .map((f) => `${f.side} ${f.id} ${f.certainty}${f.proven ? "" : " unproven"}: ${f.fix.at(-1)?.text}`);

/** Up to 1.10 nothing leads to the chain that asks for the ranges. */
describe.each(["1.12", "1.24", "1.28", "1.34"])("the sets of senders, %s:", (version) => {
  const asksInNat = Number(version.slice(2)) < 25;
  const add = "ipset add KUBE-LOAD-BALANCER-SOURCE-";
  it("a range that kubectl lists and the set lacks", () =>
    expect(found(dumps(node(version, ranges, { more: listing }), noRange))).toEqual([
      `broken ipset-entry-missing likely: ${add}CIDR 198.51.100.6,tcp:80,192.0.2.0/24 -exist`,
    ]));
  it("a range that only the other node's set has", () =>
    expect(found(dumps(node(version), noRange), dumps(node(version, ranges, { number: 2 }), none))).toEqual([
      `broken ipset-entry-missing likely: ${add}CIDR 198.51.100.6,tcp:80,192.0.2.0/24 -exist`,
    ]));
  // since 1.25 the ranges are asked for in table filter, at hooks that the node's own packets to IPVS do not pass
  it(`the node itself, whose address is in a range: ${asksInNat ? "harmed" : "not harmed"}`, () =>
    expect(found(dumps(node(version), noSelf))).toEqual(
      asksInNat ? [`broken ipset-entry-missing likely: ${add}IP 198.51.100.6,tcp:80,198.51.100.6 -exist`] : [],
    ));
  it.each<[string, Dumps]>([
    ["nobody tells of another range", dumps(node(version, ["192.168.10.0/24"]), none)],
    ["all that kubectl lists is there", dumps(node(version, ranges, { more: listing }), none)],
    ["the node's address is in no range", dumps(node(version, ["192.0.2.0/24"]), none)],
    ["the set was not pasted whole", dumps(node(version, ranges, { more: listing }), inFile("ipset-save", /.*/s, ""))],
  ])("nothing where %s", (_, broken) => expect(found(broken)).toEqual([]));
});
