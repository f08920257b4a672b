import { expect, it } from "vitest";
import { ask } from "./testing/ask.ts";
import { dumps, inFile, type Mode, none, service, services, usualNode } from "./testing/damage.ts";

const more = [...services, service(7, ["10.244.2.27:8080"]), service(8, [])];
const notesOf = (mode: Mode, fewer = services, edit = none) => {
  const version = "1.28";
  const { diagnosis } = ask({
    healthy: dumps(usualNode(mode, version, { services: more }), none),
    broken: dumps(usualNode(mode, version, { services: fewer }), edit),
  }).view;
  expect(diagnosis.findings.filter((f) => f.certainty !== "possible")).toEqual([]);
  return diagnosis.notes.filter((n) => n.id.startsWith("services-missing")).map((n) => `${n.id}: ${n.says.en}`);
};

it.each<Mode>(["iptables", "ipvs"])("tells of a Service that one node alone serves, %s mode", (mode) => {
  expect(notesOf(mode)).toEqual([
    expect.stringMatching(
      /^services-missing-broken: The healthy node serves 10\.96\.10\.7:80\/tcp.*, the broken node does not/,
    ),
  ]);
  expect(notesOf(mode, more)).toEqual([]);
});

it("does not where dumps may leave it out", () => {
  expect(notesOf("iptables", services, inFile("iptables-save", /^:PREROUTING .*\n/gm, ""))).toEqual([]);
  expect(notesOf("ipvs", services, inFile("ipvsadm", /[\s\S]+/, ""))).toEqual([]);
});
