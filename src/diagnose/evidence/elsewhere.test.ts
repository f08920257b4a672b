import { describe, expect, it } from "vitest";
import { ip } from "../../simulate/testing/node.ts";
import { ask } from "../testing/ask.ts";
import { dumps, type Edit, none, service, services, usualNode } from "../testing/damage.ts";

/** Its pods are all on the second node, and clients from outside are served by a node's own pods only. */
const local = [
  ...services,
  service(5, ["10.244.2.30:80"], {
    nodePort: 30443,
    externalLocal: true,
    loadBalancerIps: [ip("203.0.113.10")],
  }),
];
const without =
  (...files: readonly string[]): Edit =>
  (file, text) =>
    files.includes(file) ? "" : text;

describe("a node without pods of a Service that each node serves by its own", () => {
  const cases: [what: string, own: Edit, other: Edit, ids: string[]][] = [
    ["its sets say so", none, without("ipset-save"), ["no-local-endpoints possible"]],
    ["the other node's sets say so", without("ipset-save"), none, ["no-local-endpoints possible"]],
    ["nobody's sets say so", without("ipset-save"), without("ipset-save"), ["no-real-servers possible"]],
    [
      "nothing says which pods are whose, either",
      without("ipset-save", "ip-addr", "ip-route"),
      without("ipset-save", "ip-addr", "ip-route"),
      ["no-real-servers possible"],
    ],
  ];
  for (const version of ["1.12", "1.19"])
    it.each(cases)(`${version}: is not accused where %s`, (_what, own, other, ids) => {
      const node = usualNode("ipvs", version, { services: local });
      const { findings } = ask({
        broken: dumps(node, own),
        healthy: dumps({ ...node, number: 2 }, other),
      }).view.diagnosis;
      expect(findings.map((f) => `${f.id} ${f.certainty}`)).toEqual(ids);
    });
});
