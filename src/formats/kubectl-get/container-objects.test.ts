import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { codes, covered, formatsOf, plain, read } from "../testing/format-checks.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
const object = (kind: string, rest: object, name = "web") =>
  `${JSON.stringify({ apiVersion: "v1", kind, metadata: { name, namespace: "default" }, ...rest }, null, 4)}\n`;

describe("containers of kube-proxy and the control plane", () => {
  it("reads the DaemonSet's command line and image", () => {
    const reading = read(fixture("daemonset-kubectl-1.32.yaml.txt"));
    expect(formatsOf(reading)).toEqual(["kubectl-get"]);
    expect(codes(reading)).toEqual([]);
    expect(plain(reading.snapshot.kubeProxy)).toMatchObject({
      whole: true,
      configFile: { value: "/var/lib/kube-proxy/config.conf" },
      other: [["hostname-override", { value: "$(NODE_NAME)" }]],
    });
    const version = reading.snapshot.proxyRun?.version;
    expect(version?.value).toBe("v1.28.3");
    expect(version && covered(reading, version.at)).toBe("images.example/kube-proxy:v1.28.3");
  });
  const pod = (name: string, container: object) =>
    object("Pod", { metadata: { name }, spec: { containers: [container] } }, name);
  const cases: [name: string, container: object, expected: object][] = [
    [
      "command",
      { command: ["kube-proxy", "--proxy-mode=ipvs", "--cluster-cidr", "10.244.0.0/16"] },
      { whole: true, mode: { value: "ipvs" } },
    ],
    [
      "command and args",
      { command: ["/usr/local/bin/kube-proxy"], args: ["--proxy-mode=ipvs"] },
      { whole: true, mode: { value: "ipvs" } },
    ],
    [
      "a shell",
      { command: ["/bin/sh", "-c", "exec kube-proxy --proxy-mode=ipvs 1>>/var/log/kube-proxy.log 2>&1"] },
      { whole: true, mode: { value: "ipvs" } },
    ],
    [
      "a shell script",
      { command: ["sh", "-c", "set -e\nexec kube-proxy \\\n  --proxy-mode=ipvs \\\n  --masquerade-all\n"] },
      { mode: { value: "ipvs" }, masqueradeAll: { value: true } },
    ],
    [
      "an unknown variable",
      { command: ["sh", "-c", "kube-proxy --proxy-mode=ipvs $EXTRA"] },
      { whole: false, mode: { value: "ipvs" } },
    ],
  ];
  it.each(cases)("%s", (_name, container, expected) =>
    expect(plain(read(pod("kube-proxy-1", container)).snapshot.kubeProxy)).toMatchObject(expected),
  );
  it("reads the ranges of the control plane's static Pods", () => {
    const text = pod("kube-controller-manager-n1", {
      command: ["kube-controller-manager", "--cluster-cidr=10.244.0.0/16", "--service-cluster-ip-range=10.96.0.0/12"],
    });
    const { cluster, kubeProxy } = read(text).snapshot;
    expect(cluster.podRanges.map((r) => `${printCidr(r.cidr)} ${r.from}`)).toEqual([
      "10.244.0.0/16 flag --cluster-cidr of kube-controller-manager",
    ]);
    expect(cluster.serviceRanges.map((r) => printCidr(r.cidr))).toEqual(["10.96.0.0/12"]);
    expect(kubeProxy).toBeUndefined();
  });
  it("reads YAML whose lines look like command lines of their own", () => {
    const text = `apiVersion: v1
kind: Pod
metadata:
  name: kube-proxy
spec:
  containers:
  - command:
    - /bin/sh
    - -c
    - |
      exec kube-proxy \\
        --proxy-mode=ipvs \\
        --cluster-cidr=10.244.0.0/16
`;
    const reading = read(text);
    expect(formatsOf(reading)).toEqual(["kubectl-get"]);
    expect(plain(reading.snapshot.kubeProxy)).toMatchObject({ whole: true, mode: { value: "ipvs" } });
  });
  it("reads docker inspect and crictl inspect", () => {
    const docker = [
      {
        Id: "x",
        Path: "/usr/local/bin/kube-proxy",
        Args: ["--proxy-mode=ipvs", "--v=2"],
        Config: { Image: "x/kube-proxy:v1.28.3" },
      },
    ];
    const crictl = {
      status: { image: { image: "x/kube-proxy:v1.28.3" } },
      info: { runtimeSpec: { process: { args: ["/usr/local/bin/kube-proxy", "--proxy-mode=ipvs"] } } },
    };
    for (const value of [docker, crictl]) {
      const reading = read(`${JSON.stringify(value, null, 4)}\n`);
      expect(codes(reading)).toEqual([]);
      expect(plain(reading.snapshot.kubeProxy)).toMatchObject({ whole: true, mode: { value: "ipvs" } });
      expect(reading.snapshot.proxyRun?.version?.value).toBe("v1.28.3");
    }
  });
  it("reads kubeadm's ranges out of its ConfigMap", () => {
    const text = `apiVersion: v1
kind: ConfigMap
metadata:
  name: kubeadm-config
data:
  ClusterConfiguration: |
    apiVersion: kubeadm.k8s.io/v1beta3
    kind: ClusterConfiguration
    networking:
      dnsDomain: cluster.local
      podSubnet: 10.244.0.0/16
      serviceSubnet: 10.96.0.0/12
`;
    const reading = read(text);
    const [range] = reading.snapshot.cluster.podRanges;
    expect(range && [printCidr(range.cidr), covered(reading, range.at)]).toEqual(["10.244.0.0/16", "10.244.0.0/16"]);
    expect(reading.snapshot.cluster.serviceRanges.map((r) => printCidr(r.cidr))).toEqual(["10.96.0.0/12"]);
  });
  it("reads the ConfigMap that JSON holds in one string, whatever its key", () => {
    const inner =
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nclusterCIDR: "10.244.0.0/16"\nkind: KubeProxyConfiguration\nmode: "ipvs"\n';
    for (const key of ["config.conf", "config"]) {
      const text = object("ConfigMap", { data: { [key]: inner, "kubeconfig.conf": "apiVersion: v1\nkind: Config\n" } });
      expect(plain(read(text).snapshot.kubeProxy)).toMatchObject({ whole: true, mode: { value: "ipvs" } });
    }
  });
});
