import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { codes, covered, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { controlPlaneFlags } from "./control-plane-flags.ts";

fixtureChecks(controlPlaneFlags, import.meta.dirname);

const ranges = (text: string) => {
  const { podRanges, serviceRanges } = read(text).snapshot.cluster;
  return [podRanges, serviceRanges].map((list) => list.map((r) => printCidr(r.cidr)).join(","));
};

describe("command lines of the control plane", () => {
  const cases: [name: string, text: string, pods: string, services: string][] = [
    [
      "ps",
      "root 9 1 kube-controller-manager --cluster-cidr=10.244.0.0/16 --service-cluster-ip-range=10.96.0.0/12",
      "10.244.0.0/16",
      "10.96.0.0/12",
    ],
    [
      "two stacks",
      "kube-apiserver --service-cluster-ip-range=10.96.0.0/12,fd00:96::/112",
      "",
      "10.96.0.0/12,fd00:96::/112",
    ],
    [
      "k3s",
      "root 9 /usr/local/bin/k3s server --cluster-cidr 10.42.0.0/16 --service-cidr 10.43.0.0/16",
      "10.42.0.0/16",
      "10.43.0.0/16",
    ],
    [
      "k3s unit",
      "ExecStart=/usr/local/bin/k3s \\\n    server \\\n\t'--cluster-cidr=10.42.0.0/16' \\\n",
      "10.42.0.0/16",
      "",
    ],
    [
      "cluster-info dump, grepped",
      '$ kubectl cluster-info dump | grep -m1 cluster-cidr\n                            "--cluster-cidr=10.244.0.0/16",',
      "10.244.0.0/16",
      "",
    ],
    ["no range", "kube-apiserver --service-cluster-ip-range=", "", ""],
  ];
  it.each(cases)("%s", (_name, text, pods, services) => expect(ranges(`${text}\n`)).toEqual([pods, services]));

  it("is no word on kube-proxy's own flag", () => {
    for (const [, text] of cases) expect(read(`${text}\n`).snapshot.kubeProxy).toBeUndefined();
  });
  it("hands on what k3s passes to kube-proxy", () => {
    const reading = read("k3s agent --kube-proxy-arg=proxy-mode=ipvs --kube-proxy-arg=masquerade-all=true\n");
    expect(formatsOf(reading)).toEqual(["control-plane-flags"]);
    expect(plain(reading.snapshot.kubeProxy)).toMatchObject({
      whole: false,
      mode: { value: "ipvs" },
      masqueradeAll: { value: true },
    });
    expect(codes(read("k3s agent --kube-proxy-arg=proxy-mode=fast\n"))).toEqual(["kube-proxy-flags/bad-value"]);
  });
  it("points at the flag", () => {
    const reading = read("kube-controller-manager --cluster-cidr=10.244.0.0/16\n");
    const [range] = reading.snapshot.cluster.podRanges;
    expect(range && covered(reading, range.at)).toBe("--cluster-cidr=10.244.0.0/16");
  });
});
