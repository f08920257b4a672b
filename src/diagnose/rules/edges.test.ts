import { describe, expect, it } from "vitest";
import { ask, askNode, idsOf } from "../testing/ask.ts";
import { cluster, dumpsOf, type IpvsNode, node } from "../testing/ipvs-node.ts";

const pods = "10.244.0.0/16";
const content = (n: IpvsNode, name: string): string => dumpsOf(n).find((d) => d.name === name)?.content ?? "";

describe("what a paste leaves open", () => {
  const broken: IpvsNode = { ...node, minor: 9, detector: "none" };
  const healthy: IpvsNode = { ...node, minor: 9, detector: pods };

  it("borrows virtual servers from whichever side has them, and lists it", () => {
    for (const first of [true, false]) {
      const nat = { prints: ["nat"] } as const;
      const both = { prints: ["nat", "ipvs"] } as const;
      const session = ask({
        healthy: dumpsOf({ ...healthy, ...(first ? both : nat) }),
        broken: dumpsOf({ ...broken, ...(first ? nat : both) }),
      });
      expect(idsOf(session)).toEqual(["cluster-cidr-missing"]);
      expect(session.view.diagnosis.findings[0]?.certainty).toBe("likely");
      expect(session.view.diagnosis.assumptions.some((a) => a.id.startsWith("borrowed:"))).toBe(true);
    }
  });

  it("does not borrow what the side's own dumps contradict", () => {
    const session = ask({
      healthy: dumpsOf(healthy),
      broken: dumpsOf({ ...broken, prints: ["nat", "filter", "sets", "addresses", "routes"], without: [/kube-ipvs0/] }),
    });
    expect(idsOf(session)).toEqual([]);
  });

  it("accuses nobody from a paste that ends before the rule would come", () => {
    const save = content({ ...node, minor: 30, detector: pods, prints: ["nat"] }, "iptables-save.txt");
    const lines = save.split("\n");
    const servers = dumpsOf({ ...node, minor: 30, detector: pods, prints: ["ipvs"] });
    for (let length = 1; length < lines.length; length++) {
      const cut = [{ name: "iptables-save.txt", content: lines.slice(0, length).join("\n") }, ...servers];
      expect(idsOf(ask({ broken: cut })), `cut after line ${length}: ${lines[length - 1]}`).toEqual([]);
    }
  });

  it("accuses nobody from the lines that some grep leaves", () => {
    const save = content({ ...node, minor: 9, detector: pods, prints: ["nat"] }, "iptables-save.txt").split("\n");
    const servers = dumpsOf({ ...node, minor: 9, detector: pods, prints: ["ipvs"] });
    for (const pattern of [/NODE-PORT/, /POSTROUTING/, /MASQ/, /KUBE-SERVICES/, /KUBE/, /-A/, /OUTPUT|POSTROUTING/]) {
      const kept = save.filter((l) => pattern.test(l)).join("\n");
      expect(idsOf(ask({ broken: [{ name: "paste", content: kept }, ...servers] })), String(pattern)).toEqual([]);
    }
  });
});

describe("what else a healthy node may look like", () => {
  const silent = (n: IpvsNode): void => {
    const { diagnosis } = askNode(n).view;
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.undecidable).toEqual([]);
  };

  it.each([9, 13, 20, 30])("1.%i with another masquerade bit", (minor) => {
    silent({ ...node, minor, detector: pods, replacing: [[/0x4000/g, "0x10000"]] });
  });

  it.each([9, 20])("1.%i without cluster CIDR, masqueraded by somebody else", (minor) => {
    const save = content({ ...node, minor, detector: "none" }, "iptables-save.txt").replace(
      /(-A POSTROUTING .*\n)/,
      "$1-A POSTROUTING ! -s 10.244.0.0/16 -m addrtype --src-type LOCAL -o eth0 -j MASQUERADE\n",
    );
    const dumps = dumpsOf({ ...node, minor, detector: "none" }).map((d) =>
      d.name === "iptables-save.txt" ? { ...d, content: save } : d,
    );
    const { diagnosis } = ask({ broken: dumps }).view;
    expect(diagnosis.findings.filter((f) => f.flows.some((c) => c.broken === "reply-lost"))).toEqual([]);
  });

  it("with services that have no endpoint: no alarm", () => {
    const services: IpvsNode["services"] = [
      ...cluster,
      { address: "10.100.1.1", port: 80, proto: "tcp", endpoints: [] },
    ];
    const { diagnosis } = askNode({ ...node, minor: 20, detector: pods, services }).view;
    expect(diagnosis.findings.map((f) => `${f.id} ${f.certainty}`)).toEqual(["no-endpoints possible"]);
    expect(diagnosis.undecidable).toEqual([]);
  });

  it("with the API server on the node itself", () => {
    silent({
      ...node,
      minor: 20,
      detector: pods,
      services: cluster.map((s, i) => (i === 0 ? { ...s, endpoints: [`${node.nodeAddress}:6443`] } : s)),
    });
  });

  it("with a cluster CIDR that contains the node's address: it reaches Services, only its pods are hidden", () => {
    const { diagnosis } = askNode({ ...node, minor: 20, detector: "192.168.0.0/16" }).view;
    expect(diagnosis.findings.map((f) => `${f.kind} ${f.id}`)).toEqual(["risk cluster-cidr-does-not-cover-pods"]);
    expect(diagnosis.undecidable).toEqual([]);
  });

  it("with Docker beside it", () => {
    silent({ ...node, minor: 12, detector: pods, docker: "172.17.0.0/16" });
  });
});

describe("configuration as pasted", () => {
  const flags = (text: string) => [
    { name: "flags.txt", content: `/usr/local/bin/kube-proxy --hostname-override=n1 --proxy-mode=ipvs ${text}\n` },
  ];
  const broken = dumpsOf({ ...node, minor: 9, detector: "none" });

  it("supports the verdict where it names no cluster CIDR", () => {
    const session = ask({ broken: [...broken, ...flags("")] });
    expect(idsOf(session)).toEqual(["cluster-cidr-missing"]);
  });

  it("turns it where it does name one: then the rule was lost, not left out", () => {
    expect(idsOf(ask({ broken: [...broken, ...flags("--cluster-cidr=10.244.0.0/16")] }))).toEqual([
      "mark-rule-missing",
    ]);
  });
});

describe("certainty", () => {
  it("is likely while only habit says that nobody routes cluster IPs, certain once a capture shows it", () => {
    const dumps = dumpsOf({ ...node, minor: 9, detector: "none", services: cluster.slice(0, 1) });
    expect(ask({ broken: dumps }).view.diagnosis.findings[0]?.certainty).toBe("likely");
    const syn = (s: number): string =>
      `18:20:${s}.414803 IP 10.96.0.1.58816 > 192.168.5.10.6443: Flags [S], seq 955806855, win 43690, options [mss 65495,sackOK,TS val 2968731388 ecr 0,nop,wscale 7], length 0`;
    const capture = { name: "tcpdump.txt", content: `${[12, 13, 15, 19].map(syn).join("\n")}\n` };
    expect(ask({ broken: [...dumps, capture] }).view.diagnosis.findings[0]?.certainty).toBe("certain");
  });
});
