import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { codes, covered, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { kubeProxyFlags } from "./kube-proxy-flags.ts";

fixtureChecks(kubeProxyFlags, import.meta.dirname);

const config = (text: string) => read(text).snapshot.kubeProxy;
const cidr = (text: string) => config(text)?.clusterCidr?.value.map(printCidr).join(",");

describe("kube-proxy's command line", () => {
  const cases: [name: string, text: string, expected: string | undefined][] = [
    ["--name=value", "/usr/bin/kube-proxy --v=2 --cluster-cidr=10.244.0.0/16", "10.244.0.0/16"],
    ["--name value", "kube-proxy --cluster-cidr 10.244.0.0/16 --v 2", "10.244.0.0/16"],
    ["underscores", "kube-proxy --cluster_cidr=10.244.0.0/16", "10.244.0.0/16"],
    ["two stacks", "kube-proxy --cluster-cidr=10.244.0.0/16,fd00:244::/56", "10.244.0.0/16,fd00:244::/56"],
    ["given empty", "kube-proxy --cluster-cidr= --v=2", ""],
    ["not given", "kube-proxy --v=2", undefined],
    ["NUL between words", "/usr/bin/kube-proxy\0--cluster-cidr=10.244.0.0/16\0--v=2\0", "10.244.0.0/16"],
    ["hyperkube", "/hyperkube proxy --cluster-cidr=10.244.0.0/16", "10.244.0.0/16"],
    ["environment file", 'KUBE_PROXY_ARGS="--proxy-mode=ipvs --cluster-cidr=10.244.0.0/16"', "10.244.0.0/16"],
    ["argument list", "        - /usr/local/bin/kube-proxy\n        - --cluster-cidr=10.244.0.0/16\n", "10.244.0.0/16"],
    ["docker inspect", '            "Args": [\n                "--cluster-cidr=10.244.0.0/16",\n', "10.244.0.0/16"],
    [
      "the last of a name counts",
      "kube-proxy --cluster-cidr=10.1.0.0/16 --cluster-cidr=10.244.0.0/16",
      "10.244.0.0/16",
    ],
  ];
  it.each(cases)("%s", (_name, text, expected) => expect(cidr(`${text}\n`)).toBe(expected));

  it("reads ExecStart over several lines", () => {
    const found = config(
      "ExecStart=/usr/bin/kube-proxy \\\n  --cluster-cidr=10.244.0.0/16 \\\n  --masquerade-all \\\n  --proxy-mode=ipvs\nRestart=on-failure\n",
    );
    expect(plain(found)).toMatchObject({ whole: true, mode: { value: "ipvs" }, masqueradeAll: { value: true } });
  });
  it("does not know flags that stand in a variable", () => {
    expect(config("ExecStart=/usr/bin/kube-proxy \\\n  --proxy-mode=ipvs \\\n  $KUBE_PROXY_ARGS\n")?.whole).toBe(false);
  });
  it("puts in what an environment file in the same text says", () => {
    const text = `KUBE_PROXY_ARGS="--proxy-mode=ipvs --cluster-cidr=10.244.0.0/16"
ExecStart=/usr/bin/kube-proxy \\
  --masquerade-all \\
  $KUBE_PROXY_ARGS
`;
    const reading = read(text);
    expect(codes(reading)).toEqual([]);
    const found = reading.snapshot.kubeProxy;
    expect(plain(found)).toMatchObject({ whole: true, mode: { value: "ipvs" }, masqueradeAll: { value: true } });
    expect(found?.mode && covered(reading, found.mode.at)).toBe('"--proxy-mode=ipvs');
  });
  it("names the file that holds a variable", () => {
    const text =
      "EnvironmentFile=-/etc/kubernetes/proxy\nExecStart=/usr/bin/kube-proxy \\\n\t    $KUBE_LOG_LEVEL \\\n\t    $KUBE_PROXY_ARGS\n";
    const reading = read(`[Service]\n${text}`);
    const missing = reading.diagnostics.find((d) => d.code === "kube-proxy-flags/variable");
    expect(missing?.message.en).toMatch(/\$KUBE_LOG_LEVEL, \$KUBE_PROXY_ARGS hold was not/);
    expect(missing?.advice?.en).toMatch(/ps -ef/);
  });
  it("does not know what systemctl status left out", () => {
    const reading = read("           └─911 /usr/bin/kube-proxy --v=2 --cluster-cidr=10.24…\n");
    expect(reading.snapshot.kubeProxy?.whole).toBe(false);
    expect(reading.snapshot.kubeProxy?.clusterCidr).toBeUndefined();
    expect(codes(reading)).toEqual(["kube-proxy-flags/shortened"]);
  });
  it("claims nothing from a sentence", () => {
    expect(config("started kube-proxy --cluster-cidr 10.244.0.0/16 --v 2 was not given there\n")?.whole).toBe(false);
  });
  it("gathers lists, and takes the last of other flags", () => {
    expect(
      config("kube-proxy --nodeport-addresses=10.0.0.0/8 --nodeport-addresses=192.0.2.0/24\n")?.nodePortAddresses
        ?.value,
    ).toEqual(["10.0.0.0/8", "192.0.2.0/24"]);
  });
  it("knows what k3s says it runs", () => {
    const line =
      'Nov 22 19:38:09 n1 k3s[812]: time="2026-11-22T19:38:09Z" level=info msg="Running kube-proxy --cluster-cidr=10.42.0.0/16 --conntrack-max-per-core=0 --proxy-mode=iptables"\n';
    expect(plain(config(line))).toMatchObject({ whole: true, mode: { value: "iptables" } });
    expect(cidr(line)).toBe("10.42.0.0/16");
  });
  const bad: [flag: string, code: string[]][] = [
    ["--proxy-mode=fast", ["kube-proxy-flags/bad-value"]],
    ["--detect-local-mode=Nowhere", ["kube-proxy-flags/bad-value"]],
    ["--iptables-masquerade-bit=32", ["kube-proxy-flags/bad-value"]],
    ["--cluster-cidr=10.244.0.0", ["kube-proxy-flags/bad-value"]],
    ["--masquerade-all=maybe", ["kube-proxy-flags/bad-value"]],
    ["--nodeport-addresses=here", ["kube-proxy-flags/bad-value"]],
    ["--ipvs-tcp-timeout=soon", ["kube-proxy-flags/bad-value"]],
    ["--conntrack-min=many", ["kube-proxy-flags/bad-value"]],
    ["--no-such-flag=1", ["kube-proxy-flags/unknown-setting"]],
    ["--ipvs-tcp-timeout=1h30m", []],
    ["--nodeport-addresses=primary", []],
    ["--proxy-mode=", []],
    ["--feature-gates=A=true,B=false", []],
  ];
  it.each(bad)("%s", (flag, expected) => expect(codes(read(`kube-proxy --v=2 ${flag}\n`))).toEqual(expected));
  it.each([
    ["--hostname-override=n1", []],
    ["--v=5", []],
    ["--master=https://192.0.2.1", []],
    ["--bind-address=192.0.2.7", ["kube-proxy-flags/void"]],
    ["--feature-gates=A=true", ["kube-proxy-flags/void"]],
    ["--cluster-cidr=10.244.0.0/16", ["kube-proxy-flags/void"]],
  ])("%s beside --config", (flag, expected) =>
    expect(codes(read(`kube-proxy --config=/c.conf ${flag}\n`))).toEqual(expected),
  );
  it("knows a command line without the flag to have none", () => {
    expect(config("kube-proxy --v=2\n")).toMatchObject({ whole: true });
  });
  it("points at the flag", () => {
    const reading = read("root 1 kube-proxy --v=2 --cluster-cidr 10.244.0.0/16\n");
    const at = reading.snapshot.kubeProxy?.clusterCidr?.at;
    expect(at && covered(reading, at)).toBe("--cluster-cidr 10.244.0.0/16");
  });
  it("takes flags beside --config for void", () => {
    const reading = read(
      "kube-proxy --config=/var/lib/kube-proxy/config.conf --cluster-cidr=10.244.0.0/16 --hostname-override=n1\n",
    );
    expect(codes(reading)).toEqual(["kube-proxy-flags/void"]);
    expect(plain(reading.snapshot.kubeProxy)).toMatchObject({
      configFile: { value: "/var/lib/kube-proxy/config.conf" },
      other: [["hostname-override", { value: "n1" }]],
    });
    expect(reading.snapshot.kubeProxy?.clusterCidr).toBeUndefined();
  });
  it("takes what the file says where --config names one", () => {
    const reading = read(
      "$ ps -ef\nkube-proxy --config=/c.conf\n```\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nclusterCIDR: 10.244.0.0/16\nkind: KubeProxyConfiguration\n",
    );
    expect(codes(reading)).toEqual([]);
    expect(plain(reading.snapshot.kubeProxy)).toMatchObject({
      whole: true,
      configFile: { value: "/c.conf" },
      clusterCidr: { from: "clusterCIDR" },
    });
  });
  it("names a value it cannot read", () => {
    const reading = read("kube-proxy --cluster-cidr=10.244.0.0/33\n");
    expect(reading.diagnostics.map((d) => [d.code, covered(reading, d.at)])).toEqual([
      ["kube-proxy-flags/bad-value", "--cluster-cidr=10.244.0.0/33"],
    ]);
  });
  it("takes prose for prose", () => {
    expect(formatsOf(read("The kube-proxy there was started without the flag --cluster-cidr.\n"))).toEqual([]);
  });
});
