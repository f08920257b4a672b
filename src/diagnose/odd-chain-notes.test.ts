import { expect, it } from "vitest";
import { endpointHash } from "../kube-proxy/writes/chain-names.ts";
import { ask } from "./testing/ask.ts";
import { dumps, none, rules, usualNode } from "./testing/damage.ts";

const node = usualNode("iptables", "1.28");
const chain = `KUBE-SEP-${endpointHash("default/web2:http", "tcp", "10.244.2.20:8080")}`;
const leadTo = (to: string) => dumps(node, rules(new RegExp(`(-A ${chain} .*--to-destination )\\S+`), `$1${to}`));

it("tells of an edited chain with its line, as a remark alone where no flow is delivered wrongly by it", () => {
  const { diagnosis } = ask({ broken: leadTo("10.244.2.21:8080") }).view;
  expect(diagnosis.findings).toEqual([]);
  const [note] = diagnosis.notes.filter((n) => n.id === "chain-other-endpoint-broken");
  expect(note?.says.en).toContain(`${chain} of default/web2:http sends to 10.244.2.21:8080`);
  expect(note?.says.en).toContain("makes for 10.244.2.20:8080");
  expect(note?.evidence).toHaveLength(1);
});

it("shows it on the side that has it, as the cause of what is delivered wrongly", () => {
  const { diagnosis } = ask({ healthy: leadTo("10.9.9.9:8080"), broken: dumps(node, none) }).view;
  expect(diagnosis.findings.map((f) => [f.side, f.id])).toEqual([["healthy", "service-chain-edited"]]);
  expect(diagnosis.notes.find((n) => n.id === "chain-other-endpoint-healthy")?.says.en).toMatch(
    /^On the healthy node /,
  );
});
