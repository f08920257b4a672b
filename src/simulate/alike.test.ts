import { describe, expect, it } from "vitest";
import type { ServedPort } from "../kube-proxy/writes/cluster.ts";
import { likenessIn } from "./alike.ts";
import type { Flow } from "./flow.ts";
import { simulate } from "./simulate.ts";
import { ip } from "./testing/node.ts";
import { aloneWith, flowsTo, service } from "./testing/service-flows.ts";
import { endpoint, nodeAddress, snapshotOf } from "./testing/written-node.ts";
import type { World } from "./world.ts";

const services: ServedPort[] = [
  service(1),
  service(2),
  service(3, {
    port: 443,
    endpoints: [endpoint("10.244.2.9:9443"), endpoint("10.244.2.10:9443"), endpoint("10.244.3.7:9443")],
  }),
  service(4, { endpoints: [endpoint("10.244.1.4:8080"), endpoint("10.244.2.4:8080")] }),
  service(5, { endpoints: [endpoint("10.244.1.5:8080"), endpoint("10.244.2.5:8080")] }),
  service(6, { endpoints: [] }),
  service(7, { nodePort: 30007 }),
  service(8, { nodePort: 30008 }),
  service(9, { nodePort: 30009, externalLocal: true }),
  service(10, { affinity: 10800 }),
  service(11, { affinity: 300 }),
  service(12),
  service(13),
];

/** The same nodes, damaged: each edit is what people or bugs do to single Services. */
const damage: Readonly<Record<string, (file: string, text: string) => string>> = {
  none: (_f, text) => text,
  "an entry of KUBE-CLUSTER-IP is gone": (_f, text) => text.replace("add KUBE-CLUSTER-IP 10.96.10.12,tcp:80\n", ""),
  "an endpoint's own rule is gone": (_f, text) => text.replace(/^-A KUBE-SEP-\S+ -s 10\.244\.1\.5\/32 .*\n/m, ""),
  "one address is not bound": (_f, text) =>
    text.replace(/^ +inet 10\.96\.10\.13\/32.*\n/m, "").replace(/^local 10\.96\.10\.13 .*\n/m, ""),
  "somebody drops one address": (_f, text) =>
    text.replace("*filter\n", "*filter\n").replace(/^(-A FORWARD .*)$/m, "-A FORWARD -d 10.244.2.2/32 -j DROP\n$1"),
  "a range is let past": (_f, text) =>
    text.replace(/^(-A PREROUTING -m comment .*KUBE-SERVICES)$/m, "-A PREROUTING -d 10.96.10.0/29 -j ACCEPT\n$1"),
  "a match cannot be read": (_f, text) =>
    text.replace(
      /^(-A PREROUTING -m comment .*KUBE-SERVICES)$/m,
      "-A PREROUTING -m set --match-set A-NAME-OF-MORE-THAN-THIRTY-ONE-LETTERS dst -j ACCEPT\n$1",
    ),
  "a route is gone": (_f, text) =>
    text.replace(/^10\.244\.2\.0\/24 .*\n/m, "10.244.2.0/29 via 192.168.10.12 dev eth0\n"),
};

const worldOf = (mode: "iptables" | "ipvs", version: string, edit: (file: string, text: string) => string): World =>
  aloneWith(snapshotOf({ mode, version, detector: "10.244.0.0/16", services }, edit));

/** What becomes of a flow, in all the ways the kernel may draw. */
const ends = (world: World, flow: Flow): string => {
  const { outcome, traces } = simulate(world, flow);
  const ways = new Set(traces.map((t) => `${t.ending.outcome} ${t.ending.reason} ${t.summary.masqueraded}`));
  return `${outcome}: ${[...ways].sort().join(", ")}`;
};

describe.each([
  ["iptables", "1.12"],
  ["iptables", "1.21"],
  ["iptables", "1.34"],
  ["ipvs", "1.9.7"],
  ["ipvs", "1.19"],
  ["ipvs", "1.34"],
] as const)("flows that are called alike on a node in %s mode of %s", (mode, version) => {
  it.each(Object.keys(damage))("end alike where %s", (what) => {
    const world = worldOf(mode, version, damage[what] ?? ((_f, text) => text));
    const likeness = likenessIn(world);
    const byKey = new Map<string, { flow: Flow; ends: string }>();
    for (const flow of services.flatMap(flowsTo)) {
      const key = likeness(flow);
      const end = ends(world, flow);
      const first = byKey.get(key);
      if (first) expect(end, `${JSON.stringify(flow)} like ${JSON.stringify(first.flow)}`).toBe(first.ends);
      else byKey.set(key, { flow, ends: end });
    }
    if (what === "none") expect(byKey.size).toBeLessThan(26);
  });
});

it("two Services that differ by name, address, port and number of endpoints only are alike", () => {
  for (const mode of ["iptables", "ipvs"] as const) {
    const likeness = likenessIn(worldOf(mode, "1.30", (_f, text) => text));
    const [a, b, c, near] = [1, 2, 3, 4].map((n) => {
      const s = services[n - 1];
      if (!s) throw new Error("no service");
      return likeness({ from: "host", to: s.clusterIp, port: s.port, proto: "tcp" });
    });
    expect(b).toBe(a);
    expect(c).toBe(a);
    expect(near).not.toBe(a);
  }
});

/** Nothing of either Service is in the rules: only kubectl tells that one of the two ports is a Service's. */
it("two ports that no rule speaks of are not alike where one is a Service's node port", () => {
  const listed =
    "NAMESPACE   NAME   TYPE       CLUSTER-IP    EXTERNAL-IP   PORT(S)        AGE\ndefault     shop   NodePort   10.96.10.20   <none>        80:30099/TCP   5d\n";
  const world = worldOf("iptables", "1.30", (file, text) => (file === "sysctl" ? `${text}\n${listed}` : text));
  const likeness = likenessIn(world);
  const [itsOwn, nobodys] = [30_099, 30_098].map((port): Flow => {
    return { from: "external", source: ip("198.51.100.7"), to: ip(nodeAddress), port, proto: "tcp" };
  });
  if (!itsOwn || !nobodys) throw new Error("no flows");
  expect(ends(world, itsOwn)).not.toBe(ends(world, nobodys));
  expect(likeness(itsOwn)).not.toBe(likeness(nobodys));
});

it("two Services are not alike where a rule for everybody sends their packets to an endpoint of one", () => {
  const rule = "-A PREROUTING -p tcp -m tcp --dport 80:90 -j DNAT --to-destination 10.244.2.1:8080\n";
  const world = worldOf("iptables", "1.30", (_file, text) =>
    text.replace(/^-A PREROUTING .*KUBE-SERVICES\n/m, `${rule}$&`),
  );
  const likeness = likenessIn(world);
  const [its, anothers] = [services[0], services[1]].flatMap((s) =>
    s ? flowsTo(s).filter((f) => f.from === "pod") : [],
  );
  if (!its || !anothers) throw new Error("no flows");
  expect([ends(world, its), ends(world, anothers)].map((end) => end.split(" ")[0])).toEqual([
    "delivered:",
    "wrong-destination:",
  ]);
  expect(likeness(its)).not.toBe(likeness(anothers));
});
