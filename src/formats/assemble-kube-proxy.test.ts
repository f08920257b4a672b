import { describe, expect, it } from "vitest";
import { codes, read } from "./testing/format-checks.ts";

const file =
  "$ cat config.conf\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 192.0.2.0/24\nmode: ipvs\n";
const line = (flags: string) => `$ ps -ef\nroot 1 0 0 Feb27 ? 00:10:11 /usr/bin/kube-proxy ${flags}\n`;

describe("kube-proxy's configuration from two places", () => {
  const cases: [name: string, text: string, cidr: boolean, said: string[]][] = [
    ["the file that --config names counts", line("--config=config.conf") + file, true, []],
    ["in whatever order they were pasted", file + line("--config=config.conf"), true, []],
    ["without --config no file counts", line("--proxy-mode=ipvs") + file, false, ["kube-proxy/file-not-read"]],
    ["nor if it was pasted first", file + line("--proxy-mode=ipvs"), false, ["kube-proxy/file-not-read"]],
    ["two files that differ are of two nodes", file + file.replace("ipvs", "iptables"), true, ["paste/second-node"]],
    ["the same file twice is one", file + file, true, []],
  ];
  it.each(cases)("%s", (_name, text, cidr, said) => {
    const reading = read(text);
    expect(reading.snapshot.kubeProxy?.clusterCidr !== undefined).toBe(cidr);
    expect(reading.snapshot.kubeProxy?.whole).toBe(true);
    expect(codes(reading)).toEqual(said);
  });
});
