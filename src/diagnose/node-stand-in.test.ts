import { describe, expect, it } from "vitest";
import { ask, idsOf } from "./testing/ask.ts";
import { dumps, type Edit, none, rules, service, services, usualNode, versions } from "./testing/damage.ts";

/** A nat table of iptables mode alone: no dump shows an address of the node. */
const natOf = (version: string, edit: Edit = none, own = services) =>
  dumps(usualNode("iptables", version, { services: own }), (file, text) =>
    file === "iptables-save" ? edit(file, text.slice(text.indexOf("*nat"))) : "",
  );
const local = (endpoints: readonly string[]) => [
  ...services,
  service(4, endpoints, { nodePort: 30090, externalLocal: true, healthCheckNodePort: 30999 }),
];

describe.each(versions.iptables)("a nat table alone, %s", (version) => {
  it("says what becomes of node ports, for an address that stands for the node's", () => {
    const session = ask({ broken: natOf(version, rules(/^-A KUBE-POSTROUTING .*-j MASQUERADE.*\n/m, "")) });
    expect(idsOf(session)).toEqual(["masquerade-rule-missing"]);
    const [finding] = session.view.diagnosis.findings;
    expect(finding?.certainty).toBe("likely");
    expect(finding?.what.en).toContain("NODE_IP:30080");
    expect(session.view.diagnosis.assumptions.map((a) => a.about.en).join()).toContain("stands for the node's own");
  });

  it("finds that node ports are not masqueraded, and that no rule leads to them", () => {
    const unmarked = rules(/^-A KUBE-(?:NODEPORTS|EXT-|SVC-)(?!.*cluster IP).* -j KUBE-MARK-MASQ\n/gm, "");
    expect(idsOf(ask({ broken: natOf(version, unmarked) }))).toEqual(["node-port-not-masqueraded"]);
    const unled = rules(/^-A KUBE-SERVICES .*-j KUBE-NODEPORTS\n/m, "");
    expect(idsOf(ask({ broken: natOf(version, unled) }))).toEqual(["service-hook-missing"]);
  });

  it("takes the endpoints of a Local traffic policy for pods of the node", () => {
    const session = ask({ broken: natOf(version, none, local(["10.244.1.40:8080"])) });
    expect(idsOf(session)).toEqual([]);
    expect(session.view.diagnosis.notes.map((n) => n.says.en).join()).not.toContain("30090");
  });

  it("asks at the address that kube-proxy's own rules name", () => {
    const named = rules(
      /^-A KUBE-SERVICES (.*) -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS$/m,
      "-A KUBE-SERVICES -d 10.9.0.7/32 $1 -j KUBE-NODEPORTS",
    );
    const session = ask({ broken: natOf(version, named) });
    expect(idsOf(session)).toEqual([]);
    expect(session.view.diagnosis.flows.map((f) => f.flow.to).join()).not.toContain("192.0.2.10");
  });

  it("finds nothing in a sound one", () => expect(idsOf(ask({ broken: natOf(version) }))).toEqual([]));
});
