import { describe, expect, it } from "vitest";
import { chainHash } from "./chain-names.ts";

describe("names of chains", () => {
  // seen in dumps of real clusters
  it.each([
    ["default/kubernetes:httpstcp", "NPX46M4PTMTKRN6Y"],
    ["kube-system/kube-dns:dnsudp", "TCOU7JCQXEZGVUNU"],
    ["kube-system/kube-dns:dns-tcptcp", "ERIFXISQEP7F7OF4"],
    ["kube-system/kube-dns:metricstcp", "JD5MR3NA4I4DYORP"],
    ["default/nginxtcp", "2CMXP7HKUVJN7L6M"],
    ["default/nginx:tcp", "4N57TFCL4MD7ZTDA"],
    ["default/kubernetes:httpstcp172.18.0.2:6443", "V2PECCYPB6X2GSCW"],
    ["default/nginxtcp10.244.1.2:80", "L3TEFOPRMLPWJIHV"],
    ["default/nginx:tcp10.244.1.2:80", "UXHBWR5XIMVGXW3H"],
  ])("%s → %s", (text, hash) => expect(chainHash(text)).toBe(hash));
});
